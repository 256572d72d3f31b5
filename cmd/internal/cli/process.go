package cli

import (
	"context"
	"io"
	"runtime/debug"
)

// A Process is what a command may use of the operating system's process.
type Process struct {
	Context context.Context // done when the process is told to stop
	Env     Environ
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	Program *Program

	// LogDropped returns how many lines of the log were dropped. It is nil if none
	// can be: see QueueOutput.
	LogDropped func() int64

	flush func() // writes what waits to be written; nil if nothing can
}

// gcPercent is how much the heap of serve and check may grow before it is collected, in
// percent of what is in use, unless GOGC says otherwise. Memory is cheaper than time
// here: with the default of Go, 100, collecting takes a quarter of the time of a
// request, most of whose memory is free when it ends. A run of check takes a third more
// CPU, and at most 100 MB instead of 160.
const gcPercent = 400

// CollectLess sets the GC percent.
func (p *Process) CollectLess() {
	if p.Env["GOGC"] == "" {
		debug.SetGCPercent(gcPercent)
	}
}
