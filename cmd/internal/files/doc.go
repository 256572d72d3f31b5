// Package files holds the files that serve and exec read and write, and how a file is
// replaced as a whole.
//
//	--fault-file ─► ReadFaults ─► the faults of every world
//	--state ─► OpenState ─► Load ─► the fake ─► Save
//
// A file that is written at the end is opened at the start, so that a name that cannot
// be written is refused at once: see [Atomic]. Errors name the flag that the file comes
// from.
package files
