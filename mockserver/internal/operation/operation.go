package operation

import (
	"net/http"
	"strings"

	"github.com/mockgates/mockgates/mockserver/internal/form"
)

// A Request is the part of an HTTP request that an operation needs.
type Request struct {
	Number int64  // in order of arrival in the world, from 1
	Path   string // below the base path
	Query  string // raw
	Header http.Header
	Body   form.Body
	Caller Caller
}

// variable returns the last segment of the path, which is the variable of an operation
// that has one.
func (r *Request) variable() string { return r.Path[strings.LastIndexByte(r.Path, '/')+1:] }

// A Response is what an operation returns, not yet encoded.
type Response struct {
	Status   int
	Header   http.Header // beyond those that every response has; nil for none
	Body     any         // marshalled as JSON, by its method AppendJSON if it has one; a []byte is sent as it is; nil for no body
	Rules    []string    // ids of the rules that decided it; they may be shared
	Secret   string      // that the body shows, and the operation has minted; "" for none
	Redacted string      // what the journal has in the place of Secret
}

// A Plan is an operation that has passed its checks and has changed nothing yet.
type Plan struct {
	Reserve    func(Txn)                             // reserves what Commit will need, so that other requests can see it; may be nil
	Commit     func(Txn, *Request) (Response, error) // makes the changes, or none if it fails
	Release    func(Txn)                             // undoes Reserve, after Commit or instead of it; may be nil
	Undeclared []string                              // properties of the body that the request schema does not name
}

// A Prepare checks a request for one operation and returns the plan for it. It
// depends only on its arguments and changes nothing: all changes are made by the
// functions of the plan.
type Prepare func(Txn, *Request) (Plan, error)

// All holds the Prepare of each operation, by operationId.
var All = map[string]Prepare{
	"create-keys":           createKey,
	"create-auth-keys-code": createCode,
	"list-keys":             listKeys,
	"get-key":               getKey,
	"update-keys":           updateKey,
	"delete-keys":           deleteKey,
	"get-current-key":       currentKey,
	"exchange-auth-code":    exchangeCode,
}
