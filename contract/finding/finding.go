package finding

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The parts of an exchange that a Finding can be about. Findings of [Lint] are
// about the document.
const (
	PartRequest  = "request"
	PartResponse = "response"
	PartDocument = "document"
)

// The kinds of Finding.
const (
	KindContentType   = "content-type"          // missing, or one the contract does not name
	KindCredential    = "credential"            // missing, not Bearer, or without a token
	KindDuplicate     = "duplicate-member"      // a JSON object has two members with the same name
	KindEmpty         = "empty"                 // no body where one is required
	KindEnum          = "enum"                  // not one of the allowed values
	KindErrorCode     = "error-code"            // error.code is not the HTTP status
	KindFormat        = "format"                // does not match the format: date-time, uri, uuid
	KindHeader        = "header"                // a response header that is missing or malformed
	KindJSON          = "json"                  // not one JSON text in UTF-8, or beyond the limits on depth, values and numbers
	KindMethod        = "method"                // the path exists, but not with this method
	KindParameter     = "parameter"             // a query, path or header parameter
	KindPath          = "path"                  // no such path
	KindReference     = "reference"             // a reference to another document, or to nothing
	KindRequired      = "required"              // a required member is missing
	KindSchema        = "schema"                // any other constraint of a schema
	KindSize          = "size"                  // a body larger than the validator reads
	KindStatus        = "status"                // a status that the operation does not document
	KindType          = "type"                  // not one of the schema's JSON types
	KindUndeclared    = "undeclared-property"   // a request member that the schema does not declare
	KindUndeclaredArg = "undeclared-parameter"  // a query parameter that the operation does not declare
	KindUndocumented  = "undocumented-property" // a response member that the schema does not declare
	KindUnexpected    = "unexpected-body"       // a body where the contract has none
)

// The kinds of Finding that only a session of package relations makes. All are
// about the response.
const (
	KindAcceptedInvalid = "accepted-invalid" // an invalid request was accepted
	KindRefusedValid    = "refused-valid"    // a valid request was refused
	KindEcho            = "echo"             // a value that was sent did not come back
	KindNotFresh        = "not-fresh"        // a new key has been used, changed or disabled
	KindReused          = "reused"           // a secret, hash or id was made before
	KindSecretExposed   = "secret-exposed"   // a secret is where it should not be
	KindNotUTC          = "not-utc"          // a time with an offset other than zero
	KindUnstored        = "unstored"         // a read shows another value than the one that was written
	KindResurrected     = "resurrected"      // what was deleted or used up is back
)

// A Source says who states a fact about the API. It decides whether the fact can
// fail a target.
type Source string

// The sources.
const (
	SourceDoc    Source = "doc"    // the published documents; always binding
	SourceFamily Source = "family" // the family of APIs that ModelGates belongs to; binding if relations.Options says so
	SourceSeen   Source = "seen"   // reports of users; never binding
	SourceChoice Source = "choice" // nobody; an open question
)

// A Finding is one way in which an exchange departs from the contract.
//
// It never quotes a body. It describes values by type, length and position, and
// the only names in it are those in the specification; any other member is
// written as *.
type Finding struct {
	Part     string `json:"part"`               // "request", "response" or, from Lint, "document"
	Kind     string `json:"kind"`               // one of the Kind constants
	Where    string `json:"where"`              // JSON pointer ("/limit_reset"), or "body", "status", "path", "method", "query offset", "header Content-Type"
	Want     string `json:"want"`               // what the contract requires
	Got      string `json:"got"`                // what was sent
	Document string `json:"document,omitempty"` // name of the document that states the rule; "" if none does
	Line     int    `json:"line,omitempty"`     // line of the rule in it, from 1; 0 if unknown
	Source   Source `json:"source,omitempty"`   // of the fact on which a Session based it; "" from Check
	Advisory bool   `json:"advisory,omitempty"` // the source cannot fail this target
}

// Note reports whether the finding is only informational: it is advisory, or it
// is about the request and the contract does not forbid what the client did. An
// exchange whose findings are all notes conforms.
func (f Finding) Note() bool {
	if f.Advisory {
		return true
	}
	if f.Part != PartRequest {
		return false
	}
	return f.Kind == KindUndeclared || f.Kind == KindUndeclaredArg || f.Kind == KindUnexpected
}

// Title returns what the finding is about and its kind, "response /limit: type". It
// leaves out a kind that the place says: "response header Content-Type".
func (f Finding) Title() string {
	title := f.Part + " " + f.Where
	if f.PlaceSaysKind() {
		return title
	}
	return title + ": " + f.Kind
}

// PlaceSaysKind reports whether the kind only repeats the place, as for status.
func (f Finding) PlaceSaysKind() bool {
	return f.Kind == f.Where || strings.HasPrefix(f.Where, f.Kind+" ") || strings.EqualFold(f.Where, "header "+f.Kind)
}

// String returns the finding on up to four lines: its title; the line of the rule, if
// known; what was wanted; what was sent.
func (f Finding) String() string {
	var b strings.Builder
	b.WriteString(f.Title())
	if rule := f.Rule(); rule != "" {
		fmt.Fprintf(&b, "\n  --> %s", rule)
	}
	fmt.Fprintf(&b, "\n  want: %s\n  got:  %s", f.Want, f.Got)
	return b.String()
}

// Rule returns the position of the rule, as "modelgates.yaml:120". It is only the
// document's name if the line is unknown, and "" if no document states the rule.
func (f Finding) Rule() string {
	if f.Document == "" || f.Line == 0 {
		return f.Document
	}
	return f.Document + ":" + strconv.Itoa(f.Line)
}

// compare orders findings by part, place, kind and text.
func compare(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.Part, b.Part), // "request" sorts before "response"
		cmp.Compare(a.Where, b.Where),
		cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Want, b.Want),
		cmp.Compare(a.Got, b.Got),
		cmp.Compare(a.Line, b.Line),
	)
}

// Sort sorts findings by part, place, kind and text, and returns them without
// duplicates. It changes the slice that it is given.
func Sort(fs []Finding) []Finding {
	slices.SortFunc(fs, compare)
	return slices.Compact(fs)
}
