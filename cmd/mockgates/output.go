package main

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

// queueOutput puts a queue before stdout and stderr, so that a reader that is
// slow or gone cannot stop a server. It returns a function that writes what
// waits in the queues. newHandler makes the format of the log.
func (p *process) queueOutput(newHandler func(io.Writer) slog.Handler) (flush func()) {
	// Without this a write to a closed pipe ends the process. The channel is never
	// read: the write fails, and that is enough.
	brokenPipes := make(chan os.Signal, 1)
	signal.Notify(brokenPipes, syscall.SIGPIPE)

	stdout := logqueue.New(p.stdout, logqueue.Options{})
	stderr := logqueue.New(p.stderr, logqueue.Options{Notice: func(dropped int) []byte {
		var line bytes.Buffer
		slog.New(newHandler(&line)).Error(logqueue.Message(dropped)) // an error, so that every level shows it
		return line.Bytes()
	}})
	p.stdout, p.stderr = stdout, printable.Writer(stderr)
	p.logDropped = stderr.Dropped
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), flushTimeout)
		defer cancel()
		stdout.Close(ctx)
		stderr.Close(ctx)
		signal.Stop(brokenPipes)
	}
}
