// Package clientrun runs a client of the fake: a program that somebody else wrote.
//
//	Environ ─► Command.Run ─► End ─► Once ─► Record
//
//	Runner.Run ─► a clean run ─► everyfault.Plan ─► a run for each point ─► everyfault.Judge ─► Report
//	Report ─► WriteText, Record, Save, ExitCode
//
// A [Command] is a process with a time limit, to which signals are passed on; no process
// outlives it. A [Once] is the record of a command that ran once. A [Runner] runs one
// command once clean and once for each fault, each in a world of its own on a fake that
// the caller serves. Package everyfault chooses the faults, and decides whether a run has
// survived one.
//
// A report is a function of the runs: with a deterministic client, equal seeds give equal
// bytes, no matter how many runs are in parallel.
package clientrun
