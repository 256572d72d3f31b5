// Package clientrun runs a client of the fake: a program that somebody else wrote.
//
//	Environ ─► Command.Run ─► End
//
//	Runner.Run ─► a clean run ─► everyfault.Plan ─► a run for each point ─► everyfault.Judge ─► Report
//	Report ─► WriteText, Record, Save, ExitCode
//
// A [Command] is a process with a time limit, signals that are passed on, and an end;
// no process outlives it. A [Runner] runs one command once clean and once for each
// fault, each in a world of its own on a fake that the caller serves. What the faults
// are, and what it means to survive one, is the business of the package everyfault.
//
// A report is a function of the runs: with a client that is deterministic, equal seeds
// give equal bytes, however many runs there are at once.
package clientrun
