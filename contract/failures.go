package contract

import (
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/contract/internal/openapi"
	"github.com/mockgates/mockgates/internal/strictjson"
)

// checkSchema reports where a body does not meet its schema. The library gives only
// the verdict. The wording comes from the schema and the body, because the
// library's messages quote the body and have no fixed order.
func (c *checker) checkSchema(part string, body *jsonbody.Value, m *openapi.Media) error {
	if body.Type() == strictjson.TypeNull {
		return nil // checkMembers reports it unless the schema accepts it
	}
	failures, err := m.Failures(body)
	if len(failures) == 0 || err != nil {
		return err
	}
	before := len(c.findings)
	for _, f := range failures {
		c.reportFailure(part, body, m.Schema, f)
	}
	if len(c.findings) > before {
		return nil
	}
	// Each failure is in one alternative and none is in all of them, so what is
	// reported is that the value meets no alternative as a whole.
	where, v, at := locate(body, m.Schema, failures[0].Path)
	if v == nil {
		where, v, at = "body", body, m.Schema
	}
	c.report(part, finding.KindSchema, where, "one of the alternatives in the schema", jsonbody.Describe(v), at.LineOf("oneOf"))
	return nil
}

// reportFailure reports one failure, described by the whole schema at its place. A
// value that one alternative refuses and another accepts is not a failure.
func (c *checker) reportFailure(part string, body *jsonbody.Value, root *openapi.Schema, f openapi.Failure) {
	where, v, s := locate(body, root, f.Path)
	if v == nil {
		return
	}
	switch f.Keyword {
	case "required":
		c.reportMissing(part, where, v, s)
	case "type", "enum", "const":
		switch {
		case !s.Takes(jsonbody.JSONType(v)):
			c.report(part, finding.KindType, where, s.Describe(), jsonbody.Describe(v), s.LineOf("type"))
		case f.Keyword != "type" && s != nil && !s.Allows(v):
			keyword := "enum"
			if s.Lines["enum"] == 0 {
				keyword = "const"
			}
			c.report(part, finding.KindEnum, where, s.Describe(), jsonbody.Describe(v), s.LineOf(keyword))
		}
	case "format":
		c.report(part, finding.KindFormat, where, s.Describe(), jsonbody.Describe(v), s.LineOf("format"))
	default:
		want := "a value that meets the schema"
		if f.Keyword != "" {
			want = f.Keyword
			if limit := s.Limit(f.Keyword); limit != nil {
				want += " " + string(limit.JSON())
			}
		}
		c.report(part, finding.KindSchema, where, want, jsonbody.Describe(v), s.LineOf(f.Keyword))
	}
}

// reportMissing reports each required member that an object lacks.
func (c *checker) reportMissing(part, where string, v *jsonbody.Value, s *openapi.Schema) {
	if s == nil {
		return
	}
	for _, name := range s.Required {
		if v.Member(name) != nil {
			continue
		}
		at, want := strings.TrimPrefix(where, "body")+"/"+strictjson.EscapePointer(name), "any value"
		if p := s.Prop(name); p != nil {
			want = p.Describe()
		}
		c.report(part, finding.KindRequired, at, want, "no such member", s.LineOf("required "+name))
	}
}

// locate returns the value and the schema at a path of the body, and the path as
// a JSON pointer with * for each name that the schema does not have. The root is
// "body". The value is nil if there is none.
func locate(v *jsonbody.Value, s *openapi.Schema, path []string) (where string, at *jsonbody.Value, of *openapi.Schema) {
	if len(path) == 0 {
		return "body", v, s
	}
	for _, segment := range path {
		if v == nil {
			return where, nil, nil
		}
		if v.Type() == strictjson.TypeArray {
			items := v.Items()
			i, err := strconv.Atoi(segment)
			if err != nil || i < 0 || i >= len(items) {
				return where, nil, nil
			}
			where, v = where+"/"+strconv.Itoa(i), &items[i]
			if s != nil {
				s = s.Items
			}
			continue
		}
		v = v.Member(segment)
		if p := s.Prop(segment); p != nil {
			where, s = where+"/"+strictjson.EscapePointer(segment), p.Schema
			continue
		}
		where += "/*"
		if s != nil {
			s = s.Extra
		}
	}
	return where, v, s
}
