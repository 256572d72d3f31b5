package contract

import (
	"bytes"
	"slices"
)

// undeclared adds an undeclared member to each object of the good body.
func (b *variantBuilder) undeclared(s *schema, v *node, path []string) {
	if s == nil || v == nil {
		return
	}
	if v.kind == mappingNode {
		verdict := invalid
		switch {
		case s.open:
			verdict = unknown // extra members may have a schema of their own
		case s.closed:
			verdict = s.verdictUnlessFolded(invalid)
		}
		name := "an undeclared member"
		if len(path) > 0 {
			name = "with " + name
		}
		b.add(name, path, CaseUndeclared, verdict, b.base.with(append(slices.Clone(path), "not_in_the_schema"), boolean(true)))
	}
	for _, p := range s.props {
		b.undeclared(p.schema, v.get(p.name), append(slices.Clone(path), p.name))
	}
	if v.kind == sequenceNode && len(v.items) > 0 {
		b.undeclared(s.items, v.items[0], append(slices.Clone(path), "0"))
	}
}

// texts adds bodies that differ as a whole.
func (b *variantBuilder) texts(s *schema) {
	base := b.base.json()
	structured := invalid // of what breaks an object or an array
	if b.base.kind == scalarNode {
		structured = unknown
	}
	b.raw("an empty body", nil, CaseBody, invalid, nil)
	b.raw("a body of spaces", nil, CaseBody, invalid, []byte(" \n\t "))
	for _, other := range []struct {
		name string
		body *node
	}{
		{"the body null", null()},
		{"an array for a body", array()},
		{"a string for a body", text("text")},
		{"a number for a body", number("7")},
		{"true for a body", boolean(true)},
	} {
		verdict := s.verdictOn(other.body)
		if verdict == valid || s == nil || len(s.types) == 0 {
			verdict = unknown // other constraints decide
		}
		b.add(other.name, nil, CaseBody, verdict, other.body)
	}
	b.raw("an empty object", nil, CaseBody, unknown, []byte("{}"))
	b.raw("the good body in an array", nil, CaseBody, unknown, slices.Concat([]byte("["), base, []byte("]")))
	b.raw("a body that is not JSON", nil, CaseBody, invalid, []byte("name=sample"))
	b.raw("a truncated body", nil, CaseBody, structured, base[:len(base)-1])
	b.raw("garbage after the body", nil, CaseBody, invalid, slices.Concat(base, []byte("x")))
	b.raw("two bodies", nil, CaseBody, structured, slices.Concat(base, base))
	b.raw("space around the body", nil, CaseBody, valid, slices.Concat([]byte("\r\n "), base, []byte("\n")))
	b.raw("a byte order mark before the body", nil, CaseBody, invalid, slices.Concat([]byte("\xef\xbb\xbf"), base))
	b.raw("bytes that are not UTF-8", nil, CaseBody, invalid, slices.Insert(slices.Clone(base), bytes.IndexByte(base, '"')+1, 0xff))
	b.raw("a comment in the body", nil, CaseBody, structured, slices.Concat(base[:1], []byte("/**/"), base[1:]))
	b.raw("a trailing comma", nil, CaseBody, structured, slices.Concat(base[:len(base)-1], []byte(","), base[len(base)-1:]))
	if len(b.base.members) > 0 {
		duplicated := object(append([]member{b.base.members[0]}, b.base.members...)...)
		b.add("a duplicate member", nil, CaseBody, invalid, duplicated)
	}
	if b.base.kind == mappingNode {
		twice := object(member{name: "twice", value: number("1")}, member{name: "twice", value: number("2")})
		b.add("a duplicate member below an undeclared one", nil, CaseBody, invalid, b.base.with([]string{"not_in_the_schema"}, twice))
	}
}
