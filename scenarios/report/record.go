package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/mockgates/mockgates/contract/finding"
)

// RecordFormat is the version of the record. A change that an older reader would
// refuse increases it.
const RecordFormat = 1

// MaxRecordLine is the longest line of a record, in bytes. Run keeps every line
// below it, because it cuts long bodies, headers and texts.
const MaxRecordLine = 8 << 20

// The kinds of events, as the member event of a line names them.
const (
	eventRun              = "run"
	eventProblem          = "problem"
	eventScenarioBegin    = "scenario-begin"
	eventExchange         = "exchange"
	eventFinding          = "finding"
	eventFailure          = "failure"
	eventSettlement       = "settlement"
	eventScenarioEnd      = "scenario-end"
	eventResponseCoverage = "response-coverage"
	eventFeatureCoverage  = "feature-coverage"
	eventCitation         = "citation"
	eventVerdict          = "verdict"
)

// An event is one line of a record.
type event struct {
	Event string `json:"event"` // one of the kinds
}

type runEvent struct {
	event
	Format int `json:"format"`
	Run
}

type problemEvent struct {
	event
	Problem
}

type scenarioBegin struct {
	event
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	File   string   `json:"file"`
	World  string   `json:"world,omitempty"`
	Covers []string `json:"covers,omitzero"`
	Text   string   `json:"text,omitempty"`
}

type exchangeEvent struct {
	event
	Exchange
	Reached int `json:"reached,omitempty"` // the status of the documented response that was reached
}

type findingEvent struct {
	event
	ExchangeID string `json:"exchange"`
	finding.Finding
}

type failureEvent struct {
	event
	Failure
	ExchangeID string `json:"exchange,omitempty"` // "" if it is about none
}

type settlementEvent struct {
	event
	Settlement
}

type scenarioEnd struct {
	event
	ID       string        `json:"id"`
	Verdict  Verdict       `json:"verdict"`
	Reason   string        `json:"reason,omitempty"`
	Rules    []string      `json:"rules,omitzero"`
	Notes    []string      `json:"notes,omitzero"`
	Duration time.Duration `json:"duration_ns"`
}

type responseCoverageEvent struct {
	event
	Operation string `json:"operation"`
	Status    int    `json:"status"`
	Companion bool   `json:"companion,omitempty"`
	Counts
}

type featureCoverageEvent struct {
	event
	Operation string `json:"operation"`
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Companion bool   `json:"companion,omitempty"`
	Counts
}

type citationEvent struct {
	event
	Citation
}

type verdictEvent struct {
	event
	Exit      int   `json:"exit"`  // the code of the process
	Codes     []int `json:"codes"` // all that apply, in order of precedence
	Passed    int   `json:"passed"`
	Failed    int   `json:"failed"`
	Skipped   int   `json:"skipped"`
	Exchanges int   `json:"exchanges"`
	FakeOnly  int   `json:"fake_only,omitempty"`
	LeftKeys
	Duration time.Duration `json:"duration_ns"`
}

// verdictOf returns the last event of a report.
func verdictOf(r Report) verdictEvent {
	codes := r.ExitCodes()
	if codes == nil {
		codes = []int{}
	}
	return verdictEvent{
		event: event{eventVerdict}, Exit: r.ExitCode(), Codes: codes,
		Passed: r.Count(Passed), Failed: r.Count(Failed), Skipped: r.Count(Skipped),
		Exchanges: r.Exchanges, FakeOnly: r.FakeOnly, LeftKeys: r.LeftKeys, Duration: r.Duration,
	}
}

// WriteRecord writes the report as its record: one JSON object a line, as the
// schema that RecordSchema returns describes. ReadRecord reads it back. If two reports
// differ only in times and durations, their records differ only in the members started
// and duration_ns.
func (r Report) WriteRecord(w io.Writer) error {
	out := recordWriter{w: w}
	out.write(runEvent{event{eventRun}, RecordFormat, r.Run})
	for _, p := range r.Problems {
		out.write(problemEvent{event{eventProblem}, p})
	}
	for _, s := range r.Scenarios {
		out.scenario(s)
	}
	for i, list := range [][]ResponseCoverage{r.Documented, r.Companions} {
		for _, c := range list {
			out.write(responseCoverageEvent{event{eventResponseCoverage}, c.Operation, c.Status, i == 1, c.Counts})
		}
	}
	for _, c := range r.Features {
		out.write(featureCoverageEvent{event{eventFeatureCoverage}, c.Operation, c.Kind, c.Name, c.Companion, c.Counts})
	}
	for _, c := range r.Citations {
		out.write(citationEvent{event{eventCitation}, c})
	}
	out.write(verdictOf(r))
	return out.err
}

// A recordWriter writes events until one fails.
type recordWriter struct {
	w   io.Writer
	err error
}

// write writes an event as one line.
func (w *recordWriter) write(e any) {
	if w.err != nil {
		return
	}
	line, err := marshal(e)
	switch {
	case err != nil:
		w.err = err
	case len(line) > MaxRecordLine:
		w.err = fmt.Errorf("an event of the record is %d bytes long; want at most %d: %.100s…", len(line), MaxRecordLine, line)
	default:
		_, w.err = w.w.Write(append(line, '\n'))
	}
}

// scenario writes the events of a scenario.
func (w *recordWriter) scenario(s Scenario) {
	w.write(scenarioBegin{event{eventScenarioBegin}, s.ID, s.Name, s.File, s.World, s.Covers, s.Text})
	for _, x := range s.Exchanges {
		e := exchangeEvent{event: event{eventExchange}, Exchange: x}
		if x.DocumentedResponse != nil {
			e.Reached = x.DocumentedResponse.Status
		}
		w.write(e)
		for _, f := range x.Findings {
			w.write(findingEvent{event{eventFinding}, x.ID, f})
		}
	}
	for _, f := range s.Failures {
		e := failureEvent{event: event{eventFailure}, Failure: f}
		if f.Exchange > 0 {
			e.ExchangeID = exchangeID(s.ID, f.Exchange)
		}
		w.write(e)
	}
	for _, settled := range s.Settled {
		w.write(settlementEvent{event{eventSettlement}, settled})
	}
	w.write(scenarioEnd{event{eventScenarioEnd}, s.ID, s.Verdict, s.Reason, s.Rules, s.Notes, s.Duration})
}

// marshal returns the JSON of a value, without escapes for HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
