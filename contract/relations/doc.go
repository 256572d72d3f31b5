// Package relations judges what one response alone does not show: how it relates to
// its request and to earlier exchanges.
//
//	Exchange ─► Contract.Check ─► Session.Check ─► Result ─► findings of both
//	                                │      ▲
//	                                ▼      │
//	                         keys, tokens, secrets seen so far
//
// A [Session] finds invalid requests that are accepted and valid ones that are
// refused, values that do not come back as they were sent, new keys that are not
// fresh, secrets that are shown again, and reads that do not show what was written.
// Each such fact has a [contract.Source], which decides whether it can fail a target.
package relations
