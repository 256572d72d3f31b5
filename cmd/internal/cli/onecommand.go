package cli

import (
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// parseOne parses a command line with a parser of nothing but the command that it
// selects, since that of all commands takes milliseconds to make. It returns nil
// where the other commands could matter: for help, an error, a configuration file, or a
// variable that this command does not have.
func (p *Process) parseOne(args []string) *kong.Context {
	if slices.ContainsFunc(args, needsAll) {
		return nil
	}
	command := commandOf(p.Program.Commands(), args)
	if command == nil {
		return nil
	}
	parser, err := p.Program.parser(command, &flagResolver{env: p.Env}, io.Discard, io.Discard)
	if err != nil {
		return nil
	}
	known := flagNames(parser.Model)
	for name := range p.Env {
		if strings.HasPrefix(name, variablePrefix) && !slices.ContainsFunc(known, func(flag string) bool { return Variable(flag) == name }) {
			return nil
		}
	}
	selected, err := parser.Parse(args)
	if err != nil {
		return nil
	}
	return selected
}

// needsAll reports whether an argument can be a flag that concerns all commands.
func needsAll(arg string) bool {
	return arg == "-h" || strings.HasPrefix(arg, "--help") || strings.HasPrefix(arg, "--config")
}

// commandOf returns a pointer to a struct like commands, without the commands that args
// do not select. It returns nil if args select none.
func commandOf(commands any, args []string) any {
	var kept []reflect.StructField
	found := false
	for _, field := range reflect.VisibleFields(reflect.TypeOf(commands).Elem()) {
		if len(field.Index) > 1 {
			continue // of an embedded struct
		}
		_, isCommand := field.Tag.Lookup("cmd")
		switch {
		case !isCommand:
			kept = append(kept, field)
		case selects(args, field):
			kept = append(kept, field)
			found = true
		}
	}
	if !found {
		return nil
	}
	return reflect.New(reflect.StructOf(kept)).Interface()
}

// selects reports whether args select the command of a field: by its name, or by no name
// if it is the default command.
func selects(args []string, field reflect.StructField) bool {
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name := field.Tag.Get("name")
		if name == "" {
			name = strings.ToLower(field.Name)
		}
		return args[0] == name
	}
	return field.Tag.Get("default") != ""
}
