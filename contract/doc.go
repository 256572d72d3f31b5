// Package contract is the validator: it checks exchanges, a request and its
// response, against the specification of the ModelGates API.
//
//	spec/modelgates.yaml ─┐
//	spec/companion.yaml  ─┼─► New ──► Contract ─► Check(Exchange) ─► Result ─► []Finding
//	spec/prose.yaml ──────┘   Load ─┘    │
//	                                     ├─► NewSession     Check, and how exchanges contradict each other
//	                                     ├─► Matrix         requests to send, and whether they must be accepted
//	                                     ├─► RequestCases   bodies to send
//	                                     └─► SelfTest       valid responses and mutants of them, through Check
//
// The first document is what ModelGates publishes. The second is this project's
// own and specifies the companion operations. The third is an OpenAPI Overlay on
// both; it adds the response headers that the API documentation describes only in
// prose.
//
// An exchange takes this way through Check:
//
//	route ─► credential, parameters, request body ─► status, headers, response body ─► findings, sorted
//
// Whether a value meets a schema is decided by libopenapi-validator. This package
// checks what that library accepts: empty and null bodies, duplicate and
// undeclared members, content types, credentials, response headers. It also words
// the findings, so that they are the same in every run and never quote a body.
//
// Check looks at one exchange at a time. A [Session] remembers the exchanges that
// it checked, and also finds promises that are broken between them, such as that
// a deleted key stays deleted. Each such fact has a [Source], which decides
// whether it can fail a target. [Lies] are departures written by hand, to test
// that a validator sees them.
//
// The package opens no files and no connections, and [Load] refuses documents
// that refer to others.
package contract
