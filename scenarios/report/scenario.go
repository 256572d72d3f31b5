package report

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/mockgates/mockgates/contract/finding"
)

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
	ID        string // the name, and for the second one of that name NAME~2; Report.Add sets it
	Name      string // of the file, without its extension
	File      string
	Text      string // of the file, if the scenario failed and its text is known; "" otherwise
	World     string // "" on a live target
	Verdict   Verdict
	Reason    string     // why it was skipped; "" otherwise
	Failures  []Failure  // the one that ended the script comes first, then those found at its end
	Exchanges []Exchange // in the order in which they ended
	Covers    []string   // rules that the file says it covers, sorted, each once
	Rules     []string   // that responses named, sorted, each once; none on a live target
	Notes     []string   // what was not played and why; only of generated scenarios
	Settled   []Settlement
	Duration  time.Duration
}

// An Exchange is one request of a scenario and its response, without secrets.
// Texts that are not UTF-8, other than bodies, are made so in a record.
type Exchange struct {
	ID             string        `json:"id"`             // such as keys_created/exchange-2; Report.Add sets it
	Line           int           `json:"line,omitempty"` // of the call; 0 if not known
	Method         string        `json:"method"`
	Path           string        `json:"path"`                 // below the base URL, with the query
	Management     bool          `json:"management,omitempty"` // it was sent with the management key of the run, as a bearer token
	Credential     string        `json:"credential,omitempty"` // the header Authorization before its secrets are removed, with placeholders; see SplitCredential; "" if Management says it or it is not known
	RequestHeader  http.Header   `json:"request_header,omitzero"`
	RequestBody    Body          `json:"request_body,omitempty"`
	RequestSize    int           `json:"request_size,omitempty"` // of the body as sent, in bytes, if RequestBody is only its beginning
	Status         int           `json:"status,omitempty"`       // 0 if no response arrived
	ResponseHeader http.Header   `json:"response_header,omitzero"`
	ResponseBody   Body          `json:"response_body,omitempty"`
	ResponseSize   int           `json:"response_size,omitempty"` // likewise
	Broken         string        `json:"broken,omitempty"`        // why the response is incomplete; "" if it is complete
	Operation      string        `json:"operation,omitempty"`     // operationId; "" if the contract has no such operation
	Case           string        `json:"case,omitempty"`          // id of the generated case that it is; "" if it is none
	Injected       bool          `json:"injected,omitempty"`      // a fault made the response
	Rules          []string      `json:"rules,omitzero"`          // that the fake named
	Features       []string      `json:"features,omitzero"`       // names of the features of the operation that the request exercised, if it reached a documented response
	Duration       time.Duration `json:"duration_ns"`             // from the request until the response was read

	DocumentedResponse *finding.DocumentedResponse `json:"-"` // that was reached; nil if none was
	Findings           []finding.Finding           `json:"-"`
}

// identify gives the scenario and its parts their ids. It is the nth scenario of
// its name.
func (s *Scenario) identify(n int) {
	s.ID = s.Name
	if n > 1 {
		s.ID = fmt.Sprintf("%s~%d", s.Name, n) // no name holds a ~
	}
	s.Exchanges, s.Failures = slices.Clone(s.Exchanges), slices.Clone(s.Failures)
	for i := range s.Exchanges {
		s.Exchanges[i].ID = exchangeID(s.ID, i+1)
	}
	for i := range s.Failures {
		s.Failures[i].ID = failureID(s.ID, i+1)
	}
}

// exchangeID returns the id of the nth exchange of a scenario, from 1.
func exchangeID(scenario string, n int) string { return fmt.Sprintf("%s/exchange-%d", scenario, n) }

// failureID returns the id of the nth failure of a scenario, from 1.
func failureID(scenario string, n int) string { return fmt.Sprintf("%s/failure-%d", scenario, n) }
