package scenarios_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
)

// checkReached checks that a run of all scenarios on the fake reached every documented
// response, without an injected fault wherever the fake can produce the response itself.
func checkReached(t *testing.T, r report.Report) {
	t.Helper()
	injectedOnly := []int{429, 500} // operations without a rate limit, and internal errors
	for _, d := range append(r.Documented, r.Companions...) {
		if !d.Reached() {
			t.Errorf("%v is not reached", d.DocumentedResponse)
		}
		if d.Behaviour == 0 && !slices.Contains(injectedOnly, d.Status) {
			t.Errorf("%v is reached by injection only", d.DocumentedResponse)
		}
	}
}

func TestBuiltin_reachEveryDocumentedResponseWithoutCompanions(t *testing.T) {
	t.Parallel()
	r, text := play(t, scenarios.Options{DocumentedOnly: true, MaxRequests: short(200)})
	checkReport(t, r, text, report.ExitConforms, " 0 failed, ")
	if len(r.Companions) != 0 {
		t.Errorf("the report lists %d companion responses, want none", len(r.Companions))
	}
	for _, d := range r.Documented {
		if !d.Reached() {
			t.Errorf("%v is not reached", d.DocumentedResponse)
		}
	}
}

// TestRuleIndex_coversEveryRule checks that the scenarios list every rule of the
// fake. Playing a scenario checks that it covers the rules that it lists.
func TestRuleIndex_coversEveryRule(t *testing.T) {
	t.Parallel()
	index := scenarios.RuleIndex()
	for _, rule := range mockserver.Rules() {
		if len(index[rule.ID]) == 0 && rule.ID != "fake.bounds" { // too large for a scenario; package mockserver tests it
			t.Errorf("no scenario covers the rule %s: %s", rule.ID, rule.Text)
		}
	}
	if len(index) != len(mockserver.Rules()) {
		t.Errorf("the index has %d rules, want %d", len(index), len(mockserver.Rules()))
	}
}

// TestBuiltin_style checks the built-in scenarios: their names, the list of rules, a
// sentence at the beginning of each phase, and their length.
func TestBuiltin_style(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("builtin/*/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no built-in scenarios", err)
	}
	name := regexp.MustCompile(`^[a-z]+(_[a-z0-9]+)+\.txtar$`)
	for _, file := range files {
		if !name.MatchString(filepath.Base(file)) {
			t.Errorf("%s is not named noun_behaviour.txtar", file)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		script, _, _ := strings.Cut(string(data), "\n-- ")
		if !strings.HasPrefix(script, "# rules: ") {
			t.Errorf("%s does not begin with the rules that it covers", file)
		}
		checkPhases(t, file, script)
	}
}

// checkPhases checks that each phase of a script begins with a sentence, and that the
// script is short.
func checkPhases(t *testing.T, file, script string) {
	t.Helper()
	commands, inPhase := 0, false
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "# rules: ") || strings.HasPrefix(line, "[!unbounded] skip "):
		case strings.HasPrefix(line, "#"):
			inPhase = true
			if !strings.HasSuffix(line, ".") {
				t.Errorf("%s: the comment of a phase does not end with a full stop: %s", file, line)
			}
		default:
			commands++
			if !inPhase {
				t.Errorf("%s: the phase of this command does not begin with a comment: %s", file, line)
			}
		}
	}
	if commands >= 40 {
		t.Errorf("%s has %d commands, want fewer than 40", file, commands)
	}
}
