package cli

import (
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// A tool is a command line with what commands of this project have: a default command,
// flags in an embedded struct, a name that is not that of the field, and commands below
// a command.
type tool struct {
	GlobalFlags

	Serve struct {
		common
		Addr  Addr    `default:"${address}" help:"Where to listen."`
		Token Secrets `help:"A token. Repeatable."`
	} `cmd:"" default:"withargs" help:"Serve."`
	CA struct {
		common
	} `cmd:"" name:"ca" help:"Print."`
	Spec struct {
		Print struct {
			common
		} `cmd:"" help:"Print."`
		Lint struct {
			File string `arg:"" help:"A file."`
		} `cmd:"" help:"Lint."`
	} `cmd:"" help:"Print or lint."`
	Exec struct {
		Command []string `arg:"" passthrough:"" help:"A program."`
	} `cmd:"" help:"Run."`
}

type common struct {
	Level string  `enum:"low,high" default:"low" help:"A level."`
	Rule  Strings `placeholder:"ID=SETTING" help:"A rule. Repeatable."`
}

// flagsOf returns the command that was selected, and the values of its flags and
// arguments by name.
func flagsOf(selected *kong.Context) (string, map[string]any) {
	values := map[string]any{}
	for _, flag := range selected.Flags() {
		values[flag.Name] = flag.Target.Interface()
	}
	for _, arg := range selected.Selected().Positional {
		values[arg.Name] = arg.Target.Interface()
	}
	return selected.Command(), values
}

// TestParseOne compares a parser of one command with that of all.
func TestParseOne(t *testing.T) {
	t.Parallel()
	program := &Program{Name: "tool", Commands: func() any { return new(tool) }, Vars: kong.Vars{"address": "127.0.0.1:1"}}
	for _, tt := range []struct {
		args string
		env  string
		one  bool // the command is parsed alone
	}{
		{args: "serve", one: true},
		{args: "serve --addr 127.0.0.1:2 --token a --token b --level=high --rule a=b", one: true},
		{args: "", one: true},
		{args: "--addr 127.0.0.1:2", one: true},
		{args: "ca --level high", one: true},
		{args: "spec print --level high", one: true},
		{args: "spec lint a.yaml", one: true},
		{args: "exec -- program --addr 1", one: true},
		{args: "serve", env: "MOCKGATES_ADDR=127.0.0.1:3 MOCKGATES_RULE=a=b OTHER=1", one: true},
		{args: "serve --addr 127.0.0.1:4", env: "MOCKGATES_ADDR=127.0.0.1:3", one: true},
		{args: "ca", env: "MOCKGATES_ADDR=127.0.0.1:3"}, // a flag of another command only
		{args: "serve", env: "MOCKGATES_ADR=127.0.0.1:3"},
		{args: "serve", env: "MOCKGATES_CONFIG=missing.yaml"},
		{args: "serve --config missing.yaml"},
		{args: "--config missing.yaml serve"},
		{args: "serve --config=missing.yaml"},
		{args: "serve --help"},
		{args: "serve -h"},
		{args: "CA"},
		{args: "serve --adr 127.0.0.1:2"},
		{args: "serve --level middle"},
		{args: "serve extra"},
		{args: "spec"},
		{args: "unknown"},
	} {
		p := &Process{Env: NewEnviron(strings.Fields(tt.env)), Program: program}
		args := strings.Fields(tt.args)
		one := p.parseOne(args)
		if (one != nil) != tt.one {
			t.Errorf("%q with %q: parsed alone: %v; want %v", tt.args, tt.env, one != nil, tt.one)
			continue
		}
		if one == nil {
			continue
		}
		parser, err := program.parser(program.Commands(), &flagResolver{env: p.Env}, io.Discard, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		all, err := parser.Parse(args)
		if err != nil {
			t.Errorf("%q: %v", tt.args, err)
			continue
		}
		command, values := flagsOf(one)
		if wantCommand, want := flagsOf(all); command != wantCommand || !reflect.DeepEqual(values, want) {
			t.Errorf("%q with %q: %s with %v; want %s with %v", tt.args, tt.env, command, values, wantCommand, want)
		}
	}
}
