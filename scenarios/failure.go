package scenarios

import (
	"errors"
	"fmt"
	"strings"

	"github.com/mockgates/mockgates/internal/suggest"
)

// A Failure is one way in which a scenario did not go as written.
type Failure struct {
	Line   int    `json:"line,omitempty"`   // of the file, from 1; 0 if it concerns no line
	Source string `json:"source,omitempty"` // that line
	Phase  string `json:"phase,omitempty"`  // the comment that opens the phase
	Text   string `json:"text"`             // what happened, in one line
	Want   string `json:"want,omitempty"`
	Got    string `json:"got,omitempty"`
	Detail string `json:"detail,omitempty"` // further lines, such as findings or a diff

	Inconclusive bool `json:"inconclusive,omitempty"` // it says nothing about how the target behaves
}

// String returns the failure on one line, followed by lines for what was
// wanted, what was got, and the details.
func (f Failure) String() string {
	var b strings.Builder
	b.WriteString(f.Text)
	if f.Want != "" {
		fmt.Fprintf(&b, "\n  want: %s", f.Want)
	}
	if f.Got != "" {
		fmt.Fprintf(&b, "\n  got:  %s", f.Got)
	}
	for line := range strings.Lines(f.Detail) {
		fmt.Fprintf(&b, "\n  %s", strings.TrimSuffix(line, "\n"))
	}
	return b.String()
}

// A mismatch says that the target did not do what the script expects. It is
// the only failure that a leading ! turns into success: a script that cannot
// reach the target fails, negated or not.
type mismatch struct{ Failure }

func (e *mismatch) Error() string { return e.Failure.String() }

// differs returns a mismatch of two values.
func differs(text, want, got string) error {
	return &mismatch{Failure{Text: text, Want: want, Got: got}}
}

// A fatalError fails the scenario, negated or not.
type fatalError struct{ Failure }

func (e *fatalError) Error() string { return e.Failure.String() }

// A usageError says that a command is written incorrectly.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// asFailure returns err as a report shows it.
func asFailure(err error) *Failure {
	if e, ok := errors.AsType[*mismatch](err); ok {
		return &e.Failure
	}
	if e, ok := errors.AsType[*fatalError](err); ok {
		return &e.Failure
	}
	return &Failure{Text: err.Error()}
}

// hint ends a message that refuses name with the nearest known one, or with all
// of them.
func hint(name string, known []string) string {
	if len(known) == 0 {
		return ""
	}
	return suggest.Hint(name, known)
}
