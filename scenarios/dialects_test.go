package scenarios_test

import (
	"maps"
	"math"
	"testing"

	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
)

// isCompared reports whether TestDrift_faithfulDialects plays on the dialect.
func isCompared(name string) bool { return !testing.Short() || name == "verbose" }

// TestDialects_conform plays everything on the faithful implementations that
// TestDrift_faithfulDialects leaves out. What they do where the documents leave a choice
// is not a failure. Without companions there are fewer scenarios, and one implementation
// is enough.
func TestDialects_conform(t *testing.T) {
	t.Parallel()
	for name, d := range dialects() {
		for _, companions := range []bool{false, true} {
			if companions && isCompared(name) || !companions && name != "terse" {
				continue
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				checkFaithful(t, d, scenarios.Options{Companions: companions})
			})
		}
	}
}

func TestDialects_conformWithoutBounds(t *testing.T) {
	t.Parallel()
	lifted := math.Inf(1)
	checkFaithful(t, dialects()["terse"], scenarios.Options{LiveLimit: &lifted, LiveExpiry: -1, Companions: true})
}

// checkFaithful plays the built-in scenarios on a dialect, and checks the report. With
// -short it plays only some of the generated cases.
func checkFaithful(t *testing.T, d dialect, o scenarios.Options) {
	t.Helper()
	o.Target, o.ManagementKey, o.MaxRequests = d.start(t, departure{}), liveKey, short(150)
	r, text := play(t, o)
	checkSettled(t, d, r, text)
}

// checkSettled checks that no scenario failed on a dialect, and that the report says
// how it settles each open question.
func checkSettled(t *testing.T, d dialect, r report.Report, text string) {
	t.Helper()
	if r.ExitCode() != report.ExitConforms {
		t.Fatalf("exit code %d, want 0\n%s", r.ExitCode(), text)
	}
	for _, s := range r.Settled {
		if s.Rule == "exchange.method-absent" && d.setting("codes.method-default") == "S256" {
			continue // without a method the code of the scenario has the right one
		}
		if want := d.setting(s.Rule); s.Setting != want {
			t.Errorf("%s is settled as %q, want %q", s.Rule, s.Setting, want)
		}
	}
	if len(r.Settled) < 12 {
		t.Errorf("%d open questions are settled, want at least 12\n%s", len(r.Settled), text)
	}
	for _, s := range r.Scenarios {
		if s.Verdict == report.Skipped && s.Reason == "" {
			t.Errorf("%s is skipped without a reason", s.Name)
		}
	}
}

// TestDialects_conformHoweverAQuestionIsSettled changes one setting at a time.
func TestDialects_conformHoweverAQuestionIsSettled(t *testing.T) {
	t.Parallel()
	other := map[string]string{
		"refuse": "accept", "accept": "refuse", "before": "after", "https": "localhost", "plain": "S256", "keep": "burn",
	}
	for rule, setting := range defaultSettings {
		if !inPart(rule, 5) {
			continue
		}
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			d := dialects()["terse"]
			d.settings = maps.Clone(map[string]string{rule: other[setting]})
			checkFaithful(t, d, scenarios.Options{Companions: true})
		})
	}
}
