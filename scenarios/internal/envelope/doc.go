// Package envelope keeps a run on a live target within its bounds, and knows which keys
// it has made.
//
//	Request ─► Bounds.Check ─► Account.Intend ─► (sent) ─► Account.Settle ─► keyledger
//	                                                                             │
//	                                                     Cleaner.DeleteAll ◄─────┘
//
// Bounds decide what may be sent, an Account notes what was made, and a Cleaner deletes
// what is left. The package sends nothing itself.
package envelope
