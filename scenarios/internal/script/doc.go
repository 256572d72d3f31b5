// Package script reads scenario files, and lets testscript run them.
//
//	file.txtar ─► Parser.Parse ─► Script ─► SkipReason
//	                                │
//	                                └─► Run ─► testscript ─► Outcome ─► Failure
//
// It knows the syntax of scripts and how testscript reads them: words, conditions, names
// of files, variables, lines and the log. The caller provides the commands, and describes
// the target with a [Target].
package script
