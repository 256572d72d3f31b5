// Package mockserver is an in-memory fake of the ModelGates API: stateful,
// deterministic, with faults on demand.
//
// [New] makes a [Server], which is an http.Handler. Each management key opens a
// [World] of its own, with its keys and codes, its clock, its seed, its faults and
// its journal. Any bearer token sk-mg-mgmt-NAME is a management key, so parallel
// tests that pick different names cannot affect each other. Package mocktest does
// this for a Go test.
//
//	                      ┌───────────── the world's lock ─────────────┐
//	wire ─► router ─► call.receive ───► call.perform ───► call.finish ─┴─► call.send ─► wire
//	        mux       credential,       operation:        journal,
//	                  fault, phase      prepare, commit   coverage
//	                  before
//
// The methods receive, perform and finish each take the world's lock once. Only a
// fault that holds a request in the middle of its operation makes perform take it
// twice. Responses are encoded, redacted, logged and sent without the lock.
//
// An operation checks, then commits: it checks the request and changes nothing, and
// the plan that it returns makes the changes. An operation that fails has changed
// nothing. Package operation has them.
//
//	fault                  a fault as data: text, JSON, matching, counters
//	ratelimit              rate limits as data, and their counters
//	keyobject              the key object of the API as data
//	control                the control API, over what this package exports
//	mocktest               a fake and a world for one Go test
//	everyfault             every fault that a client can meet, and what it makes of them
//	internal/operation     the operations, as functions of a transaction and a request
//	internal/refusal       error responses: a status with its body and its headers
//	internal/account       keys, codes and apps of a world: what a transaction changes
//	internal/apispec       operations, rules, response schemas: tables
//	internal/gate          gates, at which requests wait
//	internal/retrywait     waits that Retry-After asked for
//	internal/form          request bodies and queries, property by property
//	internal/wire          responses on the wire, effects included
//	internal/consentpage   the consent page: its HTML, its token, its redirect
//	internal/token         the forms of secrets: how they are made and recognised
//	internal/random        everything random in a world
//	internal/snapshot      the state of the worlds as data: JSON, validation
//
// The package parses requests with small typed parsers of its own and reads no
// specification, so that package contract can check it independently. It is not a
// general API mock and not a proxy, and it stores nothing on disk; a caller can
// save a snapshot.
package mockserver
