package main

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/cmd/internal/envvar"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/report"
)

// Scenarios of one call each.
const (
	scenarioCreates = "call POST /keys body.json\nstatus 201\n-- body.json --\n" +
		`{"name": "check $RUN", "limit": 0, "expires_at": "$SOON"}` + "\n"
	scenarioFails    = "call POST /keys body.json\nstatus 200\n-- body.json --\n" + `{"name": "k"}` + "\n"
	scenarioLists    = "[!companion] skip 'companions only'\ncall GET /keys\nstatus 200\n"
	scenarioLimit    = "call POST /keys body.json\nstatus 201\n-- body.json --\n" + `{"name": "check $RUN", "limit": 5, "expires_at": "$SOON"}` + "\n"
	scenarioNoExpiry = "call POST /keys body.json\nstatus 201\n-- body.json --\n" + `{"name": "check $RUN", "limit": 0}` + "\n"
	plantedKey       = "sk-mg-mgmt-planted-secret"
	plantedVariable  = envvar.ManagementKey + "=" + plantedKey
)

// checkTests holds tests of the command check, at least one for each flag. In args,
// TARGET stands for the URL of a fake that is used as a live endpoint, KEYFILE for a file
// with its management key, EMPTYFILE for an empty file, FIRSTFILE and SECONDFILE for a
// scenario whose name sorts before or after the other, and SAVEDIR for a folder.
// In stdout, LABEL7 stands for the label of the first key of a world with seed 7.
var checkTests = []struct {
	name, flag string // flag that the test covers; "" for none
	args       string // separated by spaces
	env        string // separated by spaces
	scenario   string
	code       int
	stdout     string // must be in stdout
	not        string // must not be in the output; "" for no check
	stderr     string // must be in stderr; "" if stderr must be empty
}{
	{name: "a scenario that conforms is exit 0", scenario: scenarioCreates, stdout: "create-keys 201            behaviour 1"},
	{name: "a scenario that fails is exit 4, with its line", scenario: scenarioFails, code: 4, stdout: "scenario.txtar:2"},
	{name: "a missing scenario is exit 2", args: "missing.txtar", scenario: scenarioCreates, code: 2, stdout: "missing.txtar"},
	{
		name: "only skipped scenarios are exit 8", scenario: "[fake] skip 'live only'\ncall POST /keys\n", code: 8,
		stdout: "live only",
	},
	{
		name: "the seed determines the secrets", flag: "seed", args: "--seed 7 -v", scenario: scenarioCreates,
		stdout: "LABEL7",
	},
	{
		name: "the clock sets the time of every world", flag: "clock", args: "--clock 2096-01-05T12:00:00Z -v",
		scenario: "call POST /keys body.json\n-- body.json --\n" + `{"name": "k"}` + "\n", stdout: `"created_at":"2096-01-05T12:00:0`,
	},
	{
		name: "a frozen clock does not move", flag: "clock-frozen", args: "--clock 2096-01-05T12:00:00Z --clock-frozen -v",
		scenario: "call POST /keys body.json\n-- body.json --\n" + `{"name": "k"}` + "\n", stdout: `"created_at":"2096-01-05T12:00:00.000Z"`,
	},
	{
		name: "companion operations can be disabled", flag: "documented-only", args: "--documented-only", scenario: scenarioCreates,
		stdout: "documented responses reached", not: "companion responses",
	},
	{
		name: "scenarios can be selected by name", flag: "run", args: "--run ^other$", scenario: scenarioCreates, code: 8,
		stdout: `no scenario has a name that matches "^other$"`,
	},
	{name: "an invalid pattern is refused", args: "--run (", scenario: scenarioCreates, code: 1, stderr: `run: "(" is not a regular expression`},
	{
		name: "scenarios can be listed", flag: "list", args: "--list", scenario: "# Creates a key.\ncall POST /keys\n",
		stdout: "scenario  anywhere    Creates a key.\n", not: "exchange",
	},
	{name: "a list says where a scenario plays", args: "--list", scenario: "# rules: keys.created\ncall GET /keys\n", stdout: "scenario  companions\n"},
	{name: "a list is in the order of the names", args: "FIRSTFILE --list", scenario: scenarioCreates, stdout: "first     anywhere\nscenario  anywhere\n"},
	{name: "a list needs scenarios that can be read", args: "--list", scenario: "cal GET /keys\n", code: 2, stderr: "scenario.txtar:1:1: unknown command"},
	{name: "a list of nothing is exit 8", args: "--list --run nothing", scenario: scenarioCreates, code: 8, stderr: `no scenario has a name that matches "nothing"`},
	{
		name: "variables can be set", flag: "set", args: "--set METHOD=OPTIONS --set NONE=", scenario: "call $METHOD /keys$NONE\nstatus 204\n",
		stdout: "conforms",
	},
	{name: "a variable needs a value", args: "--set NAME", scenario: scenarioCreates, code: 1, stderr: `--set: "NAME" is not a variable; want NAME=VALUE`},
	{name: "a variable has one value", args: "--set A=1 --set A=2", scenario: scenarioCreates, code: 1, stderr: `--set: A is set to both "1" and "2"`},
	{
		name: "a failure can end the run", flag: "fail-fast", args: "SECONDFILE --fail-fast --parallel 1", scenario: scenarioFails, code: 4,
		stdout: "the run stopped before it",
	},
	{
		name: "a rule can be changed", flag: "rule", args: "--rule keys.negative-limit=accept", stdout: "conforms",
		scenario: "call POST /keys body.json\nstatus 201\n-- body.json --\n" + `{"name": "k", "limit": -1}` + "\n",
	},
	{name: "a rule needs a setting", args: "--rule keys.negative-limit", scenario: scenarioCreates, code: 1, stderr: "want ID=SETTING"},
	{name: "scenarios can run one at a time", flag: "parallel", args: "--parallel 1", scenario: scenarioCreates, stdout: "conforms"},
	{name: "a negative number of scenarios at once is refused", args: "--parallel=-1", scenario: scenarioCreates, code: 1, stderr: "parallel is -1; want 0 or more"},
	{name: "a response can take longer", flag: "timeout", args: "--timeout 40s", scenario: scenarioCreates, stdout: "conforms"},
	{name: "a negative timeout is refused", args: "--timeout=-1s", scenario: scenarioCreates, code: 1, stderr: "timeout is -1s; want 0s or more"},
	{
		name: "generated cases can be played beside files", flag: "generate", args: "--generate=on --run ^generated/get-key$", scenario: scenarioCreates,
		stdout: "ok    generated/get-key  14 exchanges",
	},
	{name: "an unknown way to generate is refused", args: "--generate=maybe", scenario: scenarioCreates, code: 1, stderr: `--generate must be one of`},
	{
		name: "the requests for generated cases can be bounded", flag: "max-requests", args: "--generate=on --run ^generated/get-key$ --max-requests 5",
		scenario: scenarioCreates, stdout: "8 cases left out: --max-requests 5",
	},
	{name: "a negative number of requests is refused", args: "--max-requests=-1", scenario: scenarioCreates, code: 1, stderr: "max requests is -1; want 0 or more"},
	{name: "failures can be saved", flag: "save", args: "--generate=on --run ^generated/get-key$ --save SAVEDIR", scenario: scenarioCreates, stdout: "conforms"},
	{name: "requests can be spaced", flag: "rate", args: "--target TARGET --rate 1000/s", env: plantedVariable, scenario: scenarioCreates, stdout: "conforms"},
	{name: "an invalid rate is refused", args: "--rate 60", scenario: scenarioCreates, code: 1, stderr: `--rate: "60" is not a valid rate; want requests per second, minute or hour, such as 60/m, or none`},
	{name: "every exchange can be printed", flag: "verbose", args: "--verbose", scenario: scenarioCreates, stdout: "> POST /keys"},
	{
		name: "a live target gets the key in the variable", flag: "target", args: "--target TARGET -v", env: plantedVariable,
		scenario: scenarioCreates, stdout: "conforms", not: plantedKey,
	},
	{
		name: "an empty name of the key file is refused, although the variable has a key", args: "--target TARGET --management-key-file=", env: plantedVariable,
		scenario: scenarioCreates, code: 1, not: plantedKey, stderr: "--management-key-file: the value is empty; want the name of a file",
	},
	{
		name: "a live target gets the key in the file", flag: "management-key-file", args: "--target TARGET --management-key-file KEYFILE -v",
		scenario: scenarioCreates, stdout: "conforms", not: plantedKey,
	},
	{name: "a live target needs a key", args: "--target TARGET", scenario: scenarioCreates, code: 1, stderr: "set MODELGATES_MANAGEMENT_KEY"},
	{
		name: "an empty key file is refused", args: "--target TARGET --management-key-file EMPTYFILE", scenario: scenarioCreates,
		code: 1, stderr: "is empty",
	},
	{
		name: "an unreachable target is exit 3", args: "--target http://127.0.0.1:1/api/v1", env: plantedVariable,
		scenario: scenarioCreates, code: 3, stdout: "inconclusive", not: plantedKey,
	},
	{
		name: "companion scenarios are skipped on a target", args: "--target TARGET", env: plantedVariable,
		scenario: scenarioLists, code: 8, stdout: "companions only",
	},
	{
		name: "companion scenarios run on a target that supports them", flag: "companions", args: "--target TARGET --companions", env: plantedVariable,
		scenario: scenarioLists, stdout: "companion responses reached: 1 of ",
	},
	{
		name: "a key with a limit is not created on a target", args: "--target TARGET", env: plantedVariable,
		scenario: scenarioLimit, code: 8, stdout: "want: a limit of 0 to 0 USD",
	},
	{
		name: "a higher limit can be allowed", flag: "live-limit", args: "--target TARGET --live-limit 5", env: plantedVariable,
		scenario: scenarioLimit, code: 7, stdout: "left on the target: the key \"check ",
	},
	{
		name: "keys that stay on a target can be ignored", flag: "leftovers", args: "--target TARGET --live-limit 5 --leftovers ignore", env: plantedVariable,
		scenario: scenarioLimit, stdout: "left on the target: 1 key that may spend or stay",
	},
	{
		name: "a ledger must be one of keys", flag: "ledger", args: "--target TARGET --ledger KEYFILE", env: plantedVariable,
		scenario: scenarioCreates, code: 1, stderr: "key: line 1: ",
	},
	{
		name: "a key without an expiry is not created on a target", args: "--target TARGET", env: plantedVariable,
		scenario: scenarioNoExpiry, code: 8, stdout: "not sent: ",
	},
	{
		name: "keys without an expiry can be allowed", flag: "live-expiry", args: "--target TARGET --live-expiry none --live-limit none", env: plantedVariable,
		scenario: scenarioNoExpiry, stdout: "left on the target: 1 key that may spend or stay",
	},
	{
		name: "the record goes to stdout, and the report for people to stderr", flag: "report-json", args: "--report-json -", scenario: scenarioCreates,
		stdout: `{"event":"verdict","exit":0,"codes":[],"passed":1,`, not: "planted", stderr: "\nconforms ",
	},
	{name: "a shard that is not mine tests nothing", flag: "shard", args: "--shard 2/2", scenario: scenarioCreates, code: 8, stdout: "the shard 2/2 is empty"},
	{name: "a shard of the CI system", args: "--shard auto", env: "CI_NODE_INDEX=1 CI_NODE_TOTAL=1", scenario: scenarioCreates, stdout: "conforms"},
	{name: "a shard must exist", args: "--shard 3/2", scenario: scenarioCreates, code: 1, stderr: `--shard: "3/2" is not a valid shard; want I/N with I from 1 to N, such as 2/5`},
	{name: "a shard of no CI system", args: "--shard auto", scenario: scenarioCreates, code: 1, stderr: "--shard auto: no variable names the shard; want CI_NODE_INDEX of CI_NODE_TOTAL, "},
	{
		name: "a run below the coverage gate is exit 6", flag: "min-coverage", args: "--min-coverage 50.5 --documented-only", scenario: scenarioCreates, code: 6,
		stdout: "want 50.5%; not reached: create-keys 400;",
	},
	{name: "a percentage is at most 100", args: "--min-coverage 101", scenario: scenarioCreates, code: 1, stderr: `--min-coverage: "101" is not a valid percentage; want a number from 0 to 100`},
	{name: "a ledger must be one", flag: "evidence", args: "--evidence KEYFILE", scenario: scenarioCreates, code: 1, stderr: "key: line 1, column 1: "},
	{name: "a record needs a folder", args: "--report-json nowhere/record.ndjson", scenario: scenarioCreates, code: 1, stderr: "hint: name a file in a folder that can be written to"},
	{name: "a page needs a folder", flag: "report-html", args: "--report-html nowhere/report", scenario: scenarioCreates, code: 1, stderr: "--report-html: "},
	{name: "JUnit XML needs a folder", flag: "report-junit", args: "--report-junit nowhere/report", scenario: scenarioCreates, code: 1, stderr: "--report-junit: "},
	{name: "a job summary needs a folder", flag: "report-markdown", args: "--report-markdown nowhere/report", scenario: scenarioCreates, code: 1, stderr: "--report-markdown: "},
	{name: "SARIF needs a folder", flag: "report-sarif", args: "--report-sarif nowhere/report", scenario: scenarioCreates, code: 1, stderr: "--report-sarif: "},
	{name: "a code quality report needs a folder", flag: "report-codequality", args: "--report-codequality nowhere/report", scenario: scenarioCreates, code: 1, stderr: "--report-codequality: "},
	{name: "an invalid limit is refused", args: "--live-limit much", scenario: scenarioCreates, code: 1, stderr: `--live-limit: "much" is not a valid limit; want an amount in USD, 0 or more, or none`},
	{name: "an expiry must be positive", args: "--live-expiry 0s", scenario: scenarioCreates, code: 1, stderr: `--live-expiry: "0s" is not a valid lifetime; want a positive duration such as 15m, or none`},
}

func TestCheck(t *testing.T) {
	t.Parallel()
	server, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	target := httptest.NewServer(server)
	t.Cleanup(target.Close)
	secret := firstSecret(t, mockserver.Config{Seed: 7}, "sk-mg-mgmt-scenario")
	label7 := secret[:len("sk-mg-v1-fa4")] + "..." + secret[len(secret)-3:]
	for _, test := range checkTests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"check", writeFile(t, "scenario.txtar", test.scenario)}, checkArgs(t, test.args, target.URL)...)
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

// checkArgs returns the args of one of checkTests, with what the words stand for.
func checkArgs(t *testing.T, args, target string) []string {
	t.Helper()
	words := map[string]func() string{
		"TARGET":     func() string { return target + mockserver.BasePath },
		"KEYFILE":    func() string { return writeFile(t, "key", plantedKey+"\n") },
		"EMPTYFILE":  func() string { return writeFile(t, "key", "\n") },
		"FIRSTFILE":  func() string { return writeFile(t, "first.txtar", scenarioCreates) },
		"SECONDFILE": func() string { return writeFile(t, "zecond.txtar", scenarioCreates) },
		"SAVEDIR":    t.TempDir,
	}
	var list []string
	for word := range strings.FieldsSeq(args) {
		if value := words[word]; value != nil {
			word = value()
		}
		list = append(list, word)
	}
	return list
}

// TestCheck_allFlagsTested compares the flags of check with those in checkTests.
func TestCheck_allFlagsTested(t *testing.T) {
	t.Parallel()
	var tested []string
	for _, test := range checkTests {
		if test.flag != "" {
			tested = append(tested, test.flag)
		}
	}
	slices.Sort(tested)
	if diff := cmp.Diff(flagsOf(t, "check"), tested); diff != "" {
		t.Errorf("flags of check (-all +tested):\n%s", diff)
	}
}

// TestCheck_builtinScenarios plays all scenarios and, without -short, the generated
// cases.
func TestCheck_builtinScenarios(t *testing.T) {
	t.Parallel()
	args := []string{"check"}
	if testing.Short() {
		args = append(args, "--generate=off")
	}
	code, stdout, stderr := mockgates(t, nil, "", args...)
	if code != exit.OK || stderr != "" {
		t.Errorf("exit code %d, stderr %q; want 0 and none", code, stderr)
	}
	for _, want := range []string{"\ndocumented responses reached: 11 of 11\n", "\nconforms "} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not in stdout:\n%s", want, stdout)
		}
	}
}

func TestCheck_interrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, log buffer
	if code := program.Run(ctx, []string{"check"}, nil, strings.NewReader(""), &out, &log); code != exit.Inconclusive {
		t.Errorf("exit code = %d; want %d: %s", code, exit.Inconclusive, log.String())
	}
}

// TestCheck_recordFile compares the record in a file with the one on stdout.
func TestCheck_recordFile(t *testing.T) {
	t.Parallel()
	scenario := writeFile(t, "scenario.txtar", scenarioFails)
	file := filepath.Join(t.TempDir(), "record.ndjson")
	args := []string{"check", "--clock", "2096-01-05T12:00:00Z", "--clock-frozen", scenario, "--report-json"}
	if code, _, stderr := mockgates(t, nil, "", append(args, file)...); code != exit.Failed || stderr != "" {
		t.Fatalf("exit code %d, stderr %q; want 4 and none", code, stderr)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r, err := report.ReadRecord(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if r.ExitCode() != exit.Failed || r.Scenarios[0].Failures[0].ID != "scenario/failure-1" || r.Scenarios[0].Failures[0].Exchange != 1 {
		t.Errorf("record = %+v; want one failure, about the first exchange", r)
	}
	_, stdout, _ := mockgates(t, nil, "", append(args, "-")...)
	timeless := regexp.MustCompile(`"(started":"[^"]*"|duration_ns":\d+)`)
	if diff := cmp.Diff(timeless.ReplaceAllString(string(text), ""), timeless.ReplaceAllString(stdout, "")); diff != "" {
		t.Errorf("records (-file +stdout):\n%s", diff)
	}
}

// TestCheck_withoutTemporaryFolder is not parallel: it sets a variable of the process.
func TestCheck_withoutTemporaryFolder(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	for _, command := range []string{"check", "drift"} {
		code, stdout, stderr := mockgates(t, nil, "", command, "--target", "http://127.0.0.1:1")
		if code != exit.Usage || !strings.Contains(stderr, "needs --tmpfs /tmp") {
			t.Errorf("%s: exit code = %d, %q, %q; want %d and a hint", command, code, stdout, stderr, exit.Usage)
		}
	}
}
