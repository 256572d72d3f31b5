package clientrun

import (
	"fmt"
	"slices"
	"time"

	"github.com/mockgates/mockgates/cmd/internal/envvar"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A Once is a command that has run once, and what it left on a fake.
type Once struct {
	Command         []string // program first, without secrets
	Ordered         []fault.Fault
	Unfired         []string            // text forms of those that never acted; see Firings
	Worlds          []*mockserver.World // that were used
	Key             string              // the management key of the command
	End             End
	Limit           time.Duration // after which the command was killed, if it was
	FailOnViolation bool          // a rule that the command broke is a failure
	Secrets         Secrets
}

// What is said of a command that made no call, and what the user can do.
const (
	NoCall     = "the command made no call"
	NoCallHint = "the command finds the fake in " + envvar.BaseURL + " and " + envvar.APIKey
)

// Secrets hide the secrets in what a report holds.
type Secrets interface {
	Hide(text string) string
	RemoveFrom(s *report.Scenario)
}

// Record returns the report of the run in the form of check. The scenario named command
// holds the requests to the world of the command, and a scenario named after it those to
// each other world. It sets the ID and the mode of run.
func (o Once) Record(run report.Run) report.Report {
	run.ID, run.Mode = "exec", report.ModeFake
	own := report.Scenario{Name: "command", Verdict: report.Passed}
	if text := o.failure(); text != "" {
		own.Verdict, own.Failures = report.Failed, []report.Failure{{Text: text, Detail: execLine(o.Ordered, o.Command)}}
	}
	list := []report.Scenario{own}
	for _, w := range o.Worlds {
		if w.ManagementKey() == o.Key {
			o.add(&list[0], w)
			continue
		}
		s := report.Scenario{Name: w.Name(), Verdict: report.Passed}
		if o.add(&s, w); len(s.Exchanges) > 0 {
			list = append(list, s)
		}
	}
	out := report.New(run, report.Coverage{})
	add(&out, o.Secrets, list, o.Unfired)
	if out.Exchanges == 0 {
		out.AddProblem(report.Problem{Exit: report.ExitNothingTested, Text: NoCall + "; " + NoCallHint})
	}
	return out
}

// failure returns how the command failed, and "" if it succeeded.
func (o Once) failure() string {
	switch {
	case o.End.TimedOut:
		return fmt.Sprintf("the command did not end within %v; it was killed", o.Limit)
	case o.End.Code != 0:
		return "the command failed: " + o.End.Reason
	}
	return ""
}

// add adds the requests to a world and the rules that they broke.
func (o Once) add(s *report.Scenario, w *mockserver.World) {
	journal := w.Journal(mockserver.Filter{})
	s.World, s.Exchanges = w.Name(), exchangesOf(journal)
	if n := w.Evicted(); n > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("the journal has dropped the first %s", countThings(int(n), "request")))
	}
	addViolations(s, journal, w.Violations(), func(mockserver.Violation) bool { return o.FailOnViolation })
}

// addViolations adds the rules that a client broke to a scenario that has the exchanges of
// a journal: those that fail it as failures, the others as notes.
func addViolations(s *report.Scenario, journal []mockserver.Entry, list []mockserver.Violation, fails func(mockserver.Violation) bool) {
	for _, v := range list {
		text := fmt.Sprintf("%s: %s", v.Kind, v.Message)
		if !fails(v) {
			s.Notes = append(s.Notes, fmt.Sprintf("violation in request %d: %s", v.Request, text))
			continue
		}
		n := 1 + slices.IndexFunc(journal, func(e mockserver.Entry) bool { return e.ID == v.Request })
		s.Failures = append(s.Failures, report.Failure{Text: text, Exchange: n})
		s.Verdict = report.Failed
	}
}

// add adds scenarios and the faults that never acted to a report, without secrets.
func add(r *report.Report, secrets Secrets, list []report.Scenario, unfired []string) {
	for i := range list {
		secrets.RemoveFrom(&list[i])
	}
	r.Add(list)
	for _, f := range unfired {
		r.AddProblem(report.Problem{Exit: report.ExitUnfired, Text: fmt.Sprintf("the fault %q never fired", secrets.Hide(f))})
	}
}
