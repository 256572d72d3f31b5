// Package generated plays the generated cases of the operations of a contract.
//
//	contract.Matrix ─► Cases ─► Play ─► fill ─► Target.Send ─► failure
//	                              │       │                       │
//	                     keys and codes ◄─┘       smaller body, scenario that replays it
//
// It prepares what a case needs, sends it, makes failing bodies smaller, and groups
// failures that are alike. How a request is sent and judged, and whether it may be
// sent at all, a [Target] says. It knows nothing of testscript, and only the text of
// the scenarios that it writes.
package generated
