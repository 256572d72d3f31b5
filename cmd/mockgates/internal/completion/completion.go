// Package completion writes the scripts that complete the command line in a shell.
//
//	commands and flags of the program ─► command ─► template of the shell ─► script
//
// It knows what a flag or an argument takes by its enum, its placeholder or its name: FILE
// and DIR, file, record, topic, and command for a program with its own arguments.
package completion

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/template"

	"github.com/alecthomas/kong"
)

// A command is one of the command line, and what may follow it.
type command struct {
	Path     string // the command, such as "spec print"; "" for the program
	Help     string
	Commands []command
	Flags    []commandFlag
	Words    []string // values of the arguments; nil for any
	Files    bool     // its arguments are files, or a program and its arguments
	Runs     bool     // its arguments are a program and its arguments
}

// A commandFlag is a flag of a command.
type commandFlag struct {
	Name, Help string
	Switch     bool     // it takes no value
	Values     []string // nil for any
	Files      bool     // its value is a file
	Folders    bool     // its value is a folder
}

// Name returns the last word of the command.
func (c command) Name() string { return c.Path[strings.LastIndexByte(c.Path, ' ')+1:] }

// All returns the command and those below it.
func (c command) All() []command {
	list := []command{c}
	for _, child := range c.Commands {
		list = append(list, child.All()...)
	}
	return list
}

// Valued returns the flags of the command that take a value.
func (c command) Valued() []commandFlag {
	return slices.DeleteFunc(slices.Clone(c.Flags), func(f commandFlag) bool { return f.Switch })
}

// Dashed returns the flags of the command with their dashes.
func (c command) Dashed() string {
	words := make([]string, 0, len(c.Flags))
	for _, flag := range c.Flags {
		words = append(words, "--"+flag.Name)
	}
	return strings.Join(words, " ")
}

// Next returns the words that may follow the command: commands and arguments.
func (c command) Next() string {
	words := slices.Clone(c.Words)
	for _, child := range c.Commands {
		words = append(words, child.Name())
	}
	return strings.Join(words, " ")
}

// commandOf returns what may follow a command of the model. Its path is that of its parent
// and its name; the program has none.
func commandOf(node *kong.Node, path string, topics []string) command {
	c := command{Path: path, Help: node.Help}
	for _, arg := range node.Positional {
		c.Words = append(c.Words, enumValues(arg)...)
		switch arg.Name {
		case "file", "record":
			c.Files = true
		case "command":
			c.Files, c.Runs = true, true
		case "topic":
			c.Words = append(c.Words, topics...)
		}
	}
	for _, group := range node.AllFlags(true) {
		for _, flag := range group {
			c.Flags = append(c.Flags, commandFlag{
				Name: flag.Name, Help: flag.Help, Switch: flag.IsBool(), Values: enumValues(flag.Value),
				Files: flag.PlaceHolder == "FILE", Folders: flag.PlaceHolder == "DIR",
			})
		}
	}
	for _, child := range node.Children {
		c.Commands = append(c.Commands, commandOf(child, strings.TrimSpace(path+" "+child.Name), topics))
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

// Write writes the script for a shell, "bash", "zsh" or "fish". An argument that is named
// topic may be one of topics. It returns an error for another shell.
func Write(w io.Writer, shell string, program *kong.Node, topics []string) error {
	source, ok := scripts[shell]
	if !ok {
		return fmt.Errorf("there is no completion for %q; want bash, zsh or fish", shell)
	}
	t, err := template.New(shell).Funcs(template.FuncMap{
		"join":  func(words []string) string { return strings.Join(words, " ") },
		"quote": func(text string) string { return strings.ReplaceAll(strings.ReplaceAll(text, `\`, `\\`), "'", `\'`) },
	}).Parse(source)
	if err != nil {
		return fmt.Errorf("completion for %s: %w", shell, err)
	}
	return t.Execute(w, commandOf(program, "", topics))
}
