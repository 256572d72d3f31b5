// Package cli is what the programs of this module share as programs: the command
// line, the process, and how a run ends.
//
//	Program.Run ─► kong ◄─ the command line, variables, the file of --config
//	  └► Run of the command, with a [Process] ─► exit code
//
// A [Program] names a struct from which kong derives commands and flags. The types of
// flags that more than one command has are here too, each with its own check. The
// package knows nothing of the API.
package cli
