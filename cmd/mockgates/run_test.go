package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/mockgates/mockgates/cmd/internal/serve"
)

func TestRun(t *testing.T) {
	t.Parallel()
	healthy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != serve.HealthPath {
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(healthy.Close)
	unhealthy := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(unhealthy.Close)
	addr := strings.TrimPrefix(healthy.URL, "http://")

	for _, test := range []struct {
		name   string
		args   string // separated by spaces
		env    string // separated by spaces
		stdin  string
		code   int
		stdout string // must be in stdout; "" if stdout must be empty
		stderr string // must be in stderr; "" if stderr must be empty
	}{
		{name: "help goes to stdout", args: "--help", stdout: "Check the health of a running fake"},
		{name: "the help of a command names defaults and variables", args: "serve -h", stdout: "Default: 127.0.0.1:8080."},
		{name: "a command is required", args: "", code: 1, stderr: "mockgates serve "},
		{name: "the nearest command is suggested", args: "serv", code: 1, stderr: `unexpected argument serv, did you mean one of "serve"`},
		{name: "the nearest flag is suggested", args: "serve --adr x", code: 1, stderr: `unknown flag --adr, did you mean "--addr"?`},
		{name: "a hint says how to get help", args: "serve --adr x", code: 1, stderr: "hint: run mockgates serve --help for usage"},
		{name: "version prints the version", args: "version", stdout: "mockgates "},

		{name: "an address needs a port", args: "serve --addr localhost", code: 1, stderr: `--addr: "localhost" is not a valid address; want HOST:PORT`},
		{name: "a port is at most 65535", args: "serve --addr localhost:99999", code: 1, stderr: `"localhost:99999" is not a valid address`},
		{name: "an address in use is refused with a hint", args: "serve --addr " + addr, code: 1, stderr: "hint: use --addr 127.0.0.1:0 to listen on a free port"},
		{name: "a seed must be a number", args: "serve --seed x", code: 1, stderr: `--seed: "x" is not a valid seed; want a number`},
		{name: "the seed 0 is refused, because it means the default", args: "serve --seed 0", code: 1, stderr: `"0" is not a valid seed`},
		{name: "a clock must be an RFC 3339 time", args: "serve --clock tomorrow", code: 1, stderr: `--clock: "tomorrow" is not a valid time; want RFC 3339`},
		{name: "a fault for an unknown operation suggests the nearest", args: "serve --fault create-key", code: 1, stderr: "did you mean create-keys?"},
		{name: "a flag needs its value", args: "serve --fault", code: 1, stderr: `--fault: expected TEXT value but got "EOL"`},
		{name: "a rate limit needs a window", args: "serve --rate-limit 3", code: 1, stderr: `rate limit "3": want OPERATION REQUESTS/DURATION`},
		{name: "a rule needs a setting", args: "serve --rule x", code: 1, stderr: `--rule: "x" is not a valid rule; want ID=SETTING`},
		{name: "an unknown rule suggests the nearest", args: "serve --rule keys.negative-limits=accept", code: 1, stderr: "did you mean keys.negative-limit?"},
		{name: "two settings for one rule are refused", args: "serve --rule a=b --rule a=c", code: 1, stderr: `--rule: a is set to both "b" and "c"`},
		{name: "a negative number of keys is refused", args: "serve --keys=-1", code: 1, stderr: "--keys: "},
		{name: "an unknown log format is refused", args: "serve --log-format xml", code: 1, stderr: `must be one of "text","json" but got "xml"`},
		{name: "an unknown log level is refused", args: "serve --log-level loud", code: 1, stderr: `but got "loud"`},
		{name: "strict keys need a management key", args: "serve --strict-keys", code: 1, stderr: "nobody could use the server"},
		{name: "a missing fault file is refused", args: "serve --fault-file none", code: 1, stderr: "open none: "},

		{name: "an error names the variable that the value comes from", args: "serve", env: "MOCKGATES_ADDR=x", code: 1, stderr: `"x" is not a valid address; want HOST:PORT, such as 127.0.0.1:8080 (from MOCKGATES_ADDR)`},
		{name: "an error names the variable of a repeatable flag", args: "serve", env: "MOCKGATES_RATE_LIMIT=x", code: 1, stderr: `--rate-limit: rate limit "x": want OPERATION REQUESTS/DURATION, such as create-keys 3/1m (from MOCKGATES_RATE_LIMIT)`},
		{name: "the variable of a switch must be a boolean", args: "serve", env: "MOCKGATES_NO_DEBUG_HEADERS=maybe", code: 1, stderr: `--no-debug-headers: bool value must be true`},
		{name: "an empty variable is ignored", args: "spec print", env: "MOCKGATES_FORMAT=", stdout: "openapi: 3.1"},
		{name: "a mistyped variable causes a warning", args: "version", env: "MOCKGATES_DOCUMENTED_ONY=1", stdout: "mockgates", stderr: "unknown variable MOCKGATES_DOCUMENTED_ONY; did you mean MOCKGATES_DOCUMENTED_ONLY?"},
		{name: "an unrelated variable causes no warning", args: "version", env: "MOCKGATES_SERVICE_PORT=80 MOCKGATES_CONFIG=", stdout: "mockgates"},

		{name: "a health check ignores the path of the URL", args: "healthcheck " + healthy.URL + "/api/v1", stdout: "ok\n"},
		{name: "a health check without a URL uses the address", args: "healthcheck", env: "MOCKGATES_ADDR=" + addr, stdout: "ok\n"},
		{name: "an unhealthy fake is exit 3", args: "healthcheck " + unhealthy.URL, code: 3, stderr: "status 404; want 200"},
		{name: "an unreachable fake is exit 3", args: "healthcheck http://127.0.0.1:1", code: 3, stderr: "hint: is mockgates serve running there?"},
		{name: "a health check needs an absolute URL", args: "healthcheck nowhere", code: 1, stderr: `"nowhere" is not a valid URL`},

		{name: "report prints the schema of a record", args: "report --schema", stdout: `"title": "mockgates record"`},

		{name: "spec print prints the documented operations by default", args: "spec print", stdout: "operationId: create-keys"},
		{name: "spec print prints the companion operations", args: "spec print --companion", stdout: "operationId: list-keys"},
		{name: "spec print prints both as JSON", args: "spec print --all --format json", stdout: `"operationId": "list-keys"`},
		{name: "spec print takes one scope", args: "spec print --all --companion", code: 1, stderr: "can't be used together"},
		{name: "the built-in specifications are valid", args: "spec lint", stdout: "modelgates.yaml: valid OpenAPI 3.1\ncompanion.yaml: valid OpenAPI 3.1\n"},
		{name: "an invalid OpenAPI document is exit 4", args: "spec lint -", stdin: "openapi: 3.1.0\n", code: 4, stdout: "standard input:1"},
		{name: "a document that is not YAML is exit 2", args: "spec lint -", stdin: "{{", code: 2, stderr: "standard input"},
		{name: "a missing document is exit 2", args: "spec lint none.yaml", code: 2, stderr: "open none.yaml: "},
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

// flagsOf returns the names of a command's own flags, sorted.
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

// modelOf returns kong's model of the command line.
func modelOf(t *testing.T) *kong.Application {
	t.Helper()
	model, err := program.Model()
	if err != nil {
		t.Fatal(err)
	}
	return model
}
