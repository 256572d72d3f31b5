package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/mockgates/mockgates/cmd/mockgates/internal/exit"
	"github.com/mockgates/mockgates/internal/printable"
)

// A process is what a command may use of the operating system's process.
type process struct {
	ctx    context.Context // done when the process is told to stop
	env    environ
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	flush  func() // writes what waits to be written; nil if nothing can

	logDropped func() int64 // returns how many lines of the log were dropped; nil if none can be
}

// gcPercent is how much the heap of serve and check may grow before it is collected, in
// percent of what is in use, unless GOGC says otherwise. Memory is cheaper than time
// here: with the default of Go, 100, collecting takes a quarter of the time of a
// request, most of whose memory is free when it ends. A run of check takes a third more
// CPU, and at most 100 MB instead of 160.
const gcPercent = 400

// collectLess sets the GC percent.
func (p *process) collectLess() {
	if p.env["GOGC"] == "" {
		debug.SetGCPercent(gcPercent)
	}
}

// run runs the program and returns its exit code. It returns when its work is
// done or ctx is. env holds NAME=VALUE pairs.
func run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &process{ctx: ctx, env: newEnviron(env), stdin: stdin, stdout: stdout, stderr: stderr}
	err := p.dispatch(args)
	if err != nil && !errors.Is(err, exit.ErrReported) {
		printError(p.stderr, err)
	}
	if p.flush != nil {
		p.flush()
	}
	return exit.Code(err)
}

// printError prints an error, and the hint of a failure that has one.
func printError(stderr io.Writer, err error) {
	fmt.Fprintln(stderr, "mockgates:", printable.Text(err.Error()))
	if f, ok := errors.AsType[*exit.Failure](err); ok && f.Hint != "" {
		fmt.Fprintln(stderr, "hint:", f.Hint)
	}
}

// dispatch parses the command line and runs the selected command.
func (p *process) dispatch(args []string) error {
	var c cli
	resolver := &flagResolver{env: p.env}
	parser, err := newParser(&c, resolver, p.stdout, p.stderr)
	if err != nil {
		return err
	}
	selected, err := parser.Parse(args)
	if errors.Is(err, errHelp) {
		return nil
	}
	if err != nil {
		return &exit.Failure{Code: exit.Usage, Err: resolver.addOrigin(err), Hint: usageHint(err)}
	}
	for _, warning := range resolver.warnings(parser.Model) {
		fmt.Fprintln(p.stderr, "warning:", warning)
	}
	return selected.Run(p)
}
