package report

import (
	"fmt"
	"strings"
)

// A Failure is one way in which a scenario did not go as written.
type Failure struct {
	ID     string `json:"id"`               // such as keys_created/failure-1; Report.Add sets it
	Line   int    `json:"line,omitempty"`   // of the file, from 1; 0 if it concerns no line
	Source string `json:"source,omitempty"` // that line
	Phase  string `json:"phase,omitempty"`  // the comment that opens the phase
	Text   string `json:"text"`             // what happened, in one line
	Want   string `json:"want,omitempty"`
	Got    string `json:"got,omitempty"`
	Detail string `json:"detail,omitempty"` // further lines, such as findings or a diff

	// Scenario is the text of a scenario that shows this failure alone. Only the
	// failures of generated cases have one: their scenario is not a file.
	Scenario Body `json:"scenario,omitempty"`

	// Exchange is the number of the exchange of the scenario that it is about,
	// from 1; 0 if it is about none.
	Exchange int `json:"-"`

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
