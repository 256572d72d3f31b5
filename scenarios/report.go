package scenarios

import (
	"net/http"
	"slices"

	"github.com/mockgates/mockgates/contract"
)

// The statuses to exit with, as design.md lists them. A Report has no others.
const (
	ExitConforms   = 0 // everything played conforms
	ExitUnreadable = 2 // a scenario cannot be read
	ExitCouldNot   = 3 // could not look: the target was out of reach or refused the runner itself
	ExitFailed     = 4 // the target departs from the contract or from an assertion
	ExitNothing    = 8 // nothing was tested, or the judge missed a canary
)

// A Report is what a run found. It is data, and holds no secret: WriteText is
// one way to print it.
type Report struct {
	Target     string     `json:"target,omitempty"` // base URL; "" is the in-process fake
	Scenarios  []Scenario `json:"scenarios"`        // sorted by name
	Exchanges  int        `json:"exchanges"`        // judged, in all
	Documented []RowCount `json:"documented"`       // in the order of the contract
	Companions []RowCount `json:"companions,omitempty"`
	Problems   []Problem  `json:"problems,omitempty"` // what kept the run, or a part of it, from being played
}

// A Problem is something other than a failed scenario that the run must not be
// silent about.
type Problem struct {
	Exit int    `json:"exit"`           // the status that it asks for
	File string `json:"file,omitempty"` // "" if it is about no file
	Line int    `json:"line,omitempty"` // from 1; 0 if not known
	Text string `json:"text"`
}

// A Verdict is what became of a scenario.
type Verdict string

// The verdicts.
const (
	Passed  Verdict = "passed"
	Failed  Verdict = "failed"
	Skipped Verdict = "skipped"
)

// A Scenario is one file that was played, or left out for a reason.
type Scenario struct {
	Name      string     `json:"name"` // of the file, without its ending
	File      string     `json:"file"`
	World     string     `json:"world,omitempty"` // "" on a live target
	Verdict   Verdict    `json:"verdict"`
	Why       string     `json:"why,omitempty"`      // it was skipped; "" otherwise
	Failures  []Failure  `json:"failures,omitempty"` // the first is the one that ended it; later ones come from its end
	Exchanges []Exchange `json:"exchanges,omitempty"`
	Rules     []string   `json:"rules,omitempty"` // that answers named, sorted, each once
}

// A Failure is one way in which a scenario did not go as it says.
type Failure struct {
	Line   int    `json:"line,omitempty"`   // of the file, from 1; 0 if it is about no line
	Source string `json:"source,omitempty"` // that line
	Phase  string `json:"phase,omitempty"`  // the comment that opens the phase
	Text   string `json:"text"`             // what happened, in one line
	Want   string `json:"want,omitempty"`
	Got    string `json:"got,omitempty"`
	Detail string `json:"detail,omitempty"` // more lines, such as findings or a diff

	CouldNotLook bool `json:"could_not_look,omitempty"` // it says nothing about the target's behaviour
}

// An Exchange is one call of a scenario, without secrets.
type Exchange struct {
	Line           int                `json:"line,omitempty"` // of the call; 0 if not known
	Method         string             `json:"method"`
	Path           string             `json:"path"` // below the base URL, with the query
	RequestHeader  http.Header        `json:"request_header"`
	RequestBody    string             `json:"request_body,omitempty"`
	Status         int                `json:"status"`
	ResponseHeader http.Header        `json:"response_header"`
	ResponseBody   string             `json:"response_body,omitempty"`
	Row            *contract.DocumentedResponse      `json:"row,omitempty"` // the row that was reached; nil if none is
	Injected       bool               `json:"injected,omitempty"`
	Rules          []string           `json:"rules,omitempty"` // that the fake named
	Findings       []contract.Finding `json:"findings,omitempty"`
}

// A RowCount says how often a row was reached.
type RowCount struct {
	contract.DocumentedResponse
	Behaviour int `json:"behaviour"` // by what the target does
	Injection int `json:"injection"` // by a fault that was ordered
}

// Reached reports whether the row was reached at all.
func (r RowCount) Reached() bool { return r.Behaviour+r.Injection > 0 }

// Count is the number of scenarios with the verdict.
func (r Report) Count(v Verdict) int {
	n := 0
	for _, s := range r.Scenarios {
		if s.Verdict == v {
			n++
		}
	}
	return n
}

// ExitCode is the status to exit with: the first of 2, 8, 4 and 3 that
// applies, or 0. Command lines that are wrong never get as far as a Report.
func (r Report) ExitCode() int {
	codes := r.ExitCodes()
	if len(codes) == 0 {
		return ExitConforms
	}
	return codes[0]
}

// ExitCodes is every status that applies, the one that wins first.
func (r Report) ExitCodes() []int {
	found := map[int]bool{}
	for _, p := range r.Problems {
		found[p.Exit] = true
	}
	for _, s := range r.Scenarios {
		for _, f := range s.Failures {
			if f.CouldNotLook {
				found[ExitCouldNot] = true
			} else {
				found[ExitFailed] = true
			}
		}
	}
	if r.Exchanges == 0 {
		found[ExitNothing] = true
	}
	var codes []int
	for _, code := range []int{ExitUnreadable, ExitNothing, ExitFailed, ExitCouldNot} {
		if found[code] {
			codes = append(codes, code)
		}
	}
	return codes
}

// addRow counts an exchange that reached a row.
func (r *Report) addRow(row contract.DocumentedResponse, injected bool) {
	for _, rows := range [][]RowCount{r.Documented, r.Companions} {
		i := slices.IndexFunc(rows, func(c RowCount) bool { return c.DocumentedResponse == row })
		switch {
		case i < 0:
		case injected:
			rows[i].Injection++
		default:
			rows[i].Behaviour++
		}
	}
}
