package cli

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/mockgates/mockgates/internal/logqueue"
	"github.com/mockgates/mockgates/internal/printable"
)

// flushTimeout is how long the end of the program may wait for the readers of
// its output.
const flushTimeout = 250 * time.Millisecond

// QueueOutput puts a queue before stdout and stderr, so that a reader that is
// slow or gone cannot stop a server. What waits in the queues is written when the
// command has ended. newHandler makes the format of the log. With colours the lines of
// warnings and errors have a colour on a terminal that supports it, unless the user has
// disabled that.
func (p *Process) QueueOutput(newHandler func(io.Writer) slog.Handler, colours bool) {
	colours = colours && p.WantsColours(p.Stderr)
	// Without this a write to a closed pipe ends the process. The channel is never
	// read: the write fails, and that is enough.
	brokenPipes := make(chan os.Signal, 1)
	signal.Notify(brokenPipes, syscall.SIGPIPE)

	stdout := logqueue.New(p.Stdout, logqueue.Options{})
	stderr := logqueue.New(p.Stderr, logqueue.Options{Notice: func(dropped int) []byte {
		var line bytes.Buffer
		slog.New(newHandler(&line)).Error(logqueue.Message(dropped)) // an error, so that every level shows it
		return line.Bytes()
	}})
	p.Stdout, p.Stderr = stdout, printable.Writer(stderr)
	if colours {
		p.Stderr = printable.Writer(colourWriter{stderr})
	}
	p.LogDropped = stderr.Dropped
	p.flush = func() {
		ctx, cancel := context.WithTimeout(context.Background(), flushTimeout)
		defer cancel()
		stdout.Close(ctx)
		stderr.Close(ctx)
		signal.Stop(brokenPipes)
	}
}
