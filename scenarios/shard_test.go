package scenarios_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
)

// TestShard_unionIsTheWhole plays all shards. Together they play each scenario once, and
// cover what the whole run covers.
func TestShard_unionIsTheWhole(t *testing.T) {
	t.Parallel()
	const pattern = "^(keys|auth)_"
	whole, _ := play(t, scenarios.Options{Run: pattern, Clock: frozen})
	if len(whole.Scenarios) < 10 {
		t.Fatalf("%d scenarios match; want at least 10", len(whole.Scenarios))
	}
	const count = 3
	var played []report.Scenario
	var covered report.Coverage
	for i := range count {
		r, text := play(t, scenarios.Options{Run: pattern, Clock: frozen, Shard: scenarios.Shard{Index: i + 1, Count: count}})
		if r.ExitCode() != report.ExitConforms || r.Run.Shard != fmt.Sprintf("%d/3", i+1) {
			t.Errorf("shard %q ends with %d\n%s", r.Run.Shard, r.ExitCode(), text)
		}
		played = append(played, r.Scenarios...)
		if i == 0 {
			covered = r.Coverage
		} else {
			covered = covered.Merge(r.Coverage)
		}
	}
	names := func(list []report.Scenario) (names []string) {
		for _, s := range list {
			names = append(names, s.Name)
		}
		slices.Sort(names)
		return names
	}
	if diff := cmp.Diff(names(whole.Scenarios), names(played)); diff != "" {
		t.Errorf("scenarios (-whole +shards):\n%s", diff)
	}
	if diff := cmp.Diff(whole.Coverage, covered); diff != "" {
		t.Errorf("coverage (-whole +shards):\n%s", diff)
	}
}

func TestShard_emptyOneTestsNothing(t *testing.T) {
	t.Parallel()
	r, text := play(t, scenarios.Options{Run: "^keys_created$", Shard: scenarios.Shard{Index: 2, Count: 2}})
	checkReport(t, r, text, report.ExitNothingTested, "the shard 2/2 is empty: there is nothing to play beyond 1 scenario")
}

func TestParseShard(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 1000).Draw(t, "count")
		want := scenarios.Shard{Index: rapid.IntRange(1, n).Draw(t, "index"), Count: n}
		if got, err := scenarios.ParseShard(want.String()); err != nil || got != want {
			t.Fatalf("%v is parsed as %v, %v", want, got, err)
		}
	})
	for _, text := range []string{"", "1", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "a/b", " 1/2"} {
		if s, err := scenarios.ParseShard(text); err == nil || !strings.Contains(err.Error(), "want I/N with I from 1 to N") {
			t.Errorf("%q is parsed as %v, %v", text, s, err)
		}
	}
}

// TestRun_coverageGate plays below the gate. The report says what is missing, and the
// exit code is 6.
func TestRun_coverageGate(t *testing.T) {
	t.Parallel()
	r, text := play(t, scenarios.Options{Run: "^keys_created$", DocumentedOnly: true, MinCoverage: 90})
	checkReport(t, r, text, report.ExitCoverage, "); want 90%; not reached: create-keys 4")
	if strings.Count(text, "error: coverage is ") != 1 {
		t.Errorf("want one line:\n%s", text)
	}
	if !strings.Contains(text, "\nbelow the coverage gate (") {
		t.Errorf("the verdict is another:\n%s", text)
	}
}
