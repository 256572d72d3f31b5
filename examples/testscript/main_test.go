package main

import (
	"maps"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/scenarios"
	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts run keymaker.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"keymaker": main})
}

// TestScripts plays each script against a fake of its own.
func TestScripts(t *testing.T) {
	cmds := maps.Clone(scenarios.Commands())
	cmds["secret"] = secret
	testscript.Run(t, testscript.Params{Dir: "testdata", Setup: scenarios.Setup, Cmds: cmds, Condition: scenarios.Condition})
}

// secret implements "secret NAME": it sets a variable to what keymaker has printed.
func secret(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: secret NAME")
	}
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile("stdout")))
}
