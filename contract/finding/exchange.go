package finding

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// An Exchange is one request and its response, as they were sent. Check only
// reads it.
type Exchange struct {
	Method         string      // as sent: "POST"
	Path           string      // below the target's base URL, escaped, without the query: "/keys"
	Query          string      // as sent, without the leading ?
	RequestHeader  http.Header // keys in canonical form
	RequestBody    []byte
	Status         int         // HTTP status, 100 to 999
	ResponseHeader http.Header // keys in canonical form
	ResponseBody   []byte
}

// Bearer returns the bearer token of the request, or "".
func (x Exchange) Bearer() string {
	scheme, credential, _ := strings.Cut(x.RequestHeader.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.Trim(credential, " ")
}

// A DocumentedResponse is one response that the specification documents,
// identified by its operation and its status.
type DocumentedResponse struct {
	Operation string `json:"operation"` // operationId
	Status    int    `json:"status"`    // HTTP status
}

// String returns the operation and the status: "create-keys 201".
func (r DocumentedResponse) String() string { return r.Operation + " " + strconv.Itoa(r.Status) }

// A Result is the verdict on one exchange. The zero Result conforms.
type Result struct {
	Operation string             // operationId; "" if the contract has no such operation
	Response  DocumentedResponse // zero if the operation does not list the status of the exchange
	Findings  []Finding          // sorted, without duplicates
}

// Conforms reports whether the exchange conforms to the contract: it has no
// findings other than notes.
func (r Result) Conforms() bool {
	return !slices.ContainsFunc(r.Findings, func(f Finding) bool { return !f.Note() })
}

// Reached reports whether the documented response counts as reached: there is one,
// and the only findings about the response are notes and undocumented properties.
func (r Result) Reached() bool {
	if r.Response.Operation == "" {
		return false
	}
	return !slices.ContainsFunc(r.Findings, func(f Finding) bool {
		return f.Part == PartResponse && !f.Note() && f.Kind != KindUndocumented
	})
}

// With returns the result with more findings.
func (r Result) With(more ...Finding) Result {
	r.Findings = Sort(slices.Concat(r.Findings, more))
	return r
}

// RequestFindings returns the findings about the request, including notes.
func (r Result) RequestFindings() []Finding { return r.part(PartRequest) }

// ResponseFindings returns the findings about the response.
func (r Result) ResponseFindings() []Finding { return r.part(PartResponse) }

func (r Result) part(part string) []Finding {
	var fs []Finding
	for _, f := range r.Findings {
		if f.Part == part {
			fs = append(fs, f)
		}
	}
	return fs
}
