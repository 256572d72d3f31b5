package report

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"

	"github.com/mockgates/mockgates/contract"
)

// A Report is what a run found. It is data, and holds no secret. WriteText
// prints it.
type Report struct {
	Target     string             `json:"target,omitempty"` // base URL; "" is the in-process fake
	Scenarios  []Scenario         `json:"scenarios"`        // sorted by name
	Exchanges  int                `json:"exchanges"`        // validated, in all
	Documented []ResponseCoverage `json:"documented"`       // in the order of the contract
	Companions []ResponseCoverage `json:"companions,omitempty"`
	Settled    []Settlement       `json:"settled,omitempty"`   // how the target behaves where the documents leave a choice, sorted by rule
	FakeOnly   int                `json:"fake_only,omitempty"` // built-in scenarios that were left out because they test the fake itself
	Problems   []Problem          `json:"problems,omitempty"`  // what kept the run, or a part of it, from being played
}

// A Settlement says how a target settles a question that the documents leave
// open. It is never a failure.
type Settlement struct {
	Rule    string `json:"rule"`    // id of the fake's rule about it
	Setting string `json:"setting"` // the setting with which the fake behaves likewise
	Status  int    `json:"status"`  // that the target answered
}

// A Problem is something other than a failed scenario that a run must report.
type Problem struct {
	Exit int    `json:"exit"`           // the exit code that it asks for
	File string `json:"file,omitempty"` // "" if it concerns no file
	Line int    `json:"line,omitempty"` // from 1; 0 if not known
	Text string `json:"text"`
}

// String returns the problem with its place.
func (p Problem) String() string {
	switch {
	case p.File != "" && p.Line > 0:
		return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text)
	case p.File != "":
		return p.File + ": " + p.Text
	}
	return p.Text
}

// A Verdict is the outcome of a scenario.
type Verdict string

// The verdicts.
const (
	Passed  Verdict = "passed"
	Failed  Verdict = "failed"
	Skipped Verdict = "skipped"
)

// A Scenario is one file that was played or skipped.
type Scenario struct {
	Name      string     `json:"name"` // of the file, without its extension
	File      string     `json:"file"`
	World     string     `json:"world,omitempty"` // "" on a live target
	Verdict   Verdict    `json:"verdict"`
	Reason    string     `json:"reason,omitempty"`   // why it was skipped; "" otherwise
	Failures  []Failure  `json:"failures,omitempty"` // the one that ended the script comes first, then those found at its end
	Exchanges []Exchange `json:"exchanges,omitempty"`
	Rules     []string   `json:"rules,omitempty"` // that responses named, sorted, each once
	Notes     []string   `json:"notes,omitempty"` // what was not played and why; only of generated scenarios

	Settled []Settlement `json:"-"` // in the order of the script; Report.Settled has those of all scenarios
}

// An Exchange is one request of a scenario and its response, without secrets.
type Exchange struct {
	Line               int                          `json:"line,omitempty"` // of the call; 0 if not known
	Method             string                       `json:"method"`
	Path               string                       `json:"path"` // below the base URL, with the query
	RequestHeader      http.Header                  `json:"request_header"`
	RequestBody        string                       `json:"request_body,omitempty"`
	Status             int                          `json:"status"`
	ResponseHeader     http.Header                  `json:"response_header"`
	ResponseBody       string                       `json:"response_body,omitempty"`
	DocumentedResponse *contract.DocumentedResponse `json:"documented_response,omitempty"` // that was reached; nil if none was
	Injected           bool                         `json:"injected,omitempty"`            // a fault made the response
	Rules              []string                     `json:"rules,omitempty"`               // that the fake named
	Findings           []contract.Finding           `json:"findings,omitempty"`
}

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

// Add adds scenarios and counts what they reached. It reports a problem if
// there is no exchange in them.
func (r *Report) Add(scenarios []Scenario) {
	r.Scenarios = append(r.Scenarios, scenarios...)
	for _, s := range scenarios {
		for _, x := range s.Exchanges {
			r.Exchanges++
			if x.DocumentedResponse != nil {
				r.countResponse(*x.DocumentedResponse, x.Injected)
			}
		}
		r.Settled = append(r.Settled, s.Settled...)
	}
	if r.Exchanges == 0 {
		r.AddProblem(Problem{Exit: ExitNothingTested, Text: "no exchange was validated: nothing was tested"})
	}
	slices.SortStableFunc(r.Settled, func(a, b Settlement) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Setting, b.Setting))
	})
}

// AddProblem adds a problem.
func (r *Report) AddProblem(p Problem) { r.Problems = append(r.Problems, p) }
