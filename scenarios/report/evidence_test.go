package report_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/scenarios/report"
)

// day returns the noon of a day.
func day(n int) time.Time { return time.Date(2030, 1, n, 12, 0, 0, 0, time.UTC) }

// runOf returns the report of a run on a day, of one exchange that reached
// "create 201" or, without reached, departed from it.
func runOf(mode, target string, n int, reached, injected bool) report.Report {
	r := report.New(
		report.Run{ID: fmt.Sprint("run", n), Mode: mode, Target: target, Started: day(n)},
		report.NewCoverage([]finding.Operation{{ID: "create", Statuses: []int{201}}}, nil),
	)
	x := report.Exchange{Operation: "create", Status: 201, Injected: injected, ResponseBody: "a body"}
	s := report.Scenario{Name: "a", Verdict: report.Failed, Failures: []report.Failure{{Text: "departs"}}, Covers: []string{"keys.created"}}
	if reached {
		x.DocumentedResponse = &finding.DocumentedResponse{Operation: "create", Status: 201}
		s.Verdict, s.Failures = report.Passed, nil
	}
	s.Exchanges = []report.Exchange{x}
	r.Add([]report.Scenario{s})
	return r
}

func TestLedger_standing(t *testing.T) {
	t.Parallel()
	const live, fake = report.ModeLive, report.ModeFake
	for _, test := range []struct {
		name string
		runs []report.Report
		want string // state, day and target of the response
	}{
		{"only a fault", []report.Report{runOf(fake, "", 1, true, true)}, "injection only 1 "},
		{"a fault and the fake", []report.Report{runOf(fake, "", 1, true, false), runOf(fake, "", 2, true, true)}, "fake only 1 "},
		{"the fake never departs", []report.Report{runOf(fake, "", 1, true, false), runOf(fake, "", 2, false, false)}, "fake only 1 "},
		{"a live target before all", []report.Report{runOf(live, "a", 1, true, false), runOf(fake, "", 2, true, false)}, "live 1 a"},
		{"the last of two live targets", []report.Report{runOf(live, "a", 2, true, false), runOf(live, "b", 1, true, false)}, "live 2 a"},
		{"a target that always departs", []report.Report{runOf(live, "a", 2, false, false)}, "departs 2 a"},
		{"a target that departs now", []report.Report{runOf(live, "a", 1, true, false), runOf(live, "a", 2, false, false)}, "REGRESSION 2 a"},
		{"a target that departed once", []report.Report{runOf(live, "a", 2, true, false), runOf(live, "a", 1, false, false)}, "live 2 a"},
		{"another target departs", []report.Report{runOf(live, "a", 1, true, false), runOf(live, "b", 2, false, false)}, "live 1 a"},
	} {
		var l report.Ledger
		for _, r := range test.runs {
			l = l.Merge(r)
		}
		s := l.Facts[0].Standing()
		if got := fmt.Sprintf("%s %d %s", s.State, s.At.Day(), s.Target); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
		if regressed := len(l.Regressions()) > 0; regressed != strings.HasPrefix(test.want, "REGRESSION") {
			t.Errorf("%s: regressions %q", test.name, l.Regressions())
		}
	}
}

// A live target names no rules; the scenarios that cover them tell.
func TestLedger_rulesOfALiveTarget(t *testing.T) {
	t.Parallel()
	l := report.Ledger{}.Merge(runOf(report.ModeLive, "a", 1, true, false)).Merge(runOf(report.ModeLive, "a", 3, false, false))
	want := []string{"response create 201", "rule keys.created"}
	if diff := cmp.Diff(want, l.Regressions()); diff != "" {
		t.Errorf("regressions (-want +got):\n%s", diff)
	}
}

func TestLedger_Stale(t *testing.T) {
	t.Parallel()
	l := report.Ledger{}.Merge(runOf(report.ModeFake, "", 1, true, false))
	if stale := l.Stale(day(4), 72*time.Hour); len(stale) != 0 {
		t.Errorf("stale after just three days: %q", stale)
	}
	if stale := l.Stale(day(4).Add(time.Second), 72*time.Hour); len(stale) != 1 {
		t.Errorf("stale after more than three days: %q, want one", stale)
	}
}

// Runs in any order, and twice, give the same ledger, and its file reads back.
func TestLedger_mergeInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		runs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) report.Report {
			mode := rapid.SampledFrom([]string{report.ModeFake, report.ModeLive}).Draw(t, "mode")
			target := ""
			if mode == report.ModeLive {
				target = rapid.SampledFrom([]string{"a", "b"}).Draw(t, "target")
			}
			return runOf(mode, target, rapid.IntRange(1, 9).Draw(t, "day"), rapid.Bool().Draw(t, "reached"), rapid.Bool().Draw(t, "injected"))
		}), 1, 5).Draw(t, "runs")
		merge := func(runs []report.Report) (l report.Ledger) {
			for _, r := range runs {
				l = l.Merge(r)
			}
			return l
		}
		l := merge(runs)
		if diff := cmp.Diff(l, merge(rapid.Permutation(runs).Draw(t, "order"))); diff != "" {
			t.Fatalf("another order:\n%s", diff)
		}
		if diff := cmp.Diff(l, merge(append(runs, runs...))); diff != "" {
			t.Fatalf("twice:\n%s", diff)
		}
		file, err := l.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		again, err := report.ReadLedger(file)
		if err != nil || strings.Contains(string(file), "a body") {
			t.Fatalf("%v\n%s", err, file)
		}
		if second, err := again.Marshal(); err != nil || string(second) != string(file) {
			t.Fatalf("%v: the file reads back as another", err)
		}
	})
}

// Of many targets the ledger keeps those it heard of last.
func TestLedger_keepsTheLastTargets(t *testing.T) {
	t.Parallel()
	var l report.Ledger
	for n := range report.MaxLedgerTargets + 1 {
		l = l.Merge(runOf(report.ModeLive, fmt.Sprintf("host%02d", n), n+1, true, false))
	}
	targets := l.Facts[0].Live
	if len(targets) != report.MaxLedgerTargets || targets[0].Target != "host01" {
		t.Errorf("%d targets, the first %s; want 20 and host01", len(targets), targets[0].Target)
	}
}

func TestReadLedger_refuses(t *testing.T) {
	t.Parallel()
	fact := func(kind, name string) string { return fmt.Sprintf(`{"kind":%q,"name":%q}`, kind, name) }
	for _, test := range []struct{ name, text, want string }{
		{"another format", `{"format":2,"facts":[]}`, "format is 2; want 1"},
		{"an unknown member", `{"format":1,"fatcs":[]}`, "/fatcs is not a known member; did you mean facts?"},
		{"an unknown kind", `{"format":1,"facts":[` + fact("rules", "a") + `]}`, `/facts/0 has the unknown kind "rules"; did you mean rule?`},
		{"a fact twice", `{"format":1,"facts":[` + fact("rule", "a") + "," + fact("rule", "a") + `]}`, "/facts/1: rule a must come before rule a, once"},
		{"facts out of order", `{"format":1,"facts":[` + fact("rule", "b") + "," + fact("rule", "a") + `]}`, "/facts/1: rule a must come before rule b, once"},
		{"too many targets", `{"format":1,"facts":[{"kind":"rule","name":"a","live":[` + strings.Repeat(`{"target":"a"},`, 20) + `{"target":"b"}]}]}`, "/facts/0 has 21 live targets; want at most 20"},
		{"a long file", strings.Repeat(" ", report.MaxLedger+1), "the ledger is 16777217 bytes long; want at most 16777216"},
	} {
		if _, err := report.ReadLedger([]byte(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}

// A run in which a live target both conformed and departed is one in which it
// departed.
func TestLedger_bothInOneRun(t *testing.T) {
	t.Parallel()
	both := runOf(report.ModeLive, "a", 1, true, false)
	both.Add(runOf(report.ModeLive, "a", 1, false, false).Scenarios)
	if s := (report.Ledger{}).Merge(both).Facts[0].Standing(); s.State != "departs" {
		t.Errorf("the response stands as %q, want departs", s.State)
	}
}
