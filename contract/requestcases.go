package contract

import (
	"bytes"
	"slices"
)

// The kinds of Case: how it differs from a good body.
const (
	CaseSample     = "sample"     // not at all
	CaseLeftOut    = "left-out"   // a member is missing
	CaseType       = "type"       // a member has another JSON type
	CaseNull       = "null"       // a member is null
	CaseEnum       = "enum"       // a member has one of the values of its enum, or another
	CaseFormat     = "format"     // a member matches its format, nearly or not at all
	CaseBounds     = "bounds"     // a member is at a limit of its schema or its type
	CaseUndeclared = "undeclared" // there is a member that the schema does not declare
	CaseBody       = "body"       // the body as a whole is different
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
// each member left out, null, of each other type, with each value of its enum
// and others, with texts that match its format and others, and with values at
// its bounds; an undeclared member; and bodies that are wrong as a whole. It
// returns nil for an unknown operation and for one that takes no JSON body.
func (c *Contract) RequestCases(operation string) []Case {
	op := c.operation(operation)
	if op == nil || op.body == nil || op.body.jsonSchema() == nil {
		return nil
	}
	s := op.body.jsonSchema()
	base := s.complete(op.body.example)
	var cases []Case
	for _, v := range s.variants(base) {
		cases = append(cases, Case{v.name, v.body, pointerOf(v.path), v.kind})
	}
	return append(cases, limitCases(base)...)
}

// limitCases returns bodies at the limits of what Check reads, and just beyond
// them.
func limitCases(base *node) []Case {
	good := base.json()
	padded := func(size int) []byte {
		return slices.Concat(good, bytes.Repeat([]byte(" "), max(0, size-len(good))))
	}
	cases := []Case{
		{"a body of the largest size", padded(MaxRequestBody), "", CaseBody},
		{"a body one byte larger", padded(MaxRequestBody + 1), "", CaseBody},
	}
	if base.kind == mappingNode {
		cases = append(cases,
			Case{"arrays nested to the greatest depth", nested(base, maxDepth-1), "", CaseBody},
			Case{"arrays nested one deeper", nested(base, maxDepth), "", CaseBody},
		)
	}
	return cases
}

// nested returns the object base with an undeclared member, which holds arrays
// nested to the given depth.
func nested(base *node, depth int) []byte {
	v := array()
	for range depth - 1 {
		v = array(v)
	}
	return base.with([]string{"not_in_the_schema"}, v).json()
}
