package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReport_ExitCodes(t *testing.T) {
	t.Parallel()
	failed := Scenario{Verdict: Failed, Failures: []Failure{{Text: "no"}}}
	inconclusive := Scenario{Verdict: Failed, Failures: []Failure{{Text: "no", Inconclusive: true}}}
	for name, test := range map[string]struct {
		found Report
		want  []int
	}{
		"nothing applies":                   {Report{Exchanges: 1}, nil},
		"no exchange":                       {Report{}, []int{8}},
		"a failure":                         {Report{Exchanges: 1, Scenarios: []Scenario{failed}}, []int{4}},
		"a failure and an inconclusive one": {Report{Exchanges: 1, Scenarios: []Scenario{inconclusive, failed}}, []int{4, 3}},
		"an inconclusive failure":           {Report{Exchanges: 1, Scenarios: []Scenario{inconclusive}}, []int{3}},
		"a file that cannot be read":        {Report{Problems: []Problem{{Exit: 2}}, Scenarios: []Scenario{failed}}, []int{2, 8, 4}},
		"a fault that never fired":          {Report{Exchanges: 1, Problems: []Problem{{Exit: 6}, {Exit: 9}}, Scenarios: []Scenario{failed}}, []int{4, 9, 6}},
		"a problem of the whole run":        {Report{Exchanges: 1, Problems: []Problem{{Exit: 3}}}, []int{3}},
	} {
		if diff := cmp.Diff(test.want, test.found.ExitCodes()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		first := ExitConforms
		if len(test.want) > 0 {
			first = test.want[0]
		}
		if got := test.found.ExitCode(); got != first {
			t.Errorf("%s: exit code %d, want %d", name, got, first)
		}
	}
}
