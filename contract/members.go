package contract

import (
	"strconv"
	"unicode/utf8"

	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/contract/internal/openapi"
	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/internal/suggest"
)

// checkMembers reports what the library accepts: duplicate members, members that
// the schema does not declare, and null as the whole body.
func (c *checker) checkMembers(part string, body jsonbody.Value, s *openapi.Schema) {
	if body.Type() == strictjson.TypeNull && !s.Takes("null") {
		c.report(part, KindType, "body", s.Describe(), "null", s.LineOf("type"))
	}
	c.walk(part, "", &body, s)
}

// walk checks the members of v and of everything in it. The schema is nil where
// the specification has none.
func (c *checker) walk(part, pointer string, v *jsonbody.Value, s *openapi.Schema) {
	c.checkScalar(part, pointer, v, s)
	items, members := v.Items(), v.Members()
	for i := range items {
		var of *openapi.Schema
		if s != nil {
			of = s.Items
		}
		c.walk(part, pointer+"/"+strconv.Itoa(i), &items[i], of)
	}
	var unknown []string
	for i := range members {
		m := &members[i]
		where, below, line := pointer+"/*", (*openapi.Schema)(nil), s.LineOf("properties")
		if p := s.Prop(m.Name); p != nil {
			where, below, line = pointer+"/"+strictjson.EscapePointer(p.Name), p.Schema, p.Line
		} else if s != nil {
			below = s.Extra
			if !s.Open && !s.Closed { // the library reports members that are forbidden
				unknown = append(unknown, m.Name)
			}
		}
		if m.LoneSurrogate {
			c.report(part, KindJSON, where, "text in Unicode", "a name with half of a surrogate pair", line)
		} else if m.Duplicate {
			c.report(part, KindDuplicate, where, "each member once", "a duplicate member", line)
		}
		c.walk(part, where, &m.Value, below)
	}
	if len(unknown) > 0 {
		kind := KindUndocumented
		if part == PartRequest {
			kind = KindUndeclared
		}
		c.report(part, kind, pointer+"/*", "only declared members", describeNames(unknown, s.PropNames()), s.LineOf("properties"))
	}
}

// describeNames describes undeclared members without quoting their names, which
// may be secrets just as values may be.
func describeNames(unknown, declared []string) string {
	words := jsonbody.Count(len(unknown), "other")
	for i, name := range unknown {
		if i == 5 {
			return words + " ..."
		}
		if i == 0 {
			words += ": "
		} else {
			words += "; "
		}
		words += "a name of " + jsonbody.Count(utf8.RuneCountInString(name), "character")
		if nearest := suggest.Nearest(name, declared); nearest != "" {
			words += ", near " + nearest
		}
	}
	return words
}
