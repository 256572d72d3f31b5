package failure

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/scenarios/report"
)

// TestOf_describesEachKind takes from an error what a report shows, even if other errors
// wrap it, and says whether the script continues.
func TestOf_describesEachKind(t *testing.T) {
	t.Parallel()
	shown := report.Failure{Text: "unexpected status", Want: "201", Got: "204"}
	for name, test := range map[string]struct {
		err       error
		want      report.Failure
		continues bool
	}{
		"a mismatch":                            {Differs("unexpected status", "201", "204"), shown, true},
		"a mismatch that is wrapped":            {fmt.Errorf("line 3: %w", Differs("unexpected status", "201", "204")), shown, true},
		"a fatal failure":                       {&Fatal{Failure: shown}, shown, false},
		"one after which lines can be played":   {&Fatal{Failure: shown, Continues: true}, shown, true},
		"a command that is written incorrectly": {Usagef("got %d arguments", 2), report.Failure{Text: "got 2 arguments"}, false},
		"any other error":                       {errors.New("no such file"), report.Failure{Text: "no such file"}, false},
	} {
		if diff := cmp.Diff(test.want, *Of(test.err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if got := Continues(test.err); got != test.continues {
			t.Errorf("%s: the script continues %t, want %t", name, got, test.continues)
		}
	}
}

// TestCauses_inOrder takes joined errors apart, also those that are joined twice.
func TestCauses_inOrder(t *testing.T) {
	t.Parallel()
	a, b, c := errors.New("a"), errors.New("b"), errors.New("c")
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"one error":     {a, "[a]"},
		"joined errors": {errors.Join(a, nil, b), "[a b]"},
		"joined twice":  {errors.Join(a, errors.Join(b, c)), "[a b c]"},
	} {
		if got := fmt.Sprint(Causes(test.err)); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// TestInterrupted_keepsWhatFailed skips a scenario whose run was interrupted, unless
// something in it failed for another reason.
func TestInterrupted_keepsWhatFailed(t *testing.T) {
	t.Parallel()
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	broken, failed := report.Failure{Text: "broken", Inconclusive: true}, report.Failure{Text: "failed"}
	for name, test := range map[string]struct {
		ctx  context.Context
		list []report.Failure
		want report.Verdict
	}{
		"a broken call in a run that goes on":     {t.Context(), []report.Failure{broken}, report.Failed},
		"a broken call in a run that was stopped": {stopped, []report.Failure{broken}, report.Skipped},
		"a failure beside the broken call":        {stopped, []report.Failure{broken, failed}, report.Failed},
		"no failure":                              {stopped, nil, report.Passed},
	} {
		s := report.Scenario{Verdict: report.Passed}
		for _, f := range test.list {
			s = Add(s, f)
		}
		got := Interrupted(test.ctx, s)
		kept := len(test.list)
		if test.want == report.Skipped {
			kept = 0
		}
		if got.Verdict != test.want || len(got.Failures) != kept {
			t.Errorf("%s: %s with %d failures, want %s with %d", name, got.Verdict, len(got.Failures), test.want, kept)
		}
	}
}
