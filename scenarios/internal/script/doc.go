// Package script reads scenario files, and lets testscript run them.
//
//	file.txtar ─► Parser.Parse ─► Script ─► SkipReason
//	                                │
//	                                └─► Run ─► testscript ─► Outcome ─► Failure
//
// It knows the syntax of a script and what testscript makes of it: words,
// conditions, names of files, variables, lines and the log. What a command does is
// given to it. It knows nothing of targets but what a [Target] says.
package script
