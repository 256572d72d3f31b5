// Command mockgates-serve serves a fake ModelGates API, and nothing else. It is the
// command serve of mockgates without the validator, the specification, the scenarios
// and generated keys, so it is smaller and starts sooner.
//
//	mockgates-serve [serve]            serve the fake, on loopback by default
//	mockgates-serve healthcheck [URL]  check the health of a running fake
//	mockgates-serve ca                 print the certificate of the CA of --tls-dir
//	mockgates-serve version            print version information
//
// Flags, variables and the configuration file are those of mockgates serve, but there
// is no --keys. The control API answers openapi.yaml with 404.
package main

import (
	"os"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	_ "github.com/mockgates/mockgates/cmd/internal/gcpercent" // collects garbage less often
	"github.com/mockgates/mockgates/cmd/internal/serve"
)

// A commands is the command line. Kong derives commands and flags from its fields.
type commands struct {
	cli.GlobalFlags

	Serve       serve.Command            `cmd:"" default:"withargs" help:"Serve a fake ModelGates API. This is the default command; the others are ca, healthcheck and version."`
	CA          serve.CACommand          `cmd:"" name:"ca" help:"Print the certificate of the CA that serve --tls keeps in a folder."`
	Healthcheck serve.HealthcheckCommand `cmd:"" help:"Check the health of a running fake: exit 0 if it is healthy, 3 if not."`
	Version     cli.VersionCommand       `cmd:"" help:"Print version information, as --version does."`
}

// program is the program as a command line.
var program = cli.Program{
	Name:        "mockgates-serve",
	Description: "Mock server for the ModelGates API.",
	Commands:    func() any { return new(commands) },
	Vars:        serve.Vars(),
}

func main() {
	ctx, stop := cli.UntilStopped()
	code := program.Run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
