// Package apispec holds what the fake knows of the ModelGates API as tables: its
// operations and the statuses that each documents, the rules that it enforces,
// the schemas of its responses, and the envelope of its errors.
//
//	Operations ─► routing, credentials, faults, coverage
//	Rules      ─► settings, the Mockgates-Rule header
//	schemas    ─► Places ─► Break (the fault effect "violate")
//	Messages   ─► Envelope ─► the body of every error
//
// The tables are written by hand and owe nothing to the OpenAPI documents of
// package contract, so that a mistake in one of the two is found by the other.
// No code here answers a request.
package apispec
