package failure

import (
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
