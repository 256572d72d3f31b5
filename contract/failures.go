package contract

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/contract/internal/openapi"
	"github.com/mockgates/mockgates/internal/strictjson"
	liberrors "github.com/pb33f/libopenapi-validator/errors"
)

// errUnexplained is returned if the library refuses a body without saying where.
var errUnexplained = errors.New("the library refused the body and gave no place")

// A failure is one place in a body and one keyword of the schema that the value
// there does not meet.
type failure struct {
	path    []string // from the root of the body
	keyword string
}

// reportBody turns the library's errors about a body into findings. Only the
// verdict is the library's. The wording comes from the schema and the body,
// because the library's messages quote the body and have no fixed order.
func (c *checker) reportBody(part string, body jsonbody.Value, s *openapi.Schema, errs []*liberrors.ValidationError) error {
	failures := failuresOf(errs)
	if len(failures) == 0 {
		return errUnexplained
	}
	before := len(c.findings)
	for _, f := range failures {
		c.reportFailure(part, &body, s, f)
	}
	if len(c.findings) > before {
		return nil
	}
	// Each failure is in one alternative and none is in all of them, so the
	// finding is that no alternative as a whole is met.
	where, v, at := locate(&body, s, failures[0].path)
	if v == nil {
		where, v, at = "body", &body, s
	}
	c.report(part, KindSchema, where, "one of the alternatives in the schema", jsonbody.Describe(v), at.LineOf("oneOf"))
	return nil
}

// failuresOf returns the leaves of the library's error trees, sorted.
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
			break // the others hold the same tree
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

// reportFailure describes one failure by the whole schema at its place. A value
// that one alternative refuses and another accepts is not a failure.
func (c *checker) reportFailure(part string, body *jsonbody.Value, root *openapi.Schema, f failure) {
	where, v, s := locate(body, root, f.path)
	if v == nil {
		return
	}
	switch f.keyword {
	case "required":
		c.reportMissing(part, where, v, s)
	case "type", "enum", "const":
		switch {
		case !s.Takes(jsonbody.JSONType(v)):
			c.report(part, KindType, where, s.Describe(), jsonbody.Describe(v), s.LineOf("type"))
		case f.keyword != "type" && s != nil && !s.Allows(v):
			keyword := "enum"
			if s.Lines["enum"] == 0 {
				keyword = "const"
			}
			c.report(part, KindEnum, where, s.Describe(), jsonbody.Describe(v), s.LineOf(keyword))
		}
	case "format":
		c.report(part, KindFormat, where, s.Describe(), jsonbody.Describe(v), s.LineOf("format"))
	default:
		want := "a value that meets the schema"
		if f.keyword != "" {
			want = f.keyword
			if limit := s.Limit(f.keyword); limit != nil {
				want += " " + string(limit.JSON())
			}
		}
		c.report(part, KindSchema, where, want, jsonbody.Describe(v), s.LineOf(f.keyword))
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
		c.report(part, KindRequired, at, want, "no such member", s.LineOf("required "+name))
	}
}

// locate returns the value and the schema at a path of the body, and the path as
// a JSON pointer, in which names that the schema does not have are *. The
// root is "body". The value is nil if there is none.
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
