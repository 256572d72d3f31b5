package samples

import (
	"bytes"
	"slices"

	"github.com/mockgates/mockgates/contract/internal/openapi"
)

// Undeclared adds an undeclared member to each object of the good body.
func (b *VariantBuilder) Undeclared(s *openapi.Schema, v *openapi.Node, path []string) {
	if s == nil || v == nil {
		return
	}
	if v.Kind == openapi.MappingNode {
		verdict := Invalid
		switch {
		case s.Open:
			verdict = Unknown // extra members may have a schema of their own
		case s.Closed:
			verdict = verdictUnlessFolded(s, Invalid)
		}
		name := "an undeclared member"
		if len(path) > 0 {
			name = "with " + name
		}
		b.Add(name, path, CaseUndeclared, verdict, b.Base.With(append(slices.Clone(path), "not_in_the_schema"), openapi.Boolean(true)))
	}
	for _, p := range s.Props {
		b.Undeclared(p.Schema, v.Get(p.Name), append(slices.Clone(path), p.Name))
	}
	if v.Kind == openapi.SequenceNode && len(v.Items) > 0 {
		b.Undeclared(s.Items, v.Items[0], append(slices.Clone(path), "0"))
	}
}

// Texts adds bodies that differ as a whole.
func (b *VariantBuilder) Texts(s *openapi.Schema) {
	base := b.Base.JSON()
	structured := Invalid // the verdict on what breaks an object or an array
	if b.Base.Kind == openapi.ScalarNode {
		structured = Unknown
	}
	b.raw("an empty body", nil, CaseBody, Invalid, nil)
	b.raw("a body of spaces", nil, CaseBody, Invalid, []byte(" \n\t "))
	for _, other := range []struct {
		name string
		body *openapi.Node
	}{
		{"the body null", openapi.Null()},
		{"an array for a body", openapi.Array()},
		{"a string for a body", openapi.Text("text")},
		{"a number for a body", openapi.Number("7")},
		{"true for a body", openapi.Boolean(true)},
	} {
		verdict := verdictOn(s, other.body)
		if verdict == Valid || s == nil || len(s.Types) == 0 {
			verdict = Unknown // other constraints decide
		}
		b.Add(other.name, nil, CaseBody, verdict, other.body)
	}
	b.raw("an empty object", nil, CaseBody, Unknown, []byte("{}"))
	b.raw("the good body in an array", nil, CaseBody, Unknown, slices.Concat([]byte("["), base, []byte("]")))
	b.raw("a body that is not JSON", nil, CaseBody, Invalid, []byte("name=sample"))
	b.raw("a truncated body", nil, CaseBody, structured, base[:len(base)-1])
	b.raw("garbage after the body", nil, CaseBody, Invalid, slices.Concat(base, []byte("x")))
	b.raw("two bodies", nil, CaseBody, structured, slices.Concat(base, base))
	b.raw("space around the body", nil, CaseBody, Valid, slices.Concat([]byte("\r\n "), base, []byte("\n")))
	b.raw("a byte order mark before the body", nil, CaseBody, Invalid, slices.Concat([]byte("\xef\xbb\xbf"), base))
	b.raw("bytes that are not UTF-8", nil, CaseBody, Invalid, slices.Insert(slices.Clone(base), bytes.IndexByte(base, '"')+1, 0xff))
	b.raw("a comment in the body", nil, CaseBody, structured, slices.Concat(base[:1], []byte("/**/"), base[1:]))
	b.raw("a trailing comma", nil, CaseBody, structured, slices.Concat(base[:len(base)-1], []byte(","), base[len(base)-1:]))
	if len(b.Base.Members) > 0 {
		duplicated := openapi.Object(append([]openapi.Member{b.Base.Members[0]}, b.Base.Members...)...)
		b.Add("a duplicate member", nil, CaseBody, Invalid, duplicated)
	}
	if b.Base.Kind == openapi.MappingNode {
		twice := openapi.Object(openapi.Member{Name: "twice", Value: openapi.Number("1")}, openapi.Member{Name: "twice", Value: openapi.Number("2")})
		b.Add("a duplicate member below an undeclared one", nil, CaseBody, Invalid, b.Base.With([]string{"not_in_the_schema"}, twice))
	}
}
