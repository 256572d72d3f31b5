package main

import (
	"fmt"
	"strings"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/cmd/internal/serve"
	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/scenarios"
)

// An authorFlags holds the flags of check for authors of scenarios.
type authorFlags struct {
	List     bool        `help:"Print the scenarios with where they play and their first comment, and play none."`
	Set      cli.Strings `placeholder:"NAME=VALUE" help:"Set a variable of every scenario. Not for secrets: they would be in the record. Repeatable."`
	FailFast bool        `help:"When one scenario fails, skip those that have not begun."`
	Rule     cli.Strings `placeholder:"ID=SETTING" help:"Change the setting of a rule of the fake, such as keys.negative-limit=accept. Repeatable."`
}

// set sets the options that the flags name.
func (f authorFlags) set(o *scenarios.Options) error {
	o.FailFast = f.FailFast
	var err error
	if o.Rules, err = serve.ParseRules(f.Rule); err != nil {
		return err
	}
	o.Set, err = f.Set.Map("set", "a variable; want NAME=VALUE")
	return err
}

// list prints the scenarios.
func (c *checkCmd) list(p *cli.Process) error {
	options := scenarios.Options{Files: c.Files, Stdin: p.Stdin, Run: c.Pattern}
	if err := c.authorFlags.set(&options); err != nil {
		return err
	}
	list, problems, err := options.List()
	if err != nil {
		return err
	}
	width := 0
	for _, s := range list {
		width = max(width, len(s.Name))
	}
	var b strings.Builder
	for _, s := range list {
		fmt.Fprintln(&b, strings.TrimSpace(fmt.Sprintf("%-*s  %-10s  %s", width, s.Name, s.Plays, printable.Line(s.Comment))))
	}
	if _, err := fmt.Fprint(p.Stdout, b.String()); err != nil {
		return err
	}
	for _, problem := range problems {
		if _, err := fmt.Fprintln(p.Stderr, "mockgates:", printable.Text(problem.String())); err != nil {
			return err
		}
	}
	switch {
	case len(problems) > 0:
		return exit.Reported(problems[0].Exit)
	case len(list) == 0:
		return exit.Failf(exit.NothingTested, "no scenario has a name that matches %q", c.Pattern)
	}
	return nil
}
