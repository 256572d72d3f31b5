package scenarios

import (
	"errors"
	"fmt"

	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A mismatch says that the target did not do what the script expects. It is
// the only failure that a leading ! turns into success: a script that cannot
// reach the target fails, negated or not.
type mismatch struct{ report.Failure }

func (e *mismatch) Error() string { return e.Failure.String() }

// differs returns a mismatch of two values.
func differs(text, want, got string) error {
	return &mismatch{report.Failure{Text: text, Want: want, Got: got}}
}

// A fatalError fails the scenario, negated or not.
type fatalError struct {
	report.Failure
	goesOn bool // the script can continue
}

func (e *fatalError) Error() string { return e.Failure.String() }

// causes returns the errors that an error joins.
func causes(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var list []error
	for _, e := range joined.Unwrap() {
		list = append(list, causes(e)...)
	}
	return list
}

// goesOn reports whether a script continues after an error. It does after an assertion
// that failed, and after an exchange that departs from the contract.
func goesOn(err error) bool {
	if e, ok := errors.AsType[*fatalError](err); ok {
		return e.goesOn
	}
	_, isMismatch := errors.AsType[*mismatch](err)
	return isMismatch
}

// A usageError says that a command is written incorrectly.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// asFailure returns err as a report shows it.
func asFailure(err error) *report.Failure {
	if e, ok := errors.AsType[*mismatch](err); ok {
		return &e.Failure
	}
	if e, ok := errors.AsType[*fatalError](err); ok {
		return &e.Failure
	}
	return &report.Failure{Text: err.Error()}
}

// hint returns the end of a message that refuses a name: the nearest known name, or all
// of them.
func hint(name string, known []string) string {
	if len(known) == 0 {
		return ""
	}
	return suggest.Hint(name, known)
}
