// Package mockserver is an in-memory fake of the ModelGates API: stateful,
// deterministic, with faults on order.
//
// [New] makes a [Server], which is an http.Handler. Each management key opens
// a [World] of its own: its keys and codes, its clock, its seed, its faults and
// its journal. Any bearer token sk-mg-mgmt-NAME is a management key, so tests
// that run in parallel pick different names and never meet.
//
//	wire ─► route ─► world (credential) ─► fault before ─► operation ─► fault after ─► journal ─► wire
//
// An operation is a function of a transaction and a request. One place takes
// the world's lock and reads its clock; one place writes to the wire. An
// operation that fails has changed nothing.
//
// The package knows the API from its own small typed parsers and reads no
// specification. It is no general mock for other APIs, no proxy, and remembers
// nothing beyond its process but what a snapshot holds.
package mockserver
