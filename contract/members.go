package contract

import (
	"strconv"
	"unicode/utf8"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/contract/internal/openapi"
	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/internal/suggest"
)

// checkMembers reports what the library accepts: duplicate members, members that
// the schema does not declare, and null as the whole body.
func (c *checker) checkMembers(part string, body *jsonbody.Value, s *openapi.Schema) {
	if body.Type() == strictjson.TypeNull && !s.Takes("null") {
		c.report(part, finding.KindType, "body", s.Describe(), "null", s.LineOf("type"))
	}
	c.walk(part, body, s)
}

// walk checks v, which is at the current place, and everything in it. The schema is
// nil where the specification has none.
func (c *checker) walk(part string, v *jsonbody.Value, s *openapi.Schema) {
	c.checkScalar(part, v, s)
	items, members := v.Items(), v.Members()
	for i := range items {
		var of *openapi.Schema
		if s != nil {
			of = s.Items
		}
		c.enter(strconv.Itoa(i))
		c.walk(part, &items[i], of)
		c.leave()
	}
	var unknown []string
	for i := range members {
		m := &members[i]
		name, below, line := "*", (*openapi.Schema)(nil), s.LineOf("properties")
		if p := s.Prop(m.Name); p != nil {
			name, below, line = p.Name, p.Schema, p.Line
		} else if s != nil {
			below = s.Extra
			if !s.Open && !s.Closed { // the schema itself forbids the others
				unknown = append(unknown, m.Name)
			}
		}
		c.enter(name)
		if m.LoneSurrogate {
			c.report(part, finding.KindJSON, c.pointer(), "text in Unicode", "a name with half of a surrogate pair", line)
		} else if m.Duplicate {
			c.report(part, finding.KindDuplicate, c.pointer(), "each member once", "a duplicate member", line)
		}
		c.walk(part, &m.Value, below)
		c.leave()
	}
	if len(unknown) > 0 {
		kind := finding.KindUndocumented
		if part == finding.PartRequest {
			kind = finding.KindUndeclared
		}
		c.enter("*")
		c.report(part, kind, c.pointer(), "only declared members", describeNames(unknown, s.PropNames()), s.LineOf("properties"))
		c.leave()
	}
}

// enter and leave move the current place to a member or an item of the value there,
// and back. A member that the schema does not have is called *.
func (c *checker) enter(name string) { c.place = append(c.place, name) }
func (c *checker) leave()            { c.place = c.place[:len(c.place)-1] }

// pointer returns the current place as a JSON pointer, and "body" for the root.
func (c *checker) pointer() string {
	if len(c.place) == 0 {
		return "body"
	}
	return openapi.PointerOf(c.place)
}

// describeNames describes undeclared members without quoting their names, which
// may be secrets, as values may.
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
