// Package generated plays the generated cases of the operations of a contract.
//
//	contract.Matrix ─► Cases ─► Play ─► fill ─► Target.Send ─► failure
//	                              │       │                       │
//	                     keys and codes ◄─┘       smaller body, scenario that replays it
//
// It prepares what a case needs, sends it, makes failing bodies smaller, and groups
// equal failures. A [Target] decides whether a request may be sent, sends it and judges
// the response. The package does not use testscript; it only writes scenarios as text.
package generated
