package scenarios

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/scenarios/report"
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
	if r.ExitCode() != report.ExitNothingTested || r.Exchanges != 0 || len(r.Scenarios) != 0 {
		t.Errorf("exit code %d after %d exchanges, want 8 after none", r.ExitCode(), r.Exchanges)
	}
	if !strings.Contains(Unwrap(text.String()), `the self-test of the validator failed: create-keys 201: the mutant "hash missing" survived`) {
		t.Errorf("the report does not contain it:\n%s", Unwrap(text.String()))
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
