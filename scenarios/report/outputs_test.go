package report_test

import (
	"io"
	"strings"

	"github.com/mockgates/mockgates/scenarios/report"
)

// A tester is a *testing.T or a *rapid.T.
type tester interface {
	Helper()
	Fatal(...any)
}

// written returns what an output writes for a report. The outputs in the folders below
// are tested in this program, because a program for each takes longer to link than its
// tests take to run.
func written(t tester, write func(io.Writer, report.Report) error, r report.Report) string {
	t.Helper()
	var b strings.Builder
	if err := write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
