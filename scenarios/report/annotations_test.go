package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/scenarios/report"
	"github.com/mockgates/mockgates/scenarios/report/annotations"
	"github.com/mockgates/mockgates/scenarios/report/internal/sample"
)

func TestAnnotations(t *testing.T) {
	t.Parallel()
	if got := written(t, annotations.Write, sample.Conforming()); got != "" {
		t.Errorf("a run that conforms has the annotations %q", got)
	}
	got := written(t, annotations.Write, sample.Failing())
	for _, want := range []string{
		"::error file=suite/broken.txtar,line=3,title=mockgates%3A unreadable::unknown command \"cal\"; did you mean call?\n",
		"::error file=suite/limit_reset_again.txtar,line=3,title=the response departs from the contract%3A response /data/created_at%3A format and 1 further finding::the response departs from the contract%0A  response /data/created_at: format%0A",
		"%0Aalso at suite/limit_reset_kept.txtar:3\n",
		"::warning file=suite/unreachable.txtar,line=2,",
		"::error file=suite/a%2C b%3A c%25.txtar,line=2,",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the annotations do not contain %q:\n%s", want, got)
		}
	}
}

// A target cannot forge a command: each line is one, and it is ours.
func TestAnnotations_hostileTextIsNoCommand(t *testing.T) {
	t.Parallel()
	got := written(t, annotations.Write, sample.Failing())
	if n := strings.Count(got, "\n"); n != 6 {
		t.Errorf("%d lines, want 6:\n%s", n, got)
	}
	for line := range strings.Lines(got) {
		if !strings.HasPrefix(line, "::error file=suite/") && !strings.HasPrefix(line, "::warning file=suite/") {
			t.Errorf("the line %q is no annotation of a scenario", line)
		}
	}
	if strings.ContainsAny(got, "\r\x1b\x00") {
		t.Errorf("the annotations contain control characters: %q", got)
	}
}

func TestAnnotations_saysHowManyItLeavesOut(t *testing.T) {
	t.Parallel()
	var r report.Report
	for i := range 13 {
		r.AddProblem(report.Problem{Exit: report.ExitUnreadable, Text: fmt.Sprint("problem ", i)})
	}
	got := written(t, annotations.Write, r)
	if n := strings.Count(got, "::error "); n != 10 {
		t.Errorf("%d errors, want 10, which GitHub shows", n)
	}
	if want := "::notice title=mockgates::3 further failures; the report has them all\n"; !strings.HasSuffix(got, want) {
		t.Errorf("the annotations do not end with %q:\n%s", want, got)
	}
}
