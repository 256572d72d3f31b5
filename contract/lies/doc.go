// Package lies has departures from the contract that were written by hand, to
// test that a validator sees them.
//
//	Documented, Companion ──► []Lie ──► exchanges of a lying target, and the finding that must name the lie
//
// The self-test of package contract takes its mutants from the specification, so a
// mistake in the specification would go unnoticed by both. The lies do not depend on
// it: each is a list of exchanges, all but the last of which conform.
package lies
