// Package mockserver is an in-memory fake of the ModelGates API: stateful,
// deterministic, with faults on demand.
//
// [New] makes a [Server], which is an http.Handler. Each management key opens a
// [World] of its own: its keys and codes, its clock, its seed, its faults and its
// journal. Any bearer token sk-mg-mgmt-NAME is a management key, so parallel tests
// pick different names and never meet. Package mocktest does this for a Go test.
//
//	                      ┌───────────── the world's lock ─────────────┐
//	wire ─► router ─► call.receive ───► call.perform ───► call.finish ─┴─► call.send ─► wire
//	        mux       credential,       operation:        journal,
//	                  fault, phase      prepare, commit   coverage
//	                  before
//
// A request is received, performed and finished, each with the world's lock taken
// once; only a fault that holds a request in the middle of its operation makes
// perform take it twice. What is encoded, redacted, logged or sent is so without
// the lock.
//
// An operation checks, then commits: a prepareFunc is a function of a transaction
// and a request that changes nothing, and the plan that it returns commits. An
// operation that fails has changed nothing.
//
//	fault                  a fault as data: text, JSON, matching, counters
//	control                the control API, over what this package exports
//	mocktest               a fake and a world for one Go test
//	internal/apispec       operations, rules, response schemas: tables
//	internal/form          request bodies and queries, property by property
//	internal/wire          responses on the wire, effects included
//	internal/consentpage   the HTML of the consent page
//
// The package has small typed parsers of its own and reads no specification, so
// that package contract can judge it. It is not a mock for other APIs, not a
// proxy, and keeps nothing beyond its process but what a snapshot holds.
package mockserver
