package report

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/internal/suggest"
)

// ReadRecord reads a record that WriteRecord has written, and returns its report.
// It refuses unknown events and members, events out of order, a line longer than
// MaxRecordLine, a record that does not end with its verdict, and counts and codes
// that do not follow from the other events. The error names the line.
func ReadRecord(from io.Reader) (Report, error) {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, MaxRecordLine+1) // and the end of the line
	r := recordReader{}
	for lines.Scan() {
		r.line++
		if err := r.read(lines.Bytes()); err != nil {
			return Report{}, r.at(err)
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return Report{}, fmt.Errorf("line %d is longer than %d bytes", r.line+1, MaxRecordLine)
	case err != nil:
		return Report{}, err
	case r.line == 0:
		return Report{}, errors.New("the record is empty")
	case !r.complete:
		return Report{}, fmt.Errorf("the record ends after line %d without a verdict", r.line)
	}
	return r.report, nil
}

// A recordReader builds a report from the events.
type recordReader struct {
	line     int // the last one read, from 1
	report   Report
	playing  *Scenario    // that has begun and not ended; nil if none has
	played   []Scenario   // that have ended
	covered  Coverage     // as the record counts
	listed   map[any]bool // the responses and features in covered, and the citations
	complete bool         // the verdict was read
}

// at adds the line to an error.
func (r *recordReader) at(err error) error {
	if e, ok := errors.AsType[*strictjson.Error](err); ok {
		e.Line = r.line // an event is one line, so the error has 1
		return e
	}
	return fmt.Errorf("line %d: %w", r.line, err)
}

// The ways to read an event.
var eventReaders = map[string]func(*recordReader, []byte) error{
	eventRun:              (*recordReader).run,
	eventProblem:          (*recordReader).problem,
	eventScenarioBegin:    (*recordReader).scenarioBegin,
	eventExchange:         (*recordReader).exchange,
	eventFinding:          (*recordReader).finding,
	eventFailure:          (*recordReader).failure,
	eventSettlement:       (*recordReader).settlement,
	eventScenarioEnd:      (*recordReader).scenarioEnd,
	eventResponseCoverage: (*recordReader).responseCoverage,
	eventFeatureCoverage:  (*recordReader).featureCoverage,
	eventCitation:         (*recordReader).citation,
	eventVerdict:          (*recordReader).verdict,
}

// withinScenario are the events between the begin and the end of a scenario.
var withinScenario = []string{eventExchange, eventFinding, eventFailure, eventSettlement, eventScenarioEnd}

// read reads one event.
func (r *recordReader) read(line []byte) error {
	if len(line) == 0 {
		return errors.New("is empty; want an event")
	}
	members, err := strictjson.Object(line, strictjson.Limits{})
	if err != nil {
		return err
	}
	var kind string
	raw, ok := members.Get("event")
	if !ok {
		return errors.New(`the event has no member "event"`)
	}
	if err := strictjson.Unmarshal(raw, &kind); err != nil {
		return fmt.Errorf("event must be a string, not %s", strictjson.TypeOf(raw).WithArticle())
	}
	readEvent, ok := eventReaders[kind]
	within := slices.Contains(withinScenario, kind)
	switch {
	case !ok:
		return fmt.Errorf("unknown event %q%s", kind, suggest.Hint(kind, slices.Collect(maps.Keys(eventReaders))))
	case r.complete:
		return fmt.Errorf("%s after the verdict", kind)
	case (r.line == 1) != (kind == eventRun):
		return fmt.Errorf("the first event must be %s, and no other; got %s", eventRun, kind)
	case within && r.playing == nil:
		return fmt.Errorf("%s outside of a scenario", kind)
	case !within && r.playing != nil:
		return fmt.Errorf("%s before the end of the scenario %s", kind, r.playing.ID)
	}
	return readEvent(r, line)
}

func (r *recordReader) run(line []byte) error {
	var e runEvent
	if err := strictjson.Unmarshal(line, &e); err != nil {
		return err
	}
	switch {
	case e.Format != RecordFormat:
		return fmt.Errorf("format is %d; want %d", e.Format, RecordFormat)
	case e.Mode != ModeFake && e.Mode != ModeLive:
		return fmt.Errorf("unknown mode %q%s", e.Mode, suggest.Hint(e.Mode, []string{ModeFake, ModeLive}))
	}
	r.report = New(e.Run, Coverage{})
	return nil
}

func (r *recordReader) problem(line []byte) error {
	var e problemEvent
	err := strictjson.Unmarshal(line, &e)
	r.report.AddProblem(e.Problem)
	return err
}

func (r *recordReader) scenarioBegin(line []byte) error {
	var e scenarioBegin
	err := strictjson.Unmarshal(line, &e)
	r.playing = &Scenario{ID: e.ID, Name: e.Name, File: e.File, World: e.World, Covers: e.Covers, Text: e.Text}
	return err
}

func (r *recordReader) exchange(line []byte) error {
	var e exchangeEvent
	if err := strictjson.Unmarshal(line, &e); err != nil {
		return err
	}
	if e.Reached > 0 {
		e.DocumentedResponse = &finding.DocumentedResponse{Operation: e.Operation, Status: e.Reached}
	}
	r.playing.Exchanges = append(r.playing.Exchanges, e.Exchange)
	return want("id", e.ID, exchangeID(r.playing.ID, len(r.playing.Exchanges)))
}

func (r *recordReader) finding(line []byte) error {
	var e findingEvent
	if err := strictjson.Unmarshal(line, &e); err != nil {
		return err
	}
	n := len(r.playing.Exchanges)
	if n == 0 {
		return errors.New("a finding before any exchange")
	}
	last := &r.playing.Exchanges[n-1]
	last.Findings = append(last.Findings, e.Finding)
	return want("exchange", e.ExchangeID, last.ID)
}

func (r *recordReader) failure(line []byte) error {
	var e failureEvent
	if err := strictjson.Unmarshal(line, &e); err != nil {
		return err
	}
	if e.ExchangeID != "" {
		digits := e.ExchangeID[strings.LastIndexByte(e.ExchangeID, '-')+1:]
		n, err := strconv.Atoi(digits)
		if err != nil || n < 1 || n > len(r.playing.Exchanges) || r.playing.Exchanges[n-1].ID != e.ExchangeID {
			return fmt.Errorf("the scenario %s has no exchange %q", r.playing.ID, e.ExchangeID)
		}
		e.Exchange = n
	}
	r.playing.Failures = append(r.playing.Failures, e.Failure)
	return want("id", e.ID, failureID(r.playing.ID, len(r.playing.Failures)))
}

func (r *recordReader) settlement(line []byte) error {
	var e settlementEvent
	err := strictjson.Unmarshal(line, &e)
	r.playing.Settled = append(r.playing.Settled, e.Settlement)
	return err
}

func (r *recordReader) scenarioEnd(line []byte) error {
	var e scenarioEnd
	if err := strictjson.Unmarshal(line, &e); err != nil {
		return err
	}
	s := r.playing
	s.Verdict, s.Reason, s.Rules, s.Notes, s.Duration = e.Verdict, e.Reason, e.Rules, e.Notes, e.Duration
	if verdicts := []string{string(Passed), string(Failed), string(Skipped)}; !slices.Contains(verdicts, string(s.Verdict)) {
		return fmt.Errorf("unknown verdict %q%s", s.Verdict, suggest.Hint(string(s.Verdict), verdicts))
	}
	r.playing, r.played = nil, append(r.played, *s)
	return want("id", e.ID, s.ID)
}

func (r *recordReader) responseCoverage(line []byte) error {
	var e responseCoverageEvent
	if err := strictjson.Unmarshal(line, &e); err != nil {
		return err
	}
	c := ResponseCoverage{finding.DocumentedResponse{Operation: e.Operation, Status: e.Status}, e.Counts}
	r.covered.addResponse(e.Companion, c)
	c.Counts = Counts{} // Add counts
	r.report.addResponse(e.Companion, c)
	return r.once("coverage", c.DocumentedResponse)
}

func (r *recordReader) featureCoverage(line []byte) error {
	var e featureCoverageEvent
	if err := strictjson.Unmarshal(line, &e); err != nil {
		return err
	}
	c := FeatureCoverage{finding.Feature{Operation: e.Operation, Kind: e.Kind, Name: e.Name}, e.Companion, e.Counts}
	r.covered.Features = append(r.covered.Features, c)
	c.Counts = Counts{}
	r.report.Features = append(r.report.Features, c)
	return r.once("coverage", featureKey{e.Operation, e.Name})
}

func (r *recordReader) citation(line []byte) error {
	var e citationEvent
	if err := strictjson.Unmarshal(line, &e); err != nil {
		return err
	}
	r.report.Citations = append(r.report.Citations, e.Citation)
	return r.once("citation", citationKey{e.Document, e.Line})
}

// once refuses a response, a feature or a citation that is listed twice.
func (r *recordReader) once(what string, key any) error {
	if r.listed[key] {
		return fmt.Errorf("the %s of %v is listed twice", what, key)
	}
	if r.listed == nil {
		r.listed = map[any]bool{}
	}
	r.listed[key] = true
	return nil
}

// verdict completes the report, and compares the verdict in the record with the one that
// follows from its events.
func (r *recordReader) verdict(line []byte) error {
	var e verdictEvent
	if err := strictjson.Unmarshal(line, &e); err != nil {
		return err
	}
	r.complete = true
	r.report.FakeOnly, r.report.LeftKeys, r.report.Duration = e.FakeOnly, e.LeftKeys, e.Duration
	r.report.Add(r.played)
	for i, s := range r.report.Scenarios {
		if err := want("the id of a scenario", r.played[i].ID, s.ID); err != nil {
			return err
		}
	}
	if err := compareCoverage(r.covered, r.report.Coverage); err != nil {
		return err
	}
	v := verdictOf(r.report)
	return cmp.Or(
		want("exit", e.Exit, v.Exit),
		want("codes", fmt.Sprint(e.Codes), fmt.Sprint(v.Codes)),
		want("passed", e.Passed, v.Passed),
		want("failed", e.Failed, v.Failed),
		want("skipped", e.Skipped, v.Skipped),
		want("exchanges", e.Exchanges, v.Exchanges),
	)
}

// compareCoverage compares the counts of a record with those of its exchanges,
// which list the same.
func compareCoverage(said, counted Coverage) error {
	saidResponses, responses := slices.Concat(said.Documented, said.Companions), slices.Concat(counted.Documented, counted.Companions)
	for i, c := range responses {
		if err := want("the coverage of "+c.DocumentedResponse.String(), saidResponses[i].Counts, c.Counts); err != nil {
			return err
		}
	}
	for i, c := range counted.Features {
		if err := want("the coverage of "+c.Feature.String(), said.Features[i].Counts, c.Counts); err != nil {
			return err
		}
	}
	return nil
}

// want returns an error if a member contradicts the other events.
func want[T comparable](what string, got, want T) error {
	if got != want {
		return fmt.Errorf("%s is %v; want %v", what, got, want)
	}
	return nil
}
