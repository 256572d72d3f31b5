package main

import (
	"io"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/docs"
	"github.com/mockgates/mockgates/internal/suggest"
)

// overview is what the program prints if it is run without arguments.
const overview = `Mock server and validator for the ModelGates API.

  mockgates serve                            serve a fake on http://127.0.0.1:8080/api/v1
  mockgates exec --every-fault -- CMD ARG…   run a program once for each fault that it can meet
  mockgates check                            play scenarios, and validate every exchange

  mockgates help                             list all commands
  mockgates help faults                      read about faults; also scenarios, worlds, exit-codes
  mockgates env --export                     print the variables that point a program at the fake
`

// topics are the pages that help prints, in the order in which it lists them.
var topics = []struct{ name, text string }{
	{"faults", docs.Faults},
	{"scenarios", docs.Scenarios},
	{"worlds", docs.Worlds},
	{"exit-codes", docs.ExitCodes},
}

// A helpCmd is the command help.
type helpCmd struct {
	Topic []string `arg:"" optional:"" help:"faults, scenarios, worlds, exit-codes, or a command. Default: all commands."`
}

// Run prints a page, or the help of a command.
func (c *helpCmd) Run(p *cli.Process) error {
	name := strings.Join(c.Topic, " ")
	if name == "" {
		return commandHelp(p)
	}
	var known []string
	for _, topic := range topics {
		if topic.name == name {
			_, err := io.WriteString(p.Stdout, forTerminal(topic.text))
			return err
		}
		known = append(known, topic.name)
	}
	model, err := p.Program.Model()
	if err != nil {
		return err
	}
	for _, leaf := range model.Leaves(false) {
		for node := leaf; node != nil && node.Parent != nil; node = node.Parent {
			if path := commandPath(node); path == name {
				return commandHelp(p, c.Topic...)
			} else if !strings.Contains(path, " ") {
				known = append(known, path)
			}
		}
	}
	return exit.Failf(exit.Usage, "there is no help on %q%s", name, suggest.Hint(name, known))
}

// forTerminal returns a page without what only a browser of Markdown can use: comments, and
// links to other files of the project. Links to the web stay as text.
func forTerminal(page string) string {
	comment, link := regexp.MustCompile(`(?m)^<!-- .* -->\n`), regexp.MustCompile(`\[([^\]]+)\]\(([^)]+)\)`)
	return link.ReplaceAllStringFunc(comment.ReplaceAllString(page, ""), func(found string) string {
		m := link.FindStringSubmatch(found)
		if strings.HasPrefix(m[2], "https://") {
			return m[1] + " (" + m[2] + ")"
		}
		return m[1]
	})
}

// commandHelp prints the help of a command, that of the program without one.
func commandHelp(p *cli.Process, path ...string) error {
	return p.Dispatch(append(path, "--help"))
}

// commandPath returns the name of a command, such as "spec print"; "" for the
// program.
func commandPath(node *kong.Node) string {
	if node.Parent == nil {
		return ""
	}
	return strings.TrimSpace(commandPath(node.Parent) + " " + node.Name)
}
