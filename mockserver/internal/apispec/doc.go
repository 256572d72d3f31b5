// Package apispec describes the ModelGates API to the fake in tables: its
// operations and the statuses that each documents, the rules that the fake
// enforces, the schemas of the responses, and the envelope of errors.
//
//	Operations ─► routing, credentials, faults, coverage
//	Rules      ─► settings, the Mockgates-Rule header
//	schemas    ─► Places ─► Break (the fault effect "violate")
//	Messages   ─► Envelope ─► the body of every error
//
// The tables are written by hand, independently of the OpenAPI documents of
// package contract, so that each can catch a mistake in the other. No code here
// handles a request.
package apispec
