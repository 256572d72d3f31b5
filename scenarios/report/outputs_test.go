package report_test

import (
	"io"
	"strings"
	"testing"

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

// An outputTest says what the output of a report contains.
type outputTest struct {
	name string
	r    report.Report
	want []string
}

// checkOutputs checks what write makes of each report.
func checkOutputs(t *testing.T, write func(io.Writer, report.Report) error, tests []outputTest) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := written(t, write, test.r)
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("the output does not contain %q:\n%s", want, got)
				}
			}
		})
	}
}
