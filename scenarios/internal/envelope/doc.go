// Package envelope keeps a run on a live target within its bounds, and knows which keys
// it has made.
//
//	Request ─► Bounds.Check ─► Account.Intend ─► (sent) ─► Account.Settle ─► keyledger
//	                                                                             │
//	                                                     Cleaner.DeleteAll ◄─────┘
//
// Bounds say what may be sent, an Account what was made, and a Cleaner deletes what is
// left. The package sends nothing itself.
package envelope
