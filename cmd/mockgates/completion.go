package main

import (
	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/completion"
)

// A completionCmd is the command completion.
type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help says how to use what the command prints.
func (*completionCmd) Help() string {
	return "bash: source <(mockgates completion bash)\n\n" +
		"zsh: source <(mockgates completion zsh)\n\n" +
		"fish: mockgates completion fish | source"
}

// Run prints the completion for a shell.
func (c *completionCmd) Run(p *cli.Process) error {
	model, err := p.Program.Model()
	if err != nil {
		return err
	}
	var names []string
	for _, topic := range topics {
		names = append(names, topic.name)
	}
	return completion.Write(p.Stdout, c.Shell, model.Node, names)
}
