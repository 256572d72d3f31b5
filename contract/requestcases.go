package contract

import (
	"bytes"
	"slices"

	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/contract/internal/openapi"
	"github.com/mockgates/mockgates/contract/internal/samples"
)

// The kinds of Case: how it differs from a good body.
const (
	CaseSample     = samples.CaseSample     // not at all
	CaseLeftOut    = samples.CaseLeftOut    // a member is missing
	CaseType       = samples.CaseType       // a member has another JSON type
	CaseNull       = samples.CaseNull       // a member is null
	CaseEnum       = samples.CaseEnum       // a member has a value of its enum, or one outside it
	CaseFormat     = samples.CaseFormat     // a member matches its format, nearly or not at all
	CaseBounds     = samples.CaseBounds     // a member is at a limit of its schema or its type
	CaseUndeclared = samples.CaseUndeclared // there is a member that the schema does not declare
	CaseBody       = samples.CaseBody       // the body as a whole is different
)

// A Case is one request body derived from the specification. It does not say
// whether the body is valid; Check does.
type Case struct {
	Name    string // "limit_reset outside its enum"
	Body    []byte
	Pointer string // JSON pointer of the member that differs; "" for the whole body
	Kind    string // one of the Case constants
}

// RequestCases returns the cases for the body of an operation, in a fixed order:
// each member left out, null, of each other type, with values inside and outside its
// enum and its format, and with values at its bounds; an undeclared member; and
// bodies that are wrong as a whole. It returns nil for an unknown operation and for
// one that takes no JSON body.
func (c *Contract) RequestCases(operation string) []Case {
	op := c.operation(operation)
	if op == nil || op.Body == nil || op.Body.JSONSchema() == nil {
		return nil
	}
	s := op.Body.JSONSchema()
	base := samples.Complete(s, op.Body.Example)
	var cases []Case
	for _, v := range samples.Variants(s, base) {
		cases = append(cases, Case{v.Name, v.Body, openapi.PointerOf(v.Path), v.Kind})
	}
	return append(cases, limitCases(base)...)
}

// limitCases returns bodies at the limits of what Check reads, and just beyond
// them.
func limitCases(base *openapi.Node) []Case {
	good := base.JSON()
	padded := func(size int) []byte {
		return slices.Concat(good, bytes.Repeat([]byte(" "), max(0, size-len(good))))
	}
	cases := []Case{
		{"a body of the largest size", padded(MaxRequestBody), "", CaseBody},
		{"a body one byte larger", padded(MaxRequestBody + 1), "", CaseBody},
	}
	if base.Kind == openapi.MappingNode {
		cases = append(cases,
			Case{"arrays nested to the greatest depth", nested(base, jsonbody.MaxDepth-1), "", CaseBody},
			Case{"arrays nested one deeper", nested(base, jsonbody.MaxDepth), "", CaseBody},
		)
	}
	return cases
}

// nested returns the object base with an undeclared member, which holds arrays
// nested to the given depth.
func nested(base *openapi.Node, depth int) []byte {
	v := openapi.Array()
	for range depth - 1 {
		v = openapi.Array(v)
	}
	return base.With([]string{"not_in_the_schema"}, v).JSON()
}
