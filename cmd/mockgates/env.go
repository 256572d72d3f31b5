package main

import (
	"fmt"
	"slices"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/serve"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/clientrun"
	"github.com/mockgates/mockgates/mockserver"
)

// An envCmd is the command env.
type envCmd struct {
	serve.Target
	World  string `default:"default" placeholder:"NAME" help:"World that the management key opens."`
	Export bool   `help:"Print export statements for a shell. Without it, the lines suit an env file and $GITHUB_ENV."`
}

// Run prints the variables in which a program finds the fake.
func (c *envCmd) Run(p *cli.Process) error {
	key, err := worldKey(c.World)
	if err != nil {
		return err
	}
	origin, err := c.Origin(p)
	if err != nil {
		return err
	}
	prefix := ""
	if c.Export {
		prefix = "export "
	} else {
		fmt.Fprintln(p.Stderr, `hint: for a shell, eval "$(mockgates env --export)"`)
	}
	for _, pair := range slices.Backward(clientrun.Environ(nil, origin+mockserver.BasePath, key)) {
		if _, err := fmt.Fprintln(p.Stdout, prefix+pair); err != nil {
			return err
		}
	}
	return nil
}

// worldKey returns the management key that opens a world.
func worldKey(name string) (string, error) {
	fake, err := mockserver.New(mockserver.Config{})
	if err != nil {
		return "", err
	}
	if _, err := fake.World(name); err != nil { // it says what a name may hold
		return "", fmt.Errorf("--world: %w", err)
	}
	return serve.ManagementKeyPrefix + name, nil
}
