package cli

import (
	"context"
	"io"
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
