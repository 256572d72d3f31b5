package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/mockgates/mockgates/mockserver"
)

// A process is what a command may touch of the world around it.
type process struct {
	ctx    context.Context
	env    environ
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
}

// run is the program without the process: it returns, when ctx is done or the
// work is, the status to exit with. env holds NAME=VALUE pairs.
func run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &process{ctx, newEnviron(env), stdin, stdout, stderr}
	err := p.dispatch(args)
	if err != nil && !errors.Is(err, errTold) {
		fmt.Fprintln(stderr, "mockgates:", err)
		if f, ok := errors.AsType[*failure](err); ok && f.hint != "" {
			fmt.Fprintln(stderr, "hint:", f.hint)
		}
	}
	return codeOf(err)
}

// dispatch parses the command line and runs the command that it names.
func (p *process) dispatch(args []string) error {
	var c cli
	settings := &settings{env: p.env}
	parser, err := newParser(&c, settings, p.stdout, p.stderr)
	if err != nil {
		return err
	}
	selected, err := parser.Parse(args)
	if errors.Is(err, errHelp) {
		return nil
	}
	if err != nil {
		return &failure{exitUsage, settings.explain(err), helpHint(err)}
	}
	for _, warning := range settings.warnings(parser.Model) {
		fmt.Fprintln(p.stderr, "warning:", warning)
	}
	return selected.Run(p)
}

// newParser returns the parser of the command line. What is not on the command
// line it asks of settings.
func newParser(c *cli, settings kong.Resolver, stdout, stderr io.Writer) (*kong.Kong, error) {
	return kong.New(
		c,
		kong.Name("mockgates"),
		kong.Description("A fake of the ModelGates API, and a judge of it.\n\n"+
			"Each flag has a variable and a key in the file that --config names: the flag goes before the variable, the variable before the file."),
		kong.Writers(stdout, stderr),
		kong.NoDefaultHelp(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, WrapUpperBound: 100}),
		kong.ValueFormatter(func(v *kong.Value) string {
			if v.Flag == nil || v.Flag.Name == "help" {
				return v.Help
			}
			if v.Default != "" {
				return v.Help + " Default " + v.Default + ". $" + variable(v.Flag.Name)
			}
			return v.Help + " $" + variable(v.Flag.Name)
		}),
		kong.Vars{"keyPrefix": mockserver.DefaultKeyPrefix},
		kong.Resolvers(settings),
		kong.Exit(func(int) {}),
	)
}

// errHelp ends a parse that has shown help instead.
var errHelp = errors.New("help was shown")

// A helpFlag shows the usage of the command that it stands behind.
type helpFlag bool

// BeforeReset is called by kong before anything is checked.
func (helpFlag) BeforeReset(ctx *kong.Context) error {
	if err := ctx.PrintUsage(false); err != nil {
		return err
	}
	return errHelp
}

// helpHint says where the right flags are listed.
func helpHint(err error) string {
	command := ""
	if p, ok := errors.AsType[*kong.ParseError](err); ok && p.Context != nil {
		if node := p.Context.Selected(); node != nil {
			command = " " + node.Path()
		}
	}
	return fmt.Sprintf("%s lists what can be said", strings.Join([]string{"mockgates" + command, "--help"}, " "))
}
