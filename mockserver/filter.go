package mockserver

import (
	"fmt"
	"slices"

	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

// A Filter selects the entries of the journal that match all of its members. The
// zero value of a member matches every entry.
type Filter struct {
	Operation string         `json:"operation,omitempty"`
	Method    string         `json:"method,omitempty"`
	Status    int            `json:"status,omitempty"`
	Rule      string         `json:"rule,omitempty"`      // one of the rules that decided the response
	Fault     string         `json:"fault,omitempty"`     // id of the fault that acted on the request
	Injected  *bool          `json:"injected,omitempty"`  // whether a fault replaced or altered the response; nil for both
	Violation string         `json:"violation,omitempty"` // kind of one of the violations
	When      map[string]any `json:"when,omitempty"`      // members of the request body, as in a fault.Fault
	Since     int64          `json:"since,omitempty"`     // only entries with a greater Seq
}

// matches reports whether the filter selects the record.
func (f Filter) matches(r *record) bool {
	e := &r.entry
	if e.Seq <= f.Since ||
		!matchesOrZero(f.Operation, e.Operation) ||
		!matchesOrZero(f.Method, e.Method) ||
		!matchesOrZero(f.Status, e.Status) ||
		!matchesOrZero(f.Fault, e.Fault) ||
		f.Rule != "" && !slices.Contains(e.Rules, f.Rule) ||
		f.Injected != nil && *f.Injected != e.Injected ||
		f.Violation != "" && !slices.ContainsFunc(e.Violations, func(v Violation) bool { return v.Kind == f.Violation }) {
		return false
	}
	return len(f.When) == 0 || fault.NewCondition(f.When).Matches([]byte(r.request))
}

// matchesOrZero reports whether want is the zero value or equal to got.
func matchesOrZero[T comparable](want, got T) bool {
	var zero T
	return want == zero || want == got
}

// Validate returns an error if a member of the filter has a value that no entry
// can have. The error names the nearest valid value.
func (f Filter) Validate() error {
	ids := make([]string, 0, len(apispec.Rules))
	for _, r := range apispec.Rules {
		ids = append(ids, r.ID)
	}
	methods := []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
	switch {
	case f.Operation == "*":
		return fmt.Errorf(`operation "*": leave it out to match every operation`)
	case f.Method != "" && !slices.Contains(methods, f.Method):
		return fmt.Errorf("method %q is not known%s", f.Method, suggest.Hint(f.Method, methods))
	case f.Status != 0 && (f.Status < 100 || f.Status > 599):
		return fmt.Errorf("status %d: want 100 to 599", f.Status)
	case f.Rule != "" && !slices.Contains(ids, f.Rule):
		return fmt.Errorf("rule %q is not known%s", f.Rule, suggest.Hint(f.Rule, ids))
	case f.Violation != "" && !slices.Contains(violationKinds, f.Violation):
		return fmt.Errorf("violation %q is not known%s", f.Violation, suggest.Hint(f.Violation, violationKinds))
	case f.Since < 0:
		return fmt.Errorf("since %d: want 0 or more", f.Since)
	case f.Operation != "":
		_, err := apispec.Matching(f.Operation)
		return err
	}
	return nil
}
