// Package source reads scenario files, and refuses what can only fail when it is played.
//
//	files, folders, - ─► Read ─► script.Parser ─► scripts, problems with line and column
//	                                  ▲
//	                 Language ────────┘  what each command needs
//
// It knows how the commands of a scenario are written, and not what they do.
package source
