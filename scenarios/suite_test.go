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

// TestMain lets scripts run a program of this test: a client that makes a key.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"client": client})
}

// client makes a key with the settings of its environment, as a program under
// test does, and retries once if it is told to come back.
func client() {
	for range 2 {
		req, err := http.NewRequest(http.MethodPost, os.Getenv("MODELGATES_BASE_URL")+"/keys", strings.NewReader(`{"name": "from a program"}`))
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
		if res.StatusCode != http.StatusTooManyRequests {
			return
		}
	}
}

// TestASuiteOfSomeoneElseCanUseTheCommands is how a Go project tests its own
// program: its scripts, with the commands of this package beside exec.
func TestASuiteOfSomeoneElseCanUseTheCommands(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:       "testdata/suite",
		Setup:     scenarios.Setup,
		Cmds:      scenarios.Commands(),
		Condition: scenarios.Condition,
	})
}

// failing is a testscript.T that keeps what it is told.
type failing struct {
	log    strings.Builder
	failed bool
}

type stopped struct{}

func (f *failing) Skip(args ...any)  { panic(stopped{}) }
func (f *failing) Fatal(args ...any) { f.Log(args...); f.FailNow() }
func (f *failing) Parallel()         {}
func (f *failing) Log(args ...any) {
	for _, arg := range args {
		f.log.WriteString(strings.TrimSpace(arg.(string)) + "\n")
	}
}
func (f *failing) FailNow()      { f.failed = true; panic(stopped{}) }
func (f *failing) Failed() bool  { return f.failed }
func (f *failing) Verbose() bool { return false }
func (f *failing) Run(_ string, run func(testscript.T)) {
	defer func() { _ = recover() }()
	run(f)
}

func TestASuiteOfSomeoneElseFailsWhereItShould(t *testing.T) {
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
		"no setup":               {"status 200\n", nil, "status: no Setup of package scenarios has run"},
		"options that cannot be": {"status 200\n", scenarios.Options{Parallel: -1}.Setup, "parallel is -1"},
		"a wrong condition":      {"[fast] status 200\n", scenarios.Setup, `unknown condition "fast"; want one of fake, live, companion`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &failing{}
			testscript.RunT(f, testscript.Params{
				Files: []string{script(t, test.script)}, Setup: test.setup, Cmds: scenarios.Commands(), Condition: scenarios.Condition,
			})
			if !f.failed || !strings.Contains(f.log.String(), test.text) {
				t.Errorf("failed: %v; the log does not hold %q:\n%s", f.failed, test.text, f.log.String())
			}
		})
	}
}
