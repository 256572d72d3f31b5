package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// The states of a fact in a table.
const (
	stateRegression = "REGRESSION" // a live target conformed once and has departed since
	stateDeparts    = "departs"    // a live target departs, and was never seen to conform
	stateLive       = "live"       // a live target conforms
	stateFake       = "fake only"
	stateInjection  = "injection only"
)

// A Standing is the best evidence for a fact: a regression before anything else, then a
// live target, the fake, and a fault.
type Standing struct {
	State    string
	Target   string // host and port; "" for the fake
	Sighting        // the last in which it conformed; for a state of departure the last in which it did not
}

// Standing returns the best evidence for the fact.
func (f Fact) Standing() Standing {
	var best Standing
	rank := map[string]int{stateDeparts: 1, stateLive: 2, stateRegression: 3}
	for _, e := range f.Live {
		s := Standing{stateLive, e.Target, e.Seen}
		switch {
		case e.regressed():
			s = Standing{stateRegression, e.Target, e.Departed}
		case e.Seen == Sighting{}:
			s = Standing{stateDeparts, e.Target, e.Departed}
		}
		if r := rank[s.State] - rank[best.State]; r > 0 || r == 0 && later(best.Sighting, s.Sighting) == s.Sighting {
			best = s
		}
	}
	switch {
	case best.State != "":
		return best
	case f.Fake != Sighting{}:
		return Standing{stateFake, "", f.Fake}
	}
	return Standing{stateInjection, "", f.Injection}
}

// Regressions returns the facts to which a live target conformed before it departed.
func (l Ledger) Regressions() []string {
	return l.names(func(s Standing) bool { return s.State == stateRegression })
}

// Stale returns the facts that were last seen longer than maxAge before now.
func (l Ledger) Stale(now time.Time, maxAge time.Duration) []string {
	return l.names(func(s Standing) bool { return now.Sub(s.At) > maxAge })
}

// names returns the facts whose standing meets a condition.
func (l Ledger) names(meets func(Standing) bool) []string {
	var names []string
	for _, f := range l.Facts {
		if meets(f.Standing()) {
			names = append(names, f.Kind+" "+f.Name)
		}
	}
	return names
}

// WriteText prints the ledger as a table.
func (l Ledger) WriteText(w io.Writer) error {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "FACT\tSTATE\tLAST SEEN\tTARGET\tRUN")
	for _, f := range l.Facts {
		s := f.Standing()
		fmt.Fprintf(t, "%s %s\t%s\t%s\t%s\t%s\n", f.Kind, f.Name, s.State, s.At.Format(time.DateOnly), dash(s.Target), dash(s.Run))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
