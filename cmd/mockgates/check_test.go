package main

import (
	"context"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
)

// Scenarios of the tests below. Each makes one call.
const (
	scenarioCreates = "call POST /keys body.json\nstatus 201\n-- body.json --\n" +
		`{"name": "check $RUN", "limit": 0, "expires_at": "$SOON"}` + "\n"
	scenarioFails   = "call POST /keys body.json\nstatus 200\n-- body.json --\n" + `{"name": "k"}` + "\n"
	scenarioLists   = "[!companion] skip 'companions only'\ncall GET /keys\nstatus 200\n"
	scenarioSpends  = "call POST /keys body.json\nstatus 201\n-- body.json --\n" + `{"name": "check $RUN", "limit": 5, "expires_at": "$SOON"}` + "\n"
	scenarioLives   = "call POST /keys body.json\nstatus 201\n-- body.json --\n" + `{"name": "check $RUN", "limit": 0}` + "\n"
	plantedKey      = "sk-mg-mgmt-planted-secret"
	plantedVariable = managementKeyVariable + "=" + plantedKey
)

// checkFlags holds for each flag of check what it does. TARGET stands for the
// URL of a fake that plays the live endpoint, KEYFILE for a file with its key, LABEL7
// for the label that Go gives the first key of the scenario's world with the seed.
var checkFlags = []struct {
	name, flag string
	args       string
	env        string
	scenario   string
	code       int
	stdout     string // that it holds
	not        string // that it does not; "" for anything
	stderr     string // that it holds; "" for nothing at all
}{
	{name: "a scenario is played in a world of its own", scenario: scenarioCreates, stdout: "create-keys 201            behaviour 1"},
	{name: "a wrong scenario is exit 4, with its line", scenario: scenarioFails, code: 4, stdout: "scenario.txtar:2"},
	{
		name: "the seed decides the secrets", flag: "seed", args: "--seed 7 -v", scenario: scenarioCreates,
		stdout: "LABEL7",
	},
	{
		name: "the clock is that of every world", flag: "clock", args: "--clock 2096-01-05T12:00:00Z -v",
		scenario: "call POST /keys body.json\n-- body.json --\n" + `{"name": "k"}` + "\n", stdout: `"created_at":"2096-01-05T12:00:0`,
	},
	{
		name: "the clock stands if it is frozen", flag: "clock-frozen", args: "--clock 2096-01-05T12:00:00Z --clock-frozen -v",
		scenario: "call POST /keys body.json\n-- body.json --\n" + `{"name": "k"}` + "\n", stdout: `"created_at":"2096-01-05T12:00:00.000Z"`,
	},
	{
		name: "companions can be left out", flag: "documented-only", args: "--documented-only", scenario: scenarioCreates,
		stdout: "documented rows reached", not: "companion rows",
	},
	{
		name: "scenarios are chosen by name", flag: "run", args: "--run ^other$", scenario: scenarioCreates, code: 8,
		stdout: `no scenario has a name that matches "^other$"`,
	},
	{name: "a pattern that is none is refused", args: "--run (", scenario: scenarioCreates, code: 1, stderr: `run "(" is no regular expression`},
	{name: "one at a time is enough", flag: "parallel", args: "--parallel 1", scenario: scenarioCreates, stdout: "conforms"},
	{name: "fewer than none is refused", args: "--parallel=-1", scenario: scenarioCreates, code: 1, stderr: "parallel is -1; want 0 or more"},
	{name: "every exchange can be shown", flag: "verbose", args: "--verbose", scenario: scenarioCreates, stdout: "> POST /keys"},
	{
		name: "a live target is played on with the key of the variable", flag: "target", args: "--target TARGET -v", env: plantedVariable,
		scenario: scenarioCreates, stdout: "conforms", not: plantedKey,
	},
	{
		name: "a live target is played on with the key of the file", flag: "management-key-file", args: "--target TARGET --management-key-file KEYFILE -v",
		scenario: scenarioCreates, stdout: "conforms", not: plantedKey,
	},
	{name: "a live target wants a key", args: "--target TARGET", scenario: scenarioCreates, code: 1, stderr: "set MODELGATES_MANAGEMENT_KEY"},
	{
		name: "an empty key file is refused", args: "--target TARGET --management-key-file EMPTYFILE", scenario: scenarioCreates,
		code: 1, stderr: "is empty",
	},
	{
		name: "a target out of reach is exit 3", args: "--target http://127.0.0.1:1/api/v1", env: plantedVariable,
		scenario: scenarioCreates, code: 3, stdout: "could not look", not: plantedKey,
	},
	{
		name: "a target without companions is not asked for them", args: "--target TARGET", env: plantedVariable,
		scenario: scenarioLists, code: 8, stdout: "companions only",
	},
	{
		name: "a target with companions is asked for them", flag: "companions", args: "--target TARGET --companions", env: plantedVariable,
		scenario: scenarioLists, stdout: "companion rows reached: 1 of ",
	},
	{
		name: "a key with a limit is not made on a target", args: "--target TARGET", env: plantedVariable,
		scenario: scenarioSpends, code: 8, stdout: "want: a limit of at most 0 USD",
	},
	{
		name: "a larger limit can be allowed", flag: "live-limit", args: "--target TARGET --live-limit 5", env: plantedVariable,
		scenario: scenarioSpends, stdout: "conforms",
	},
	{
		name: "a key without an end is not made on a target", args: "--target TARGET", env: plantedVariable,
		scenario: scenarioLives, code: 8, stdout: "not sent: ",
	},
	{
		name: "keys without an end can be allowed", flag: "live-expiry", args: "--target TARGET --live-expiry none --live-limit none", env: plantedVariable,
		scenario: scenarioLives, stdout: "conforms",
	},
	{name: "a limit that is none is refused", args: "--live-limit much", scenario: scenarioCreates, code: 1, stderr: `--live-limit: "much" is no limit; want an amount in USD, 0 or more, or none`},
	{name: "an expiry that is none is refused", args: "--live-expiry 0s", scenario: scenarioCreates, code: 1, stderr: `--live-expiry: "0s" is no length of time; want one such as 15m, or none`},
}

func TestCheck(t *testing.T) {
	t.Parallel()
	server, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	target := httptest.NewServer(server)
	t.Cleanup(target.Close)
	secret := mintedWith(t, mockserver.Config{Seed: 7}, "sk-mg-mgmt-scenario")
	label7 := secret[:len("sk-mg-v1-fa4")] + "..." + secret[len(secret)-3:]
	for _, test := range checkFlags {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			args := []string{"check", writeFile(t, "scenario.txtar", test.scenario)}
			for word := range strings.FieldsSeq(test.args) {
				switch word {
				case "TARGET":
					word = target.URL + "/api/v1"
				case "KEYFILE":
					word = writeFile(t, "key", plantedKey+"\n")
				case "EMPTYFILE":
					word = writeFile(t, "key", "\n")
				}
				args = append(args, word)
			}
			code, stdout, stderr := mockgates(t, strings.Fields(test.env), "", args...)
			if code != test.code {
				t.Errorf("exit code = %d; want %d", code, test.code)
			}
			if want := strings.ReplaceAll(test.stdout, "LABEL7", label7); !strings.Contains(stdout, want) {
				t.Errorf("%q is not in stdout:\n%s", want, stdout)
			}
			if test.not != "" && strings.Contains(stdout+stderr, test.not) {
				t.Errorf("%q is in the output:\n%s%s", test.not, stdout, stderr)
			}
			if !strings.Contains(stderr, test.stderr) || test.stderr == "" && stderr != "" {
				t.Errorf("stderr = %q; want %q in it", stderr, test.stderr)
			}
		})
	}
}

// TestCheckFlagsAreAllTested compares the flags of check with the table above.
func TestCheckFlagsAreAllTested(t *testing.T) {
	t.Parallel()
	var tested []string
	for _, test := range checkFlags {
		if test.flag != "" {
			tested = append(tested, test.flag)
		}
	}
	slices.Sort(tested)
	if diff := cmp.Diff(flagsOf(t, "check"), tested); diff != "" {
		t.Errorf("flags of check (-has +tested):\n%s", diff)
	}
}

// TestCheckTwice holds two runs with one seed and a frozen clock to the same
// bytes, headers and bodies included.
func TestCheckTwice(t *testing.T) {
	t.Parallel()
	args := []string{"check", "-v", "--parallel", "1", "--clock", "2026-01-05T12:00:00Z", "--clock-frozen"}
	code, first, stderr := mockgates(t, nil, "", args...)
	if code != 0 || stderr != "" {
		t.Fatalf("exit code %d: %s%s", code, first, stderr)
	}
	if _, second, _ := mockgates(t, nil, "", args...); first != second {
		t.Errorf("the second run differs (-first +second):\n%s", cmp.Diff(first, second))
	}
}

func TestCheckBrokenOff(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, log buffer
	if code := run(ctx, []string{"check"}, nil, strings.NewReader(""), &out, &log); code != exitCouldNotLook {
		t.Errorf("exit code = %d; want %d: %s", code, exitCouldNotLook, log.String())
	}
}
