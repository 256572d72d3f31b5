// Package fault describes the failures that the fake injects as data: their text
// and JSON forms, the requests that they match, and their counters.
//
//	flag, scenario ─► Parse ─┐
//	JSON, Go ────────────────┼─► Fault ─► Validate ─► Set.Add
//	                                                    │
//	                              request ─► Set.Next ──┴─► Firing (or nil)
//
// A [Fault] says which requests it matches and what happens to them. A [Set] holds
// the faults of one world; it counts requests and picks the fault that acts on
// each. The server carries the fault out: nothing in this package waits, responds
// or touches a connection.
package fault
