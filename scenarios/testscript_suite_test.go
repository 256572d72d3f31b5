package scenarios_test

import (
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mockgates/mockgates/scenarios"
)

// TestMain lets scripts run the program client.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"client": client})
}

// client is a program under test. It creates a key with the settings of its
// environment, and retries once after a 429. With the argument "empty" the key has
// no name, and with "many" it creates more keys than the journal of a world has entries.
func client() {
	body := `{"name": "from a program"}`
	if len(os.Args) > 1 && os.Args[1] == "empty" {
		body = `{}`
	}
	tries, many := 2, len(os.Args) > 1 && os.Args[1] == "many"
	if many {
		tries = 1005
	}
	for range tries {
		req, err := http.NewRequest(http.MethodPost, os.Getenv("MODELGATES_BASE_URL")+"/keys", strings.NewReader(body))
		if err != nil {
			os.Exit(1)
		}
		req.Header.Set("Authorization", "Bearer "+os.Getenv("MODELGATES_API_KEY"))
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			os.Exit(1)
		}
		_, _ = io.Copy(os.Stdout, res.Body)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusTooManyRequests && !many {
			return
		}
	}
}

// TestSetup_ownSuite tests a program as a Go project does: its scripts use the commands
// of this package together with exec.
func TestSetup_ownSuite(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:       "testdata/suite",
		Setup:     scenarios.Setup,
		Cmds:      scenarios.Commands(),
		Condition: scenarios.Condition,
	})
}

// A recorder is a testscript.T that records what testscript tells it.
type recorder struct {
	log    strings.Builder
	failed bool
}

type stopped struct{}

func (r *recorder) Skip(args ...any)  { panic(stopped{}) }
func (r *recorder) Fatal(args ...any) { r.Log(args...); r.FailNow() }
func (r *recorder) Parallel()         {}
func (r *recorder) Log(args ...any) {
	for _, arg := range args {
		r.log.WriteString(strings.TrimSpace(arg.(string)) + "\n")
	}
}
func (r *recorder) FailNow()      { r.failed = true; panic(stopped{}) }
func (r *recorder) Failed() bool  { return r.failed }
func (r *recorder) Verbose() bool { return false }
func (r *recorder) Run(_ string, run func(testscript.T)) {
	defer func() { _ = recover() }()
	run(r)
}

func TestSetup_ownSuiteFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		script string
		setup  func(*testscript.Env) error
		text   string
	}{
		"a command that fails": {"call POST /keys\n", scenarios.Setup, "script.txtar:1: the request breaks the contract"},
		"a fault that never fires": {
			"fault create-keys status=500\n", scenarios.Setup, "the fault never fired",
		},
		"no setup":                   {"status 200\n", nil, "status: no Setup of package scenarios has run"},
		"options that are not valid": {"status 200\n", scenarios.Options{Parallel: -1}.Setup, "parallel is -1"},
		"an unknown condition":       {"[fast] status 200\n", scenarios.Setup, `unknown condition "fast"; want one of companion, fake, live, unbounded`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &recorder{}
			testscript.RunT(r, testscript.Params{
				Files: []string{script(t, test.script)}, Setup: test.setup, Cmds: scenarios.Commands(), Condition: scenarios.Condition,
			})
			if !r.failed || !strings.Contains(r.log.String(), test.text) {
				t.Errorf("failed: %v; the log does not contain %q:\n%s", r.failed, test.text, r.log.String())
			}
		})
	}
}
