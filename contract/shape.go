package contract

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	liberrors "github.com/pb33f/libopenapi-validator/errors"
)

// checkShape finds what the validator lets through: members that come twice,
// members that the schema does not name, and null as the whole body.
func (j *judgement) checkShape(part string, body value, s *schema) {
	if body.kind == "null" && !s.takes("null") {
		j.found(part, KindType, "body", s.words(), "null", s.lineOf("type"))
	}
	j.walk(part, "", &body, s)
}

// walk goes through the members of a body, with the schema of each as far as
// there is one.
func (j *judgement) walk(part, pointer string, v *value, s *schema) {
	for i := range v.items {
		var items *schema
		if s != nil {
			items = s.items
		}
		j.walk(part, pointer+"/"+strconv.Itoa(i), &v.items[i], items)
	}
	var unknown []string
	for i := range v.members {
		m := &v.members[i]
		where, below, line := pointer+"/*", (*schema)(nil), s.lineOf("properties")
		if p := s.prop(m.name); p != nil {
			where, below, line = pointer+"/"+escapePointer(p.name), p.schema, p.line
		} else if s != nil {
			below = s.extra
			if !s.open && !s.closed {
				unknown = append(unknown, m.name)
			}
		}
		if m.again {
			j.found(part, KindDuplicate, where, "each member once", "the member again", line)
		}
		j.walk(part, where, &m.value, below)
	}
	if len(unknown) > 0 {
		kind := KindUndocumented
		if part == PartRequest {
			kind = KindUndeclared
		}
		j.found(part, kind, pointer+"/*", "the members that the schema names", unknownWords(unknown, s.propNames()), s.lineOf("properties"))
	}
}

// unknownWords describes members that a schema does not name without naming
// them, for a body's names may be secrets as well as its values.
func unknownWords(unknown, declared []string) string {
	words := count(len(unknown), "other")
	for i, name := range unknown {
		if i == 5 {
			return words + " ..."
		}
		if i == 0 {
			words += ": "
		} else {
			words += "; "
		}
		words += "a name of " + count(utf8.RuneCountInString(name), "character")
		if nearest := Nearest(name, declared); nearest != "" {
			words += ", near " + nearest
		}
	}
	return words
}

// A failure is one place and keyword of a schema that a body does not meet.
type failure struct {
	path    []string // from the root of the body
	keyword string
}

// badBody turns the validator's verdict on a body into findings. The verdict is
// the validator's; the words come from the schema and the body, since its
// own quote the body and come in no fixed order.
func (j *judgement) badBody(part string, body value, s *schema, errs []*liberrors.ValidationError) error {
	failures := failuresOf(errs)
	if len(failures) == 0 {
		return errUnjudged
	}
	before := len(j.findings)
	for _, f := range failures {
		j.explain(part, &body, s, f)
	}
	if len(j.findings) > before {
		return nil
	}
	// Each failure is of one branch and none of the whole: that is the
	// finding.
	where, v, at := locate(&body, s, failures[0].path)
	if v == nil {
		where, v, at = "body", &body, s
	}
	j.found(part, KindSchema, where, "one of the forms that the schema allows", v.words(), at.lineOf("oneOf"))
	return nil
}

// failuresOf reads the leaves of the validator's error trees, without the
// branches above them.
func failuresOf(errs []*liberrors.ValidationError) []failure {
	var failures []failure
	for _, e := range errs {
		for _, se := range e.SchemaValidationErrors {
			if se.OriginalJsonSchemaError == nil {
				continue
			}
			tree := se.OriginalJsonSchemaError.Causes[:0:0]
			tree = append(tree, se.OriginalJsonSchemaError)
			for len(tree) > 0 {
				e := tree[len(tree)-1]
				tree = append(tree[:len(tree)-1], e.Causes...)
				if len(e.Causes) > 0 {
					continue
				}
				keyword := ""
				if path := e.ErrorKind.KeywordPath(); len(path) > 0 {
					keyword = path[len(path)-1]
				}
				failures = append(failures, failure{e.InstanceLocation, keyword})
			}
			break // each carries the same tree
		}
	}
	slices.SortFunc(failures, func(a, b failure) int {
		if d := slices.Compare(a.path, b.path); d != 0 {
			return d
		}
		return strings.Compare(a.keyword, b.keyword)
	})
	return failures
}

// explain says what one failure is in the words of the whole schema at that
// place: a value that one branch of oneOf refuses and another takes is no
// failure of its own.
func (j *judgement) explain(part string, body *value, root *schema, f failure) {
	where, v, s := locate(body, root, f.path)
	if v == nil {
		return
	}
	switch f.keyword {
	case "required":
		j.missing(part, where, v, s)
	case "type", "enum", "const":
		switch {
		case !s.takes(v.jsonType()):
			j.found(part, KindType, where, s.words(), v.words(), s.lineOf("type"))
		case f.keyword != "type" && s != nil && !s.allows(v):
			keyword := "enum"
			if s.lines["enum"] == 0 {
				keyword = "const"
			}
			j.found(part, KindEnum, where, s.words(), v.words(), s.lineOf(keyword))
		}
	case "format":
		j.found(part, KindFormat, where, s.words(), v.words(), s.lineOf("format"))
	default:
		want := "what the schema says"
		if f.keyword != "" {
			want = f.keyword
			if limit := s.limit(f.keyword); limit != nil {
				want += " " + string(limit.appendJSON(nil))
			}
		}
		j.found(part, KindSchema, where, want, v.words(), s.lineOf(f.keyword))
	}
}

// missing records each required member that an object lacks.
func (j *judgement) missing(part, where string, v *value, s *schema) {
	if s == nil {
		return
	}
	for _, name := range s.required {
		if v.member(name) != nil {
			continue
		}
		at, want := strings.TrimPrefix(where, "body")+"/"+escapePointer(name), "any value"
		if p := s.prop(name); p != nil {
			want = p.words()
		}
		j.found(part, KindRequired, at, want, "no such member", s.lineOf("required "+name))
	}
}

// locate finds the value and the schema at a place of the body, and writes
// the place as a JSON pointer; the root is "body". Names that the schema does
// not have are written as *.
func locate(v *value, s *schema, path []string) (where string, at *value, of *schema) {
	if len(path) == 0 {
		return "body", v, s
	}
	for _, segment := range path {
		if v == nil {
			return where, nil, nil
		}
		if v.kind == "array" {
			i, err := strconv.Atoi(segment)
			if err != nil || i < 0 || i >= len(v.items) {
				return where, nil, nil
			}
			where, v = where+"/"+strconv.Itoa(i), &v.items[i]
			if s != nil {
				s = s.items
			}
			continue
		}
		v = v.member(segment)
		if p := s.prop(segment); p != nil {
			where, s = where+"/"+escapePointer(segment), p.schema
			continue
		}
		where += "/*"
		if s != nil {
			s = s.extra
		}
	}
	return where, v, s
}

// allows reports whether enum and const allow the value.
func (s *schema) allows(v *value) bool {
	if len(s.values) == 0 || v.kind == "null" && s.nullable() {
		return true
	}
	for _, allowed := range s.values {
		switch v.kind {
		case "string":
			if allowed.tag == "!!str" && allowed.text == unquote(v.text) {
				return true
			}
		case "null":
			if allowed.tag == "!!null" {
				return true
			}
		case "number":
			if f, ok := allowed.number(); ok && f == v.float() {
				return true
			}
		case "boolean":
			if allowed.tag == "!!bool" && allowed.text == string(v.text) {
				return true
			}
		}
	}
	return false
}
