// Package target opens what scenarios are played against, a fake or a live endpoint, and
// plays one exchange at a time with it.
//
//	Config ─► Open ─► Target ─► NewClient ─► Client
//	                                           │
//	Call ─► Send ─► Completed ─► Check ────────┤
//	          │                    │           └─► Exchanges
//	          └─ envelope, wire    └─► error for what departs from the contract
//
// A Target belongs to a run, a Client to one scenario: it has a world and a memory of its
// own. The package knows nothing of scripts. What a script expects of an exchange is in
// its [Call].
package target
