package main

import (
	"strings"
	"testing"

	"github.com/mockgates/mockgates/cmd/internal/serve"
)

// TestResolver_precedence sets one flag on the command line, in the environment
// and in the file.
func TestResolver_precedence(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name                string
		flag, variable, key bool
		want                string // prefix of a generated key
	}{
		{"the flag takes precedence over the variable and the file", true, true, true, "flag-"},
		{"the flag takes precedence over the variable", true, true, false, "flag-"},
		{"the flag takes precedence over the file", true, false, true, "flag-"},
		{"the variable takes precedence over the file", false, true, true, "variable-"},
		{"the variable takes precedence over the default", false, true, false, "variable-"},
		{"the file takes precedence over the default", false, false, true, "file-"},
		{"the default comes last", false, false, false, "sk-mg-v1-"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var args, env []string
			if test.flag {
				args = append(args, "--key-prefix", "flag-")
			}
			if test.variable {
				env = append(env, "MOCKGATES_KEY_PREFIX=variable-")
			}
			if test.key {
				args = append(args, "--config", writeFile(t, "config.yaml", "key-prefix: file-\n"))
			}
			if got := newSecret(t, startFake(t, env, args...)); !strings.HasPrefix(got, test.want+"fa4e") {
				t.Errorf("key = %s; want the prefix %sfa4e", got, test.want)
			}
		})
	}
}

// TestResolver_repeatableFlag sets two faults in the environment and in the file.
func TestResolver_repeatableFlag(t *testing.T) {
	t.Parallel()
	const first, second = "create-keys status=429 retry_after=2s times=1", "create-keys status=500 times=1"
	for _, test := range []struct {
		name string
		env  []string
		file string
	}{
		{name: "a variable with one value per line", env: []string{"MOCKGATES_FAULT=" + first + "\n\n  " + second + "\n"}},
		{name: "a list in the file", file: "fault:\n  - " + first + "\n  - " + second + "\n"},
		{name: "an alias in the file", file: "run: &x " + first + "\nfault: [*x, " + second + "]\n"},
		{name: "a variable that overrides the file", env: []string{"MOCKGATES_FAULT=" + first + "\n" + second}, file: "fault: '* status=500'\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			env := test.env
			if test.file != "" {
				env = append(env, "MOCKGATES_CONFIG="+writeFile(t, "config.yaml", test.file))
			}
			wantFaults(t, startFake(t, env))
		})
	}
}

func TestConfigFile_allKindsOfValues(t *testing.T) {
	t.Parallel()
	f := startFake(t, nil, "--config", writeFile(t, "config.yaml", `
# Flags of other commands are ignored.
format: json
clock: 2096-01-05T12:00:00Z
clock-frozen: true
seed: 7
fault: create-keys status=500 times=1
rule:
  keys.negative-limit: accept
`))
	if got := f.call(t, "/keys", serve.DefaultKey, plainKey); got.status != 500 || got.header.Get("Date") != "Thu, 05 Jan 2096 12:00:00 GMT" {
		t.Errorf("response = %d at %q; want 500 in 2096", got.status, got.header.Get("Date"))
	}
	if got := f.call(t, "/keys", serve.DefaultKey, `{"name": "k", "limit": -1}`); got.status != 201 {
		t.Errorf("status = %d; want 201", got.status)
	}
}

func TestConfigFile_refused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, content, want string }{
		{"an unknown key, with the nearest", "seed: 1\nkey-prefx: x\n", `config.yaml:2: unknown key "key-prefx"; did you mean key-prefix?`},
		{"an unknown key without a near one, with all", "zzzzzz: x\n", "want one of accept, addr, "},
		{"a duplicate key", "seed: 1\nseed: 2\n", `"seed"`},
		{"an invalid value, with its line", "\nseed: x\n", `"x" is not a valid seed; want a number from 1 to 18446744073709551615, or random (from `},
		{"a list for a flag that takes a single value", "seed: [1, 2]\n", "--seed: want a single value"},
		{"a flag without a value", "seed:\n", "--seed: want a single value"},
		{"a mapping for a list", "fault: {a: b}\n", "--fault: want a single value or a list"},
		{"a mapping in a list", "fault: [{a: b}]\n", "line 1: list item is not a single value"},
		{"a document that is not a mapping", "- seed\n", "want a mapping of flags to values"},
		{"a document that is not YAML", "seed: [\n", "config.yaml: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			code, _, stderr := mockgates(t, nil, "", "serve", "--config", writeFile(t, "config.yaml", test.content))
			if code != 1 || !strings.Contains(stderr, test.want) {
				t.Errorf("exit code %d, stderr %q; want 1 and %q in it", code, stderr, test.want)
			}
		})
	}
	t.Run("a missing file", func(t *testing.T) {
		t.Parallel()
		if code, _, stderr := mockgates(t, nil, "", "version", "--config", "none.yaml"); code != 1 || !strings.HasPrefix(stderr, "mockgates: open none.yaml") {
			t.Errorf("exit code %d, stderr %q; want 1 and the name of the file", code, stderr)
		}
	})
	t.Run("an empty file is accepted", func(t *testing.T) {
		t.Parallel()
		if code, _, stderr := mockgates(t, nil, "", "version", "--config", writeFile(t, "c.yaml", "# nothing\n")); code != 0 {
			t.Errorf("exit code %d, stderr %q; want 0", code, stderr)
		}
	})
}
