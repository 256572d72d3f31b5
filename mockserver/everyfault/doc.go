// Package everyfault plans one run of a client for each fault that it can meet, and
// judges the runs.
//
//	clean run ─► Calls ─► Plan ─► a run for each Point ─► Judge ─► Summary
//
// A clean run shows which calls a client makes. [Plan] makes a [Point] of each call
// and each effect on it, such as the second create-keys and a lost response. The
// caller runs the client once for each point, in a world of its own that has the
// faults of the point. [Judge] compares what such a run left with what the clean
// run left, and says in which ways the client did not survive.
//
// All of this is data. The package starts no client: the command mockgates exec
// runs programs, and mocktest.EveryFault functions of a Go test.
package everyfault
