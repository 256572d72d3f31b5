package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/internal/printable"
)

// precedence is the second paragraph of each program's help.
const precedence = "Each flag can also be set by its environment variable, or in the file given with --config. " +
	"The command line takes precedence over the variable, and the variable over the file."

// A Program is a command line. Each flag of it can also be set by an environment
// variable, or in a configuration file.
type Program struct {
	Name        string
	Description string     // what the program is, for --help
	Overview    string     // printed if there are no arguments, which is an error; "" if they are not needed
	Commands    func() any // returns a pointer to a new struct from whose fields kong derives commands and flags
	Vars        kong.Vars  // for the tags of those fields
}

// Run runs the command that the arguments select, and returns the exit code. It
// returns when the command has ended or ctx is done. env holds NAME=VALUE pairs. It
// uses nothing of the process but its arguments.
func (g *Program) Run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &Process{Context: ctx, Env: NewEnviron(env), Stdin: stdin, Stdout: stdout, Stderr: stderr, Program: g}
	err := p.Dispatch(args)
	if err != nil && !errors.Is(err, exit.ErrReported) {
		PrintError(g.Name, p.Stderr, err)
	}
	if p.flush != nil {
		p.flush()
	}
	return exit.Code(err)
}

// PrintError prints an error of a program, and the hint of a failure that has one.
func PrintError(program string, stderr io.Writer, err error) {
	fmt.Fprintf(stderr, "%s: %s\n", program, printable.Text(err.Error()))
	if f, ok := errors.AsType[*exit.Failure](err); ok && f.Hint != "" {
		fmt.Fprintln(stderr, "hint:", f.Hint)
	}
}

// Dispatch parses a command line and runs the command that it selects. A command line
// without a command is an error if the program has an overview: one that was meant to
// check must not pass.
func (p *Process) Dispatch(args []string) error {
	switch {
	case len(args) == 0 && p.Program.Overview != "":
		fmt.Fprint(p.Stderr, p.Program.Overview)
		return exit.Reported(exit.Usage)
	case len(args) == 1 && args[0] == "--version":
		args = []string{"version"} // no flag, or the variable MOCKGATES_VERSION would set it
	}
	if selected := p.parseOne(args); selected != nil {
		return selected.Run(p)
	}
	resolver := &flagResolver{env: p.Env}
	parser, err := p.Program.parser(p.Program.Commands(), resolver, p.Stdout, p.Stderr)
	if err != nil {
		return err
	}
	selected, err := parser.Parse(args)
	if errors.Is(err, errHelp) {
		return nil
	}
	if err != nil {
		return &exit.Failure{Code: exit.Usage, Err: resolver.addOrigin(err), Hint: p.Program.usageHint(err)}
	}
	for _, warning := range resolver.warnings(parser.Model) {
		fmt.Fprintln(p.Stderr, "warning:", warning)
	}
	return selected.Run(p)
}

// Flags parses the command line of another process of the program, whose variables
// are those of this one. It returns the command, and its flags by name, and runs
// nothing.
func (p *Process) Flags(args []string) (command string, flags map[string]any, err error) {
	parser, err := p.Program.parser(p.Program.Commands(), &flagResolver{env: p.Env}, io.Discard, io.Discard)
	if err != nil {
		return "", nil, err
	}
	selected, err := parser.Parse(args)
	if err != nil {
		return "", nil, err
	}
	flags = map[string]any{}
	for _, flag := range selected.Flags() {
		flags[flag.Name] = flag.Target.Interface()
	}
	return selected.Selected().Name, flags, nil
}

// Model returns the commands and flags of the program.
func (g *Program) Model() (*kong.Application, error) {
	parser, err := g.parser(g.Commands(), &flagResolver{}, io.Discard, io.Discard)
	if err != nil {
		return nil, fmt.Errorf("the command line: %w", err)
	}
	return parser.Model, nil
}

// parser returns the parser of the command line that commands describes. It asks the
// resolver for the flags that are not on the command line.
func (g *Program) parser(commands any, resolver kong.Resolver, stdout, stderr io.Writer) (*kong.Kong, error) {
	return kong.New(
		commands,
		kong.Name(g.Name),
		kong.Description(g.Description+"\n\n"+precedence),
		kong.Writers(stdout, stderr),
		kong.NoDefaultHelp(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, WrapUpperBound: 100}),
		kong.ValueFormatter(describe),
		g.Vars,
		kong.Resolvers(resolver),
		kong.Exit(func(int) {}),
	)
}

// describe returns the help text of a flag with its default and its variable.
func describe(v *kong.Value) string {
	if v.Flag == nil || v.Flag.Name == "help" {
		return v.Help
	}
	help := v.Help
	if v.Default != "" {
		help += " Default: " + v.Default + "."
	}
	return help + " [$" + Variable(v.Flag.Name) + "]"
}

// errHelp stops the parser after it has shown help.
var errHelp = errors.New("help shown")

// GlobalFlags holds the flags of every program. A struct of commands embeds it.
type GlobalFlags struct {
	Help   helpFlag `short:"h" help:"Show help."`
	Config string   `placeholder:"FILE" help:"Read flags from this YAML file, one key per flag."`
}

// A helpFlag shows the help of the command that it follows.
type helpFlag bool

// BeforeReset is called by kong before it validates the command line.
func (helpFlag) BeforeReset(ctx *kong.Context) error {
	if err := ctx.PrintUsage(false); err != nil {
		return err
	}
	return errHelp
}

// usageHint returns the hint that follows an error of the command line.
func (g *Program) usageHint(err error) string {
	command := g.Name
	if p, ok := errors.AsType[*kong.ParseError](err); ok && p.Context != nil {
		if node := p.Context.Selected(); node != nil {
			command += " " + node.Path()
		}
	}
	return "run " + command + " --help for usage"
}
