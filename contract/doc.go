// Package contract is the validator: it checks exchanges, a request and its
// response, against the specification of the ModelGates API.
//
//	spec/modelgates.yaml ─┐
//	spec/companion.yaml  ─┼─► New ──► Contract ─► Check(Exchange) ─► Result ─► []Finding
//	spec/prose.yaml ──────┘   Load ─┘    │
//	                                     ├─► Verdict        whether a request must be accepted
//	                                     ├─► Matrix         requests to send, with their verdicts
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
// Whether a value meets a schema is decided by the schemas that
// libopenapi-validator compiles. This package checks what a schema does not say or
// that library accepts: empty and null bodies, duplicate and undeclared members,
// content types, credentials, response headers. It also words the findings, so
// that they are the same in every run and never quote a body.
//
// Check looks at one exchange at a time. The packages around it do the rest:
//
//	finding            exchanges, results and findings, as data
//	relations          sessions: Check, and how exchanges contradict each other
//	lies               departures written by hand, to test a validator with
//	internal/openapi   documents, compiled into operations and schemas
//	internal/samples   valid values of a schema, and variants that break it
//	internal/jsonbody  content codings, JSON and times
//
// The package opens no files and no connections, and [Load] refuses documents
// that refer to others.
package contract
