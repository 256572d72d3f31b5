package main

import (
	"fmt"
	"io"
	"slices"
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
	Files    bool     // its arguments are files, or a program and its arguments
	Runs     bool     // its arguments are a program and its arguments
}

// A completionFlag is a flag of a command.
type completionFlag struct {
	Name, Help string
	Switch     bool     // it takes no value
	Values     []string // nil for any
	Files      bool     // its value is a file
	Folders    bool     // its value is a folder
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
	return slices.DeleteFunc(slices.Clone(c.Flags), func(f completionFlag) bool { return f.Switch })
}

// Dashed returns the flags of the command with their dashes.
func (c completion) Dashed() string {
	words := make([]string, 0, len(c.Flags))
	for _, flag := range c.Flags {
		words = append(words, "--"+flag.Name)
	}
	return strings.Join(words, " ")
}

// Next returns the words that may follow the command: commands and arguments.
func (c completion) Next() string {
	words := slices.Clone(c.Words)
	for _, child := range c.Commands {
		words = append(words, child.Name())
	}
	return strings.Join(words, " ")
}

// completions returns what may follow a command of the model.
func completions(node *kong.Node) completion {
	c := completion{Path: commandPath(node), Help: node.Help}
	for _, arg := range node.Positional {
		c.Words = append(c.Words, enumValues(arg)...)
		switch arg.Name {
		case "file", "record":
			c.Files = true
		case "command":
			c.Files, c.Runs = true, true
		case "topic":
			for _, topic := range topics {
				c.Words = append(c.Words, topic.name)
			}
		}
	}
	for _, group := range node.AllFlags(true) {
		for _, flag := range group {
			c.Flags = append(c.Flags, completionFlag{
				Name: flag.Name, Help: flag.Help, Switch: flag.IsBool(), Values: enumValues(flag.Value),
				Files: flag.PlaceHolder == "FILE", Folders: flag.PlaceHolder == "DIR",
			})
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
