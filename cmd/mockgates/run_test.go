package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/scenarios"
)

func TestRun(t *testing.T) {
	t.Parallel()
	well := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != healthPath {
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(well.Close)
	ill := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(ill.Close)
	taken := strings.TrimPrefix(well.URL, "http://")

	for _, test := range []struct {
		name   string
		args   string // words, separated by spaces
		env    string // likewise
		stdin  string
		code   int
		stdout string // that it holds
		stderr string // that it holds; "" for nothing at all
	}{
		{name: "help is shown on stdout", args: "--help", stdout: "healthcheck    Ask a running fake"},
		{name: "help of a command names defaults and variables", args: "serve -h", stdout: "127.0.0.1:8080. $MOCKGATES_ADDR\n"},
		{name: "no command is refused", args: "", code: 1, stderr: `expected one of "serve"`},
		{name: "an unknown command names the nearest", args: "serv", code: 1, stderr: `unexpected argument serv, did you mean "serve"?`},
		{name: "an unknown flag names the nearest", args: "serve --adr x", code: 1, stderr: `unknown flag --adr, did you mean "--addr"?`},
		{name: "a refusal says where help is", args: "serve --adr x", code: 1, stderr: "hint: mockgates serve --help lists"},
		{name: "the version is said", args: "version", stdout: "mockgates "},

		{name: "an address without a port is refused", args: "serve --addr localhost", code: 1, stderr: `--addr: "localhost" is no address; want HOST:PORT`},
		{name: "a port that is no port is refused", args: "serve --addr localhost:99999", code: 1, stderr: `"localhost:99999" is no address`},
		{name: "an address in use is refused", args: "serve --addr " + taken, code: 1, stderr: "hint: --addr 127.0.0.1:0 finds a free port"},
		{name: "a seed that is no number is refused", args: "serve --seed x", code: 1, stderr: `--seed: "x" is no seed; want a number`},
		{name: "the seed 0 is refused, for it would be another", args: "serve --seed 0", code: 1, stderr: `"0" is no seed`},
		{name: "a clock that is no time is refused", args: "serve --clock tomorrow", code: 1, stderr: `--clock: "tomorrow" is no time; want RFC 3339`},
		{name: "a fault of an unknown operation names the nearest", args: "serve --fault create-key", code: 1, stderr: "did you mean create-keys?"},
		{name: "a flag without its value is refused", args: "serve --fault", code: 1, stderr: `--fault: expected TEXT value but got "EOL"`},
		{name: "a rate limit without a window is refused", args: "serve --rate-limit 3", code: 1, stderr: `rate limit "3": want OPERATION REQUESTS/DURATION`},
		{name: "a choice without a value is refused", args: "serve --choice x", code: 1, stderr: `"x" is no RULE=VALUE`},
		{name: "a choice of no rule names the nearest", args: "serve --choice keys.negative-limits=accept", code: 1, stderr: "did you mean keys.negative-limit?"},
		{name: "two values for one rule are refused", args: "serve --choice a=b --choice a=c", code: 1, stderr: `a is both "b" and "c"`},
		{name: "a negative number of keys is refused", args: "serve --populate=-1", code: 1, stderr: "--populate: "},
		{name: "an unknown log format is refused", args: "serve --log-format xml", code: 1, stderr: `must be one of "text","json" but got "xml"`},
		{name: "an unknown log level is refused", args: "serve --log-level loud", code: 1, stderr: `but got "loud"`},
		{name: "strict keys without any are refused", args: "serve --strict-keys", code: 1, stderr: "nobody could use the server"},
		{name: "a fault file that is not there is refused", args: "serve --fault-file none", code: 1, stderr: "open none: "},

		{name: "a variable is named with its bad value", args: "serve", env: "MOCKGATES_ADDR=x", code: 1, stderr: `"x" is no address; want HOST:PORT, such as 127.0.0.1:8080 (from MOCKGATES_ADDR)`},
		{name: "a bad value in a list of a variable is named", args: "serve", env: "MOCKGATES_RATE_LIMIT=x", code: 1, stderr: `--rate-limit: rate limit "x": want OPERATION REQUESTS/DURATION, such as create-keys 3/1m (from MOCKGATES_RATE_LIMIT)`},
		{name: "a switch by variable takes true and false only", args: "serve", env: "MOCKGATES_PLAIN=maybe", code: 1, stderr: `--plain: bool value must be true`},
		{name: "an empty variable says nothing", args: "spec print", env: "MOCKGATES_FORMAT=", stdout: "openapi: 3.1"},
		{name: "a variable with a slip is warned of", args: "version", env: "MOCKGATES_DOCUMENTED_ONY=1", stdout: "mockgates", stderr: "MOCKGATES_DOCUMENTED_ONY is no variable of mockgates; did you mean MOCKGATES_DOCUMENTED_ONLY?"},
		{name: "a variable of somebody else is left alone", args: "version", env: "MOCKGATES_SERVICE_PORT=80 MOCKGATES_CONFIG=", stdout: "mockgates"},

		{name: "the health of a fake is asked at its root", args: "healthcheck " + well.URL + "/api/v1", stdout: "ok\n"},
		{name: "the health of a fake is asked at its address", args: "healthcheck", env: "MOCKGATES_ADDR=" + taken, stdout: "ok\n"},
		{name: "a fake that is not well is exit 3", args: "healthcheck " + ill.URL, code: 3, stderr: "answers 404; want 200"},
		{name: "a fake that is not there is exit 3", args: "healthcheck http://127.0.0.1:1", code: 3, stderr: "hint: is mockgates serve running there?"},
		{name: "a health check of no URL is refused", args: "healthcheck nowhere", code: 1, stderr: `"nowhere" is no URL to ask`},

		{name: "the documented specification is printed unasked", args: "spec print", stdout: "operationId: create-keys"},
		{name: "the companions are printed", args: "spec print --companion", stdout: "operationId: list-keys"},
		{name: "both are printed as JSON", args: "spec print --all --format json", stdout: `"operationId": "list-keys"`},
		{name: "two scopes at once are refused", args: "spec print --all --companion", code: 1, stderr: "can't be used together"},
		{name: "the built-in specifications are valid", args: "spec lint", stdout: "modelgates.yaml: valid OpenAPI 3.1\ncompanion.yaml: valid OpenAPI 3.1\n"},
		{name: "a document that departs from OpenAPI is exit 4", args: "spec lint -", stdin: "openapi: 3.1.0\n", code: 4, stdout: "standard input:1"},
		{name: "a document that is no YAML is exit 2", args: "spec lint -", stdin: "{{", code: 2, stderr: "standard input"},
		{name: "a document that is not there is exit 2", args: "spec lint none.yaml", code: 2, stderr: "open none.yaml: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := mockgates(t, strings.Fields(test.env), test.stdin, strings.Fields(test.args)...)
			if code != test.code {
				t.Errorf("exit code = %d; want %d", code, test.code)
			}
			if !strings.Contains(stdout, test.stdout) || test.stdout == "" && stdout != "" {
				t.Errorf("stdout = %q; want %q in it", stdout, test.stdout)
			}
			if !strings.Contains(stderr, test.stderr) || test.stderr == "" && stderr != "" {
				t.Errorf("stderr = %q; want %q in it", stderr, test.stderr)
			}
		})
	}
}

// flagsOf are the names of the flags of a command, "spec print" for instance,
// without those that every command has. They are sorted.
func flagsOf(t *testing.T, command string) []string {
	t.Helper()
	node := modelOf(t).Node
	for name := range strings.FieldsSeq(command) {
		i := slices.IndexFunc(node.Children, func(n *kong.Node) bool { return n.Name == name })
		if i < 0 {
			t.Fatalf("there is no command %q", command)
		}
		node = node.Children[i]
	}
	var names []string
	for _, flag := range node.Flags {
		names = append(names, flag.Name)
	}
	slices.Sort(names)
	return names
}

// modelOf is the command line as kong sees it.
func modelOf(t *testing.T) *kong.Application {
	t.Helper()
	parser, err := newParser(new(cli), new(settings), io.Discard, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return parser.Model
}

// TestExitCodes holds the table to one row a code, in their order, and to what
// a report calls them.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	var codes []int
	for _, row := range exitCodes {
		codes = append(codes, row.code)
	}
	if diff := cmp.Diff([]int{0, 1, 2, 3, 4, 5, 6, 7, 8}, codes); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
	want := []int{exitOK, exitUnreadable, exitCouldNotLook, exitFailed, exitNothing}
	got := []int{scenarios.ExitConforms, scenarios.ExitUnreadable, scenarios.ExitCouldNot, scenarios.ExitFailed, scenarios.ExitNothing}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("codes (-program +report):\n%s", diff)
	}
}
