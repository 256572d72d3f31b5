package contract

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The parts of an exchange that a Finding can be about. A finding of [Lint] is
// about the document itself.
const (
	PartRequest  = "request"
	PartResponse = "response"
	PartDocument = "document"
)

// The kinds of Finding.
const (
	KindContentType   = "content-type"          // missing, or one the contract does not name
	KindCredential    = "credential"            // missing, not Bearer, or without a token
	KindDuplicate     = "duplicate-member"      // a JSON object names a member twice
	KindEmpty         = "empty"                 // no body where one is needed
	KindEnum          = "enum"                  // not one of the values that are allowed
	KindErrorCode     = "error-code"            // error.code is not the HTTP status
	KindFormat        = "format"                // not of the format: date-time, uri, uuid
	KindHeader        = "header"                // a response header that is not as the prose says
	KindJSON          = "json"                  // not one JSON text in UTF-8, or one past the bounds
	KindMethod        = "method"                // the path is known, the method is not
	KindParameter     = "parameter"             // of the query, the path or a header
	KindPath          = "path"                  // no such path
	KindReference     = "reference"             // a document refers outside itself
	KindRequired      = "required"              // a member is missing
	KindSchema        = "schema"                // any other constraint of a schema
	KindSize          = "size"                  // a body larger than the judge reads
	KindStatus        = "status"                // a status that the operation does not document
	KindType          = "type"                  // another JSON type than the schema's
	KindUndeclared    = "undeclared-property"   // a request member that the schema does not name
	KindUndeclaredArg = "undeclared-parameter"  // a query parameter that the operation does not name
	KindUndocumented  = "undocumented-property" // a response member that the schema does not name
	KindUnexpected    = "unexpected-body"       // a body where the contract has none
)

// A Finding is one way in which an exchange departs from the contract.
//
// It holds nothing of a body but types, lengths and positions; each name in it
// is one that the specification contains. A member that the specification does
// not name is written as *.
type Finding struct {
	Part     string `json:"part"`               // "request", "response" or, from Lint, "document"
	Kind     string `json:"kind"`               // one of the Kind constants
	Where    string `json:"where"`              // JSON pointer ("/limit_reset"), or "body", "status", "path", "method", "query offset", "header Content-Type"
	Want     string `json:"want"`               // what the contract says
	Got      string `json:"got"`                // what was sent
	Document string `json:"document,omitempty"` // name of the document that holds the rule; "" if none does
	Line     int    `json:"line,omitempty"`     // line of the rule there, from 1; 0 if not known
}

// Note reports whether the finding is only worth telling: it is about the
// request, and the contract does not forbid what the client did. An exchange
// whose findings are all notes conforms.
func (f Finding) Note() bool {
	if f.Part != PartRequest {
		return false
	}
	return f.Kind == KindUndeclared || f.Kind == KindUndeclaredArg || f.Kind == KindUnexpected
}

// String is the finding on up to four lines: part, place and kind; the line of
// the rule, if it is known; what was wanted; what came.
func (f Finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s", f.Part, f.Where, f.Kind)
	if rule := f.Rule(); rule != "" {
		fmt.Fprintf(&b, "\n  --> %s", rule)
	}
	fmt.Fprintf(&b, "\n  want: %s\n  got:  %s", f.Want, f.Got)
	return b.String()
}

// Rule is where the rule stands, as "modelgates.yaml:120"; only the document's
// name if the line is not known, and "" if no document holds the rule.
func (f Finding) Rule() string {
	if f.Document == "" || f.Line == 0 {
		return f.Document
	}
	return f.Document + ":" + strconv.Itoa(f.Line)
}

// compareFindings orders findings by part, place, kind and text.
func compareFindings(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.Part, b.Part), // "request" sorts before "response"
		cmp.Compare(a.Where, b.Where),
		cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Want, b.Want),
		cmp.Compare(a.Got, b.Got),
		cmp.Compare(a.Line, b.Line),
	)
}

// sorted returns the findings in their one order, each once.
func sorted(fs []Finding) []Finding {
	slices.SortFunc(fs, compareFindings)
	return slices.Compact(fs)
}
