package scenarios

import (
	"net/http"

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

	settled []Settlement
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

// A ResponseCoverage is an operation with one of its documented statuses, and
// how often a run reached it.
type ResponseCoverage struct {
	contract.DocumentedResponse
	Behaviour int `json:"behaviour"` // by what the target does
	Injection int `json:"injection"` // by a fault
}

// Reached reports whether the run reached it at least once.
func (d ResponseCoverage) Reached() bool { return d.Behaviour+d.Injection > 0 }

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

// listResponses lists what the contract documents, as not reached.
func (r *Report) listResponses(operations []contract.Operation) {
	for _, op := range operations {
		for _, status := range op.Statuses {
			d := ResponseCoverage{}
			d.Operation, d.Status = op.ID, status
			if op.Companion {
				r.Companions = append(r.Companions, d)
			} else {
				r.Documented = append(r.Documented, d)
			}
		}
	}
}

// countResponse counts an exchange that reached a documented response.
func (r *Report) countResponse(reached contract.DocumentedResponse, injected bool) {
	for _, list := range [][]ResponseCoverage{r.Documented, r.Companions} {
		for i := range list {
			switch {
			case list[i].DocumentedResponse != reached:
			case injected:
				list[i].Injection++
			default:
				list[i].Behaviour++
			}
		}
	}
}

func (r *Report) problem(p Problem) { r.Problems = append(r.Problems, p) }

// The exit codes that a Report can ask for.
const (
	ExitConforms      = 0 // everything that was played conforms
	ExitUnreadable    = 2 // a scenario cannot be read
	ExitInconclusive  = 3 // the target was unreachable, or refused the runner itself
	ExitFailed        = 4 // the target departs from the contract or from an assertion
	ExitNothingTested = 8 // nothing was tested, or a mutant of the self-test survived
)

// ExitCode returns the code to exit with: the first of 2, 8, 4 and 3 that
// applies, or 0.
func (r Report) ExitCode() int {
	codes := r.ExitCodes()
	if len(codes) == 0 {
		return ExitConforms
	}
	return codes[0]
}

// ExitCodes returns every code that applies, the one that wins first.
func (r Report) ExitCodes() []int {
	applies := map[int]bool{ExitNothingTested: r.Exchanges == 0}
	for _, p := range r.Problems {
		applies[p.Exit] = true
		if p.Exit == ExitInconclusive && len(r.Scenarios) == 0 {
			delete(applies, ExitNothingTested) // the problem says why
		}
	}
	for _, s := range r.Scenarios {
		for _, f := range s.Failures {
			if f.Inconclusive {
				applies[ExitInconclusive] = true
			} else {
				applies[ExitFailed] = true
			}
		}
	}
	var codes []int
	for _, code := range []int{ExitUnreadable, ExitNothingTested, ExitFailed, ExitInconclusive} {
		if applies[code] {
			codes = append(codes, code)
		}
	}
	return codes
}
