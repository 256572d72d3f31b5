package scenarios

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRun_failedSelfTestEndsTheRun(t *testing.T) {
	t.Parallel()
	failing := func() (validator, error) {
		v, err := validatorAll()
		v.selfTest = func() error { return errors.New(`create-keys 201: the mutant "hash missing" survived`) }
		return v, err
	}
	r, err := Run(t.Context(), Options{validator: failing})
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := r.WriteText(&text, false); err != nil {
		t.Fatal(err)
	}
	if r.ExitCode() != ExitNothingTested || r.Exchanges != 0 || len(r.Scenarios) != 0 {
		t.Errorf("exit code %d after %d exchanges, want 8 after none", r.ExitCode(), r.Exchanges)
	}
	if !strings.Contains(text.String(), `the self-test of the validator failed: create-keys 201: the mutant "hash missing" survived`) {
		t.Errorf("the report does not contain it:\n%s", text.String())
	}
	_, err = Run(t.Context(), Options{validator: func() (validator, error) { return validator{}, errors.New("no specification") }})
	if err == nil || err.Error() != "no specification" {
		t.Errorf("error %v, want the one of the validator", err)
	}
}

func TestRun_interrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("stop"))
	_, err := Run(ctx, Options{})
	if err == nil || err.Error() != "the run was interrupted: stop" {
		t.Errorf("error %v", err)
	}
}

func TestReport_ExitCodes(t *testing.T) {
	t.Parallel()
	failed := Scenario{Verdict: Failed, Failures: []Failure{{Text: "no"}}}
	inconclusive := Scenario{Verdict: Failed, Failures: []Failure{{Text: "no", Inconclusive: true}}}
	for name, test := range map[string]struct {
		report Report
		want   []int
	}{
		"nothing applies":                   {Report{Exchanges: 1}, nil},
		"no exchange":                       {Report{}, []int{8}},
		"a failure":                         {Report{Exchanges: 1, Scenarios: []Scenario{failed}}, []int{4}},
		"a failure and an inconclusive one": {Report{Exchanges: 1, Scenarios: []Scenario{inconclusive, failed}}, []int{4, 3}},
		"an inconclusive failure":           {Report{Exchanges: 1, Scenarios: []Scenario{inconclusive}}, []int{3}},
		"a file that cannot be read":        {Report{Problems: []Problem{{Exit: 2}}, Scenarios: []Scenario{failed}}, []int{2, 8, 4}},
		"a problem of the whole run":        {Report{Exchanges: 1, Problems: []Problem{{Exit: 3}}}, []int{3}},
	} {
		if diff := cmp.Diff(test.want, test.report.ExitCodes()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		first := ExitConforms
		if len(test.want) > 0 {
			first = test.want[0]
		}
		if got := test.report.ExitCode(); got != first {
			t.Errorf("%s: exit code %d, want %d", name, got, first)
		}
	}
}
