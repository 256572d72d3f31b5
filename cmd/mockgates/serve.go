package main

import (
	"fmt"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/serve"
	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/fixtures"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios"
)

// A serveCmd is the command serve: that of the fake alone, with extras.
type serveCmd struct {
	serve.Command
	extraFlags
}

// Run serves the fake until the process is told to stop.
func (c *serveCmd) Run(p *cli.Process) error { return c.Serve(p, c.extras(&c.Flags)) }

// An extraFlags holds the flags of what this program adds to the fake.
type extraFlags struct {
	Keys int `placeholder:"N" help:"Start with N generated keys in the default world."`
}

// extras returns what this program adds to the fake that the flags describe: the
// specification, which scenarios test each rule, and generated keys.
func (c *extraFlags) extras(flags *serve.Flags) serve.Extras {
	return serve.Extras{
		OpenAPI:   servedSpecification,
		Scenarios: scenarios.RuleIndex,
		Populate: func(world *mockserver.World) error {
			if err := fixtures.Populate(world, uint64(flags.Seed), c.Keys); err != nil {
				return fmt.Errorf("--keys: %w", err)
			}
			return nil
		},
	}
}

// servedSpecification returns the specification of the operations that the fake
// serves, as YAML.
func servedSpecification(documentedOnly bool) ([]byte, error) {
	if documentedOnly {
		return contract.Print(contract.Documented, "yaml")
	}
	return contract.Print(contract.All, "yaml")
}
