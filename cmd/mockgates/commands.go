package main

import (
	"github.com/alecthomas/kong"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/serve"
)

// A commands is the command line. Kong derives commands and flags from its fields.
type commands struct {
	cli.GlobalFlags

	Serve       serveCmd                 `cmd:"" help:"Serve a fake ModelGates API."`
	Check       checkCmd                 `cmd:"" help:"Run scenarios against a fake or a live endpoint, and validate every exchange."`
	Cleanup     cleanupCmd               `cmd:"" help:"Delete the keys that a ledger of check lists, and no others, from a live endpoint."`
	Exec        execCmd                  `cmd:"" help:"Run a program against a fake of its own: once, or once for each fault that it can meet."`
	Coverage    coverageCmd              `cmd:"" help:"Print what several runs cover together."`
	Drift       driftCmd                 `cmd:"" help:"Play the same scenarios on the fake and on a live endpoint, and print where they and the specification differ."`
	Evidence    evidenceCmd              `cmd:"" help:"Print where each fact was seen last, and fail on a regression."`
	Report      reportCmd                `cmd:"" help:"Make reports from the record of a run: an HTML page, JUnit XML, a job summary, SARIF."`
	Reproduce   reproduceCmd             `cmd:"" help:"Print one failure of a record as a scenario, a curl script or a Go test that shows it again."`
	Spec        specCmd                  `cmd:"" help:"Print or lint the specification."`
	CA          serve.CACommand          `cmd:"" name:"ca" help:"Print the certificate of the CA that serve --tls keeps in a folder."`
	Healthcheck serve.HealthcheckCommand `cmd:"" help:"Check the health of a running fake: exit 0 if it is healthy, 3 if not."`
	Env         envCmd                   `cmd:"" help:"Print the variables that point a program at a running fake."`
	Completion  completionCmd            `cmd:"" help:"Print a script that completes commands and flags in a shell."`
	HelpTopic   helpCmd                  `cmd:"" name:"help" help:"Print help on a command or on a topic: faults, scenarios, worlds or exit-codes."`
	Version     cli.VersionCommand       `cmd:"" help:"Print version information, as --version does."`
}

// program is the program as a command line.
var program = cli.Program{
	Name:        "mockgates",
	Description: "Mock server and validator for the ModelGates API.",
	Overview:    overview,
	Commands:    func() any { return new(commands) },
	Vars:        vars(),
}

// vars returns the values that the tags of flags name.
func vars() kong.Vars {
	v := serve.Vars()
	v["shardVariables"] = listShardVariables()
	return v
}
