package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Report is the result of a run. It is data without secrets. New returns an empty one,
// and Add adds scenarios.
type Report struct {
	Run       Run
	Scenarios []Scenario // sorted by name
	Exchanges int        // validated, in all
	Coverage
	Settled   []Settlement  // how the target behaves where the documents leave a choice, sorted by rule
	FakeOnly  int           // built-in scenarios that were left out because they test the fake itself
	LeftKeys  LeftKeys      // on a live target
	Problems  []Problem     // what kept the run, or a part of it, from being played
	Citations []Citation    // the lines of the documents that findings name, sorted by document and line, each once
	Duration  time.Duration // of the run
}

// The modes of a run.
const (
	ModeFake = "fake" // on a fake in the same process
	ModeLive = "live" // on an endpoint
)

// A Run describes what was played, and where. Two runs on the fake with the same Run, except
// for Started, have the same result.
type Run struct {
	ID             string    `json:"id"`               // $RUN in the scenarios; random on a live target
	Version        string    `json:"version"`          // of the program; "" if it is not known
	Mode           string    `json:"mode"`             // one of the Mode constants
	Target         string    `json:"target,omitempty"` // host and port of a live target
	Seed           uint64    `json:"seed,omitempty"`   // of the fake
	Clock          string    `json:"clock,omitempty"`  // of the fake, as the function Clock returns it; "" is the time of the machine
	DocumentedOnly bool      `json:"documented_only,omitempty"`
	Companions     bool      `json:"companions,omitempty"`  // the companion operations were tested
	Pattern        string    `json:"pattern,omitempty"`     // for the names of the scenarios; "" is all
	Shard          string    `json:"shard,omitempty"`       // such as 2/5; "" is the whole
	LiveLimit      string    `json:"live_limit,omitempty"`  // in USD, or none
	LiveExpiry     string    `json:"live_expiry,omitempty"` // a duration, or none
	Started        time.Time `json:"started"`               // in UTC
}

// Live reports whether the run was on an endpoint and not on a fake.
func (r Run) Live() bool { return r.Mode == ModeLive }

// Clock returns when the clock of the fake starts and whether it is frozen, as a Run has
// it: "2026-01-05T12:00:00Z frozen". The zero time is that of the machine.
func Clock(start time.Time, frozen bool) string {
	var words []string
	if !start.IsZero() {
		words = append(words, start.UTC().Format(time.RFC3339Nano))
	}
	if frozen {
		words = append(words, "frozen")
	}
	return strings.Join(words, " ")
}

// A Settlement says how a target settles a question that the documents leave
// open. It is never a failure.
type Settlement struct {
	Rule    string `json:"rule"`    // id of the fake's rule about it
	Setting string `json:"setting"` // the setting with which the fake behaves likewise
	Status  int    `json:"status"`  // of the response
}

// LeftKeys counts the keys that a run may have left on a live target and that do not
// matter. Each key that does is a Problem.
type LeftKeys struct {
	Expiring int `json:"left_expiring,omitempty"` // can spend nothing, and expire by themselves within the bound
	Ignored  int `json:"left_ignored,omitempty"`  // others, which the caller ignores
}

// A Problem is something other than a failed scenario that a run must report.
type Problem struct {
	Exit   int    `json:"exit"`             // the exit code that it asks for
	File   string `json:"file,omitempty"`   // "" if it concerns no file
	Line   int    `json:"line,omitempty"`   // from 1; 0 if not known
	Column int    `json:"column,omitempty"` // of the line, in bytes from 1; 0 if not known
	Text   string `json:"text"`
}

// String returns the problem with its place.
func (p Problem) String() string {
	switch {
	case p.File != "" && p.Line > 0 && p.Column > 0:
		return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Text)
	case p.File != "" && p.Line > 0:
		return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text)
	case p.File != "":
		return p.File + ": " + p.Text
	}
	return p.Text
}

// New returns the report of a run that has played nothing yet.
func New(run Run, coverage Coverage) Report {
	run.Started = run.Started.UTC().Round(0) // without the monotonic clock, which a record does not have
	return Report{Run: run, Coverage: coverage}
}

// Add adds scenarios, gives each scenario, exchange and failure its id, and
// counts what they reached.
func (r *Report) Add(scenarios []Scenario) {
	sameName := map[string]int{}
	for _, s := range r.Scenarios {
		sameName[s.Name]++
	}
	for _, s := range scenarios {
		sameName[s.Name]++
		s.identify(sameName[s.Name])
		r.Scenarios = append(r.Scenarios, s)
		r.Exchanges += len(s.Exchanges)
		r.Settled = append(r.Settled, s.Settled...)
	}
	r.count(scenarios, r.Run.Live())
	slices.SortStableFunc(r.Settled, func(a, b Settlement) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Setting, b.Setting))
	})
}

// AddProblem adds a problem.
func (r *Report) AddProblem(p Problem) { r.Problems = append(r.Problems, p) }

// Count returns the number of scenarios with the verdict.
func (r Report) Count(v Verdict) int {
	n := 0
	for _, s := range r.Scenarios {
		if s.Verdict == v {
			n++
		}
	}
	return n
}
