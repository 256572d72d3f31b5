package main

import (
	"errors"
	"io"
	"strconv"

	"github.com/alecthomas/kong"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
)

// A cli is the command line. Kong derives commands and flags from its fields.
type cli struct {
	Help   helpFlag `short:"h" help:"Show help."`
	Config string   `placeholder:"FILE" help:"Read flags from this YAML file, one key per flag."`

	Serve       serveCmd       `cmd:"" help:"Serve a fake ModelGates API."`
	Check       checkCmd       `cmd:"" help:"Run scenarios against a fake or a live endpoint, and validate every exchange."`
	Cleanup     cleanupCmd     `cmd:"" help:"Delete the keys that a ledger of check lists, and no others, from a live endpoint."`
	Exec        execCmd        `cmd:"" help:"Run a program against a fake of its own, once or once for each fault that it can meet."`
	Coverage    coverageCmd    `cmd:"" help:"Print what several runs covered together."`
	Drift       driftCmd       `cmd:"" help:"Play the same on the fake and on a live endpoint, and print where they and the specification differ."`
	Evidence    evidenceCmd    `cmd:"" help:"Print where each fact was seen last, and fail on a regression."`
	Report      reportCmd      `cmd:"" help:"Make outputs of the record of a run: a page, JUnit XML, a job summary, SARIF."`
	Reproduce   reproduceCmd   `cmd:"" help:"Print one failure of a record as a scenario, a curl script or a Go test that shows it again."`
	Spec        specCmd        `cmd:"" help:"Print or lint the specification."`
	CA          caCmd          `cmd:"" name:"ca" help:"Print the certificate of the CA that serve --tls keeps in a folder."`
	Healthcheck healthcheckCmd `cmd:"" help:"Check the health of a running fake: exit 0 if it is healthy, 3 if not."`
	Version     versionCmd     `cmd:"" help:"Print version information."`
}

// An apiFlags holds the flags of the fake that serve and check share.
type apiFlags struct {
	Seed           seedValue `default:"1" placeholder:"N|random" help:"Seed for everything random."`
	Clock          timeValue `placeholder:"TIME" help:"Time at which the clock of each world starts, such as 2026-01-05T12:00:00Z. Default: the system time."`
	ClockFrozen    bool      `help:"Freeze the clock of each world until it is moved."`
	DocumentedOnly bool      `help:"Disable the companion operations: they answer 404."`
}

const description = `Mock server and validator for the ModelGates API.

Each flag can also be set by its environment variable, or in the file given with --config. ` +
	`The command line takes precedence over the variable, and the variable over the file.`

// newParser returns the parser of the command line. It asks the resolver for the
// flags that are not on the command line.
func newParser(c *cli, resolver kong.Resolver, stdout, stderr io.Writer) (*kong.Kong, error) {
	return kong.New(
		c,
		kong.Name("mockgates"),
		kong.Description(description),
		kong.Writers(stdout, stderr),
		kong.NoDefaultHelp(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, WrapUpperBound: 100}),
		kong.ValueFormatter(describe),
		kong.Vars{
			"keyPrefix":      defaultKeyPrefix,
			"maxWorlds":      strconv.Itoa(mockserver.DefaultMaxWorlds),
			"maxFaults":      strconv.Itoa(mockserver.DefaultMaxFaults),
			"maxGates":       strconv.Itoa(mockserver.DefaultMaxGates),
			"maxCodes":       strconv.Itoa(mockserver.DefaultMaxCodes),
			"maxWaiting":     strconv.Itoa(mockserver.DefaultMaxWaiting),
			"maxStreams":     strconv.Itoa(control.DefaultMaxStreams),
			"shardVariables": listShardVariables(),
		},
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
	return help + " [$" + variable(v.Flag.Name) + "]"
}

// errHelp stops the parser after it has shown help.
var errHelp = errors.New("help shown")

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
func usageHint(err error) string {
	command := "mockgates"
	if p, ok := errors.AsType[*kong.ParseError](err); ok && p.Context != nil {
		if node := p.Context.Selected(); node != nil {
			command += " " + node.Path()
		}
	}
	return "run " + command + " --help for usage"
}
