package failure

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/mockgates/mockgates/scenarios/report"
)

// A Mismatch says that the target did not do what the script expects. It is
// the only failure that a leading ! turns into success: a script that cannot
// reach the target fails, negated or not.
type Mismatch struct{ report.Failure }

func (e *Mismatch) Error() string { return e.Failure.String() }

// Differs returns a mismatch of two values.
func Differs(text, want, got string) error {
	return &Mismatch{report.Failure{Text: text, Want: want, Got: got}}
}

// A Fatal fails the scenario, negated or not.
type Fatal struct {
	report.Failure
	Continues bool // the script can continue
}

func (e *Fatal) Error() string { return e.Failure.String() }

// A Usage says that a command is written incorrectly.
type Usage struct{ text string }

func (e *Usage) Error() string { return e.text }

// Usagef returns a formatted Usage.
func Usagef(format string, args ...any) error { return &Usage{fmt.Sprintf(format, args...)} }

// Causes returns the errors that an error joins, or the error itself if it joins none.
func Causes(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var list []error
	for _, e := range joined.Unwrap() {
		list = append(list, Causes(e)...)
	}
	return list
}

// Continues reports whether a script continues after an error. It does after an assertion
// that failed, and after an exchange that departs from the contract.
func Continues(err error) bool {
	if e, ok := errors.AsType[*Fatal](err); ok {
		return e.Continues
	}
	_, isMismatch := errors.AsType[*Mismatch](err)
	return isMismatch
}

// Of returns an error as a report shows it.
func Of(err error) *report.Failure {
	if e, ok := errors.AsType[*Mismatch](err); ok {
		return &e.Failure
	}
	if e, ok := errors.AsType[*Fatal](err); ok {
		return &e.Failure
	}
	return &report.Failure{Text: err.Error()}
}

// Add returns a scenario with one more failure.
func Add(s report.Scenario, f report.Failure) report.Scenario {
	s.Verdict, s.Reason, s.Failures = report.Failed, "", append(s.Failures, f)
	return s
}

// Interrupted returns a scenario that did not fail as one that is skipped, if the
// run was interrupted while it was played: its broken calls prove nothing.
func Interrupted(ctx context.Context, s report.Scenario) report.Scenario {
	fails := func(f report.Failure) bool { return !f.Inconclusive }
	if ctx.Err() != nil && s.Verdict == report.Failed && !slices.ContainsFunc(s.Failures, fails) {
		s.Verdict, s.Reason, s.Failures = report.Skipped, "the run was interrupted while it was played", nil
	}
	return s
}
