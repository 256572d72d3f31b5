// Package relations judges how exchanges relate to each other and to their own
// requests: what one exchange alone does not show.
//
//	Exchange ─► Contract.Check ─► Session.Check ─► Result ─► findings of both
//	                                │      ▲
//	                                ▼      │
//	                         keys, tokens, secrets seen so far
//
// A [Session] finds invalid requests that are accepted and valid ones that are
// refused, values that do not come back as they were sent, new keys that are not
// fresh, secrets that are shown again, and keys that a read shows otherwise than
// they were written. Each such fact has a [contract.Source], which decides whether
// it can fail a target.
package relations
