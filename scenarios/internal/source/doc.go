// Package source reads scenario files, and refuses those that can only fail when played.
//
//	files, folders, - ─► Read ─► script.Parser ─► scripts, problems with line and column
//	                                  ▲
//	                 Language ────────┘  what each command needs
//
// It knows the syntax of the commands of a scenario, but not what they do.
package source
