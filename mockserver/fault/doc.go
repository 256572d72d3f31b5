// Package fault holds the faults of the fake as data: orders to fail, their text
// and JSON forms, how they match requests, and the counters of each.
//
//	flag, scenario ─► Parse ─┐
//	JSON, Go ────────────────┼─► Fault ─► Validate ─► Set.Add
//	                                                    │
//	                              request ─► Set.Next ──┴─► Firing (or nil)
//
// A [Fault] says which requests it is about and what happens to them. A [Set] is
// the faults in force in one world; it counts requests and picks the fault that
// acts on each. Acting is the server's part: nothing in this package waits,
// answers or touches a connection.
package fault
