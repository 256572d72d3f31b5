package contract

import (
	"net/http"
	"slices"
	"strconv"
)

// An Exchange is one request and its response, as they went over the wire.
// Check reads it and changes nothing in it.
type Exchange struct {
	Method         string      // as sent: "POST"
	Path           string      // below the target's base URL, escaped, without the query: "/keys"
	Query          string      // what followed the ?, as sent
	RequestHeader  http.Header // keys in canonical form
	RequestBody    []byte
	Status         int         // HTTP status, 100 to 999
	ResponseHeader http.Header // keys in canonical form
	ResponseBody   []byte
}

// A Row is one (operation, status) pair that the specification documents.
type Row struct {
	Operation string // operationId
	Status    int    // HTTP status
}

// String is the row as reports name it: "create-keys 201".
func (r Row) String() string { return r.Operation + " " + strconv.Itoa(r.Status) }

// A Result is the verdict on one exchange. One without findings conforms, so
// the zero Result does.
type Result struct {
	Operation  string    // operationId; "" if the contract has no such operation
	Row        Row       // operation and status of the exchange; zero without an operation
	Documented bool      // whether Row is one that the specification documents
	Findings   []Finding // sorted, each once
}

// Conforms reports whether every finding is only a note.
func (r Result) Conforms() bool {
	return !slices.ContainsFunc(r.Findings, func(f Finding) bool { return !f.Note() })
}

// Request returns the findings about the request, notes among them.
func (r Result) Request() []Finding { return r.part(PartRequest) }

// Response returns the findings about the response.
func (r Result) Response() []Finding { return r.part(PartResponse) }

func (r Result) part(part string) []Finding {
	var fs []Finding
	for _, f := range r.Findings {
		if f.Part == part {
			fs = append(fs, f)
		}
	}
	return fs
}
