package main

import (
	"fmt"
	"io"
	"strings"
	texttemplate "text/template"

	"github.com/alecthomas/kong"
	"github.com/mockgates/mockgates/cmd/internal/cli"
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
	return printCompletion(p.Stdout, c.Shell, completions(model.Node))
}

// A completion is what may follow a command.
type completion struct {
	Path     string // the command, such as "spec print"; "" for the program
	Help     string
	Commands []completion
	Flags    []completionFlag
	Words    []string // values of the arguments; nil for any
	Files    bool     // it has arguments of any value, such as files
}

// A completionFlag is a flag of a command.
type completionFlag struct {
	Name, Help string
	Switch     bool     // it takes no value
	Values     []string // nil for any, such as a file
}

// Name returns the last word of the command.
func (c completion) Name() string { return c.Path[strings.LastIndexByte(c.Path, ' ')+1:] }

// All returns the command and those below it.
func (c completion) All() []completion {
	list := []completion{c}
	for _, child := range c.Commands {
		list = append(list, child.All()...)
	}
	return list
}

// Valued returns the flags of the command that take a value.
func (c completion) Valued() []completionFlag {
	var list []completionFlag
	for _, flag := range c.Flags {
		if !flag.Switch {
			list = append(list, flag)
		}
	}
	return list
}

// Next returns the words that may follow the command: commands, arguments and flags.
func (c completion) Next() string {
	words := append([]string(nil), c.Words...)
	for _, child := range c.Commands {
		words = append(words, child.Name())
	}
	for _, flag := range c.Flags {
		words = append(words, "--"+flag.Name)
	}
	return strings.Join(words, " ")
}

// completions returns what may follow a command of the model.
func completions(node *kong.Node) completion {
	c := completion{Path: commandPath(node), Help: node.Help}
	for _, arg := range node.Positional {
		c.Words = append(c.Words, enumValues(arg)...)
		c.Files = c.Files || arg.Enum == ""
	}
	if c.Path == "help" {
		for _, topic := range topics {
			c.Words = append(c.Words, topic.name)
		}
		c.Files = false
	}
	for _, group := range node.AllFlags(true) {
		for _, flag := range group {
			c.Flags = append(c.Flags, completionFlag{flag.Name, flag.Help, flag.IsBool(), enumValues(flag.Value)})
		}
	}
	for _, child := range node.Children {
		c.Commands = append(c.Commands, completions(child))
	}
	return c
}

// enumValues returns the values that a flag or an argument may have; nil for any.
func enumValues(v *kong.Value) []string {
	if v.Enum == "" {
		return nil
	}
	return v.EnumSlice()
}

// printCompletion prints the completion for a shell.
func printCompletion(w io.Writer, shell string, root completion) error {
	t, err := texttemplate.New(shell).Funcs(texttemplate.FuncMap{
		"join":  func(words []string) string { return strings.Join(words, " ") },
		"quote": func(text string) string { return strings.ReplaceAll(strings.ReplaceAll(text, `\`, `\\`), "'", `\'`) },
	}).Parse(completionScripts[shell])
	if err != nil {
		return fmt.Errorf("completion for %s: %w", shell, err)
	}
	return t.Execute(w, root)
}
