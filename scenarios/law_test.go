package scenarios_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios"
)

func TestTwoRunsWithOneSeedAndAFrozenClockAreEqual(t *testing.T) {
	t.Parallel()
	run := func(parallel int, seed uint64) (transcript, text string, r scenarios.Report) {
		var out bytes.Buffer
		r, text = play(t, scenarios.Options{Clock: frozen, Seed: seed, Parallel: parallel, Verbose: true, Output: &out})
		return blocks(out.String()), text, r
	}
	transcript, text, r := run(1, 7)
	transcript4, text4, r4 := run(4, 7)
	if diff := cmp.Diff(text, text4); diff != "" {
		t.Errorf("the reports differ (-alone +four at a time):\n%s", diff)
	}
	if diff := cmp.Diff(transcript, transcript4); diff != "" {
		t.Errorf("the transcripts differ (-alone +four at a time):\n%s", diff)
	}
	one, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if four, err := json.Marshal(r4); err != nil || !bytes.Equal(one, four) {
		t.Errorf("the reports differ as data, %v", err)
	}
	if other, _, _ := run(4, 8); other == transcript {
		t.Error("another seed has the same transcript")
	}
}

// blocks sorts a transcript by scenario: which one ends first is chance.
func blocks(transcript string) string {
	list := strings.SplitAfter(transcript, "\n\n")
	slices.SortStableFunc(list, func(a, b string) int {
		return strings.Compare(scenarioOf.FindString(a), scenarioOf.FindString(b))
	})
	return strings.Join(list, "")
}

var scenarioOf = regexp.MustCompile(`^\w+:`)

// TestEveryRuleIsHeldByAScenario compares what the scenarios claim with the
// rules of the fake. That each claim is true is part of playing it.
func TestEveryRuleIsHeldByAScenario(t *testing.T) {
	t.Parallel()
	index := scenarios.RuleIndex()
	for _, rule := range mockserver.Rules() {
		if len(index[rule.ID]) == 0 {
			t.Errorf("no scenario holds the rule %s: %s", rule.ID, rule.Text)
		}
	}
	if len(index) != len(mockserver.Rules()) {
		t.Errorf("%d rules are in the index, want %d", len(index), len(mockserver.Rules()))
	}
}

// TestEveryRowIsReached wants each row of each operation, by what the fake does
// wherever it can be made to.
func TestEveryRowIsReached(t *testing.T) {
	t.Parallel()
	r, _ := play(t, scenarios.Options{})
	onlyInjected := []int{429, 500} // where there is no limit, and nothing breaks
	for _, row := range append(r.Documented, r.Companions...) {
		if !row.Reached() {
			t.Errorf("row %v is not reached", row.DocumentedResponse)
		}
		if row.Behaviour == 0 && !slices.Contains(onlyInjected, row.Status) {
			t.Errorf("row %v is reached by injection only", row.DocumentedResponse)
		}
	}
	documented, text := play(t, scenarios.Options{DocumentedOnly: true})
	if documented.ExitCode() != scenarios.ExitConforms || len(documented.Companions) != 0 {
		t.Errorf("documented only: exit code %d, %d companion rows\n%s", documented.ExitCode(), len(documented.Companions), text)
	}
	for _, row := range documented.Documented {
		if !row.Reached() {
			t.Errorf("row %v is not reached without the companions", row.DocumentedResponse)
		}
	}
}

// TestAScenarioReadsWell holds the built-in scenarios to the house style.
func TestAScenarioReadsWell(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir("builtin")
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile(`^[a-z]+(_[a-z0-9]+)+\.txtar$`)
	for _, e := range entries {
		data, err := os.ReadFile("builtin/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		script, _, _ := strings.Cut(string(data), "\n-- ")
		if !name.MatchString(e.Name()) {
			t.Errorf("%s is not named noun_behaviour.txtar", e.Name())
		}
		steps := 0
		for line := range strings.Lines(script) {
			if strings.TrimSpace(line) != "" && line[0] != '#' {
				steps++
			}
			if strings.HasPrefix(line, "# ") && !strings.HasPrefix(line, "# rules: ") && !strings.HasSuffix(line, ".\n") {
				t.Errorf("%s: a phase is not opened by a sentence: %s", e.Name(), line)
			}
		}
		if steps >= 40 {
			t.Errorf("%s has %d lines of script, want less than 40", e.Name(), steps)
		}
		if !strings.HasPrefix(script, "# rules: ") {
			t.Errorf("%s does not begin with the rules that it holds", e.Name())
		}
	}
}

// TestNoSecretIsInWhatComesOut plants secrets in every place that a scenario
// can put one, and looks for them, and for every key that the fake minted, in
// everything that comes out.
func TestNoSecretIsInWhatComesOut(t *testing.T) {
	t.Parallel()
	const planted = `sk-planted/"secret"+é-0123`
	text := `
as 'sk-planted/"secret"+é-0123'
call POST /keys key.json
as management
call POST /keys echo.json
capture KEY .key
header X-Secret $KEY
call POST /keys key.json
jq '$KEY == "x"'

-- key.json --
{"name": "nightly"}
-- echo.json --
{"name": "sk-planted/\"secret\"+é-0123"}
`
	var keys []string
	keep := breaking("POST /keys 201", func(a *answer) { keys = append(keys, a.body["key"].(string)) })
	var transcript bytes.Buffer
	r, printed := play(t, scenarios.Options{
		Files: []string{script(t, text)}, Handler: keep, Verbose: true, Output: &transcript,
	})
	if len(keys) != 2 || r.ExitCode() != scenarios.ExitFailed {
		t.Fatalf("%d keys were minted and the exit code is %d, want 2 and 4\n%s", len(keys), r.ExitCode(), printed)
	}
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range append(keys, planted) {
		quoted, _ := json.Marshal(secret)
		for _, form := range []string{
			secret, strings.Trim(string(quoted), `"`), url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret)),
		} {
			for place, out := range map[string]string{"text": printed, "data": string(data), "transcript": transcript.String()} {
				if strings.Contains(out, form) {
					t.Errorf("the %s holds a secret: %q", place, form)
				}
			}
		}
	}
}
