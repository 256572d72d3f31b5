package scenarios_test

import (
	"context"
	"errors"
	"math"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
)

func TestRun_unreadableFiles(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ script, text string }{
		"an unknown command":             {"call POST /keys\nstate 201", `script.txtar:2:1: unknown command "state"; did you mean status?`},
		"a condition that needs go test": {"[short] stop", "script.txtar:1:1: condition [short] needs go test"},
		"another one, negated":           {"[!net] stop", "condition [!net] needs go test"},
		"the condition that marks lines": {"[line:7] stop", "condition [line:7] is reserved"},
		"an open quote":                  {"jq '.data", "script.txtar:1:9: a quote is not closed"},
		"an unknown rule":                {"# rules: keys.craeted", `unknown rule "keys.craeted"; did you mean keys.created?`},
		"a condition without a command":  {"[fake]", "needs a command after it"},
		"a script without a command":     {"# nothing", "the script has no command"},
		"an empty file":                  {"", "the script has no command"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, text := play(t, scenarios.Options{Files: []string{script(t, test.script)}})
			checkReport(t, r, text, report.ExitUnreadable, test.text)
		})
	}
	r, text := play(t, scenarios.Options{Files: []string{filepath.Join("testdata", "nowhere.txtar")}})
	checkReport(t, r, text, report.ExitUnreadable, "testdata/nowhere.txtar: no such file")
}

func TestRun_invalidOptions(t *testing.T) {
	t.Parallel()
	negative := -1.0
	for name, test := range map[string]struct {
		options scenarios.Options
		text    string
	}{
		"a pattern that does not compile": {scenarios.Options{Run: "("}, "is not a regular expression"},
		"a negative number of scenarios":  {scenarios.Options{Parallel: -1}, "parallel is -1"},
		"a coverage above 100%":           {scenarios.Options{MinCoverage: 100.5}, "minimum of coverage is 100.5"},
		"a coverage that is not a number": {scenarios.Options{MinCoverage: math.NaN()}, "minimum of coverage is NaN"},
		"a shard beyond the last":         {scenarios.Options{Shard: scenarios.Shard{Index: 3, Count: 2}}, "shard is 3/2; want 1/N to N/N"},
		"a negative time":                 {scenarios.Options{Timeout: -1}, "timeout is"},
		"a negative limit":                {scenarios.Options{LiveLimit: &negative}, "live limit is -1"},
		"a target that is not a URL":      {scenarios.Options{Target: "modelgates", ManagementKey: "k"}, "want a base URL"},
		"a target with a query":           {scenarios.Options{Target: "https://a.example/?x", ManagementKey: "k"}, "want no user, query"},
		"a target with a password":        {scenarios.Options{Target: "https://a:secret@a.example/", ManagementKey: "k"}, `target "https://a.example/"`},
		"a target without a key":          {scenarios.Options{Target: "https://a.example/api/v1"}, "MODELGATES_MANAGEMENT_KEY"},
		"a key with a space":              {scenarios.Options{Target: "https://a.example/api/v1", ManagementKey: " k"}, "begins or ends with a space"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := scenarios.Run(t.Context(), test.options)
			if err == nil || !strings.Contains(err.Error(), test.text) {
				t.Errorf("error %v, want one that contains %q", err, test.text)
			}
		})
	}
}

func TestRun_failsIfNothingIsTested(t *testing.T) {
	t.Parallel()
	r, text := play(t, scenarios.Options{Run: "no such scenario"})
	checkReport(t, r, text, report.ExitNothingTested, "no scenario has a name that matches")
	r, text = play(t, scenarios.Options{Run: "^key_lifecycle$", DocumentedOnly: true})
	checkReport(t, r, text, report.ExitNothingTested, "needs a companion operation")
}

// TestRun_failedScriptReportsNothingUnfinished plays a script that fails before it can
// await its calls. Only its failure and those of its cleanup are reported.
func TestRun_failedScriptReportsNothingUnfinished(t *testing.T) {
	t.Parallel()
	r, text := play(t, scenarios.Options{Files: []string{script(t, `
cleanup call POST /keys missing.json
fault create-keys status=500 skip=9
fault create-auth-keys-code hold=gate
call POST /auth/keys/code code.json &first
gate held gate
call POST /keys key.json
status 200
`+nightly+"-- missing.json --\n{}\n")}})
	var got []string
	for _, f := range r.Scenarios[0].Failures {
		got = append(got, f.Text)
	}
	want := []string{"unexpected status", "the request breaks the contract; put invalid before the call if that is intended"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("failures (-want +got):\n%s\n%s", diff, text)
	}
}

// TestRun_interruptedStillCleansUp interrupts a run during a call. The cleanup of the
// script still reaches the target.
func TestRun_interruptedStillCleansUp(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	var cleaned atomic.Bool
	_, err := scenarios.Run(ctx, scenarios.Options{
		Files: []string{script(t, "cleanup call POST /auth/keys/code code.json\ncall POST /keys key.json\n"+nightly)},
		Handler: func(fake http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/api/v1/keys" {
					cancel(errors.New("interrupted"))
					<-r.Context().Done()
					return
				}
				cleaned.Store(true)
				fake.ServeHTTP(w, r)
			})
		},
	})
	if err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("error %v, want one with the cause", err)
	}
	if !cleaned.Load() {
		t.Error("the cleanup did not reach the target")
	}
}
