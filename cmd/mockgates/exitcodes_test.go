package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/scenarios/report"
)

// TestExitCodes checks that the table lists each code once and in order, and that
// the codes are those of a report.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	var codes []int
	for _, row := range exit.Codes {
		codes = append(codes, row.Code)
	}
	if diff := cmp.Diff([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, codes); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
	want := []int{exit.OK, exit.Unreadable, exit.Inconclusive, exit.Failed, exit.NothingTested}
	got := []int{report.ExitConforms, report.ExitUnreadable, report.ExitInconclusive, report.ExitFailed, report.ExitNothingTested}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("codes (-program +report):\n%s", diff)
	}
}
