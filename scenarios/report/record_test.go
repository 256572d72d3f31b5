package report_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/scenarios/report"
)

// write returns the record of a report.
func write(t tester, r report.Report) string {
	t.Helper()
	return written(t, func(w io.Writer, r report.Report) error { return r.WriteRecord(w) }, r)
}

// generate draws a report as a run makes one.
func generate(t *rapid.T) report.Report {
	operations := []finding.Operation{
		{ID: "create", Statuses: []int{201, 400}},
		{ID: "list", Statuses: []int{200}, Companion: true},
	}
	features := []finding.Feature{{Operation: "create", Kind: finding.FeatureBody, Name: "body: valid"}, {Operation: "list", Kind: finding.FeatureBody, Name: "body: valid"}}
	r := report.New(rapid.Custom(generateRun).Draw(t, "run"), report.NewCoverage(operations, features))
	r.Add(rapid.SliceOfN(rapid.Custom(generateScenario), 0, 3).Draw(t, "scenarios"))
	r.Problems = rapid.SliceOfN(rapid.Make[report.Problem](), 0, 2).Draw(t, "problems")
	r.Cite(map[string]string{"": "one\n two\nthree"})
	r.FakeOnly = rapid.IntRange(0, 9).Draw(t, "fake only")
	r.Duration = rapid.Custom(generateDuration).Draw(t, "duration")
	if len(r.Problems) == 0 {
		r.Problems = nil
	}
	return r
}

func generateRun(t *rapid.T) report.Run {
	text := rapid.String()
	run := report.Run{ID: text.Draw(t, "id"), Version: text.Draw(t, "version"), Target: text.Draw(t, "target"), Seed: rapid.Uint64().Draw(t, "seed"), Clock: text.Draw(t, "clock"), Companions: rapid.Bool().Draw(t, "companions"), Pattern: text.Draw(t, "pattern")}
	run.Started = time.Unix(rapid.Int64Range(0, 1<<32).Draw(t, "second"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanosecond"))
	run.Mode = rapid.SampledFrom([]string{report.ModeFake, report.ModeLive}).Draw(t, "mode")
	return run
}

func generateDuration(t *rapid.T) time.Duration {
	return time.Duration(rapid.Int64Min(0).Draw(t, "nanoseconds"))
}

func generateScenario(t *rapid.T) report.Scenario {
	text := rapid.String()
	words := rapid.SliceOfN(text, 1, 3)
	s := report.Scenario{
		Name: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name"), File: text.Draw(t, "file"), Text: text.Draw(t, "text"), World: text.Draw(t, "world"),
		Verdict: rapid.SampledFrom([]report.Verdict{report.Passed, report.Failed, report.Skipped}).Draw(t, "verdict"),
		Reason:  text.Draw(t, "reason"), Covers: words.Draw(t, "covers"), Notes: words.Draw(t, "notes"), Duration: rapid.Custom(generateDuration).Draw(t, "duration"),
		Settled: rapid.SliceOfN(rapid.Make[report.Settlement](), 1, 2).Draw(t, "settled"),
	}
	for range rapid.IntRange(0, 2).Draw(t, "exchanges") {
		s.Exchanges = append(s.Exchanges, generateExchange(t))
	}
	for range rapid.IntRange(0, 2).Draw(t, "failures") {
		f := rapid.Make[report.Failure]().Draw(t, "failure")
		f.Exchange = rapid.IntRange(0, len(s.Exchanges)).Draw(t, "about")
		s.Failures = append(s.Failures, f)
	}
	return s
}

func generateExchange(t *rapid.T) report.Exchange {
	text := rapid.String()
	body := rapid.Custom(func(t *rapid.T) report.Body { return report.Body(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) })
	x := report.Exchange{
		Line: rapid.IntRange(0, 99).Draw(t, "line"), Method: text.Draw(t, "method"), Path: text.Draw(t, "path"),
		RequestHeader: rapid.MapOfN(text, rapid.SliceOfN(text, 1, 2), 0, 2).Draw(t, "request header"),
		RequestBody:   body.Draw(t, "request body"), ResponseBody: body.Draw(t, "response body"),
		RequestSize: rapid.IntRange(0, 9).Draw(t, "request size"), ResponseSize: rapid.IntRange(0, 9).Draw(t, "response size"),
		Status: rapid.IntRange(0, 999).Draw(t, "status"), Broken: text.Draw(t, "broken"), Management: rapid.Bool().Draw(t, "management"), Credential: text.Draw(t, "credential"), Injected: rapid.Bool().Draw(t, "injected"),
		Operation: rapid.SampledFrom([]string{"", "create", "list"}).Draw(t, "operation"), Duration: rapid.Custom(generateDuration).Draw(t, "duration"),
		Findings: rapid.SliceOfN(rapid.Custom(generateFinding), 1, 2).Draw(t, "findings"),
	}
	if rapid.Bool().Draw(t, "reached") {
		status := rapid.SampledFrom([]int{200, 201, 400}).Draw(t, "reached status")
		x.Features = []string{"body: valid"}
		x.DocumentedResponse = &finding.DocumentedResponse{Operation: x.Operation, Status: status}
	}
	if rapid.Bool().Draw(t, "answered") {
		x.ResponseHeader = http.Header{"A": {"b"}}
	}
	return x
}

// generateFinding draws a finding, which may name a line of the document "".
func generateFinding(t *rapid.T) finding.Finding {
	f := rapid.Make[finding.Finding]().Draw(t, "finding")
	if rapid.Bool().Draw(t, "cited") {
		f.Document, f.Line = "", rapid.IntRange(0, 4).Draw(t, "line")
	}
	return f
}

// A record loses nothing of a report, and the same report gives the same record.
func TestRecord_readsBackWhatWasWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := generate(t)
		text := write(t, want)
		got, err := report.ReadRecord(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("report (-want +got):\n%s", diff)
		}
		if again := write(t, got); again != text {
			t.Fatalf("second record (-first +second):\n%s", cmp.Diff(text, again))
		}
	})
}

// small is a record of one scenario with one of each event.
func small(t *testing.T) string {
	t.Helper()
	r := report.New(report.Run{ID: "1", Mode: report.ModeFake, Started: time.Unix(0, 0)}, report.NewCoverage([]finding.Operation{{ID: "create", Statuses: []int{201}}}, []finding.Feature{{Operation: "create", Kind: "body", Name: "body: valid"}}))
	r.AddProblem(report.Problem{Exit: report.ExitUnreadable, Text: "unreadable"})
	r.Add([]report.Scenario{{
		Name: "a", Verdict: report.Failed, Settled: []report.Settlement{{Rule: "r", Setting: "s", Status: 200}},
		Failures: []report.Failure{{Text: "no", Exchange: 1}},
		Exchanges: []report.Exchange{{
			Method: "POST", Path: "/keys", Operation: "create", Status: 201, ResponseBody: "\xff", Features: []string{"body: valid"},
			DocumentedResponse: &finding.DocumentedResponse{Operation: "create", Status: 201}, Findings: []finding.Finding{{Part: "request"}},
		}},
	}})
	return write(t, r)
}

func TestReadRecord_refuses(t *testing.T) {
	t.Parallel()
	good := small(t)
	first, rest, _ := strings.Cut(good, "\n")
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "the record is empty"},
		{"an empty line", "\n" + good, "line 1: is empty; want an event"},
		{"an array", "[]\n", "line 1, column 1: must be a JSON object, not an array"},
		{"two events on a line", strings.Replace(good, "\n", " ", 1), "line 1, column "},
		{"an event without a kind", "{}\n", `line 1: the event has no member "event"`},
		{"a kind that is no string", `{"event":1}`, "line 1: event must be a string, not a number"},
		{"an unknown event", strings.Replace(good, `"event":"exchange"`, `"event":"exchnage"`, 1), `line 4: unknown event "exchnage"; did you mean exchange?`},
		{"an unknown member", strings.Replace(good, `"method"`, `"mehtod"`, 1), "line 4, column 50: /mehtod is not a known member; did you mean method?"},
		{"a duplicate member", strings.Replace(good, `"id":"1"`, `"id":"1","id":"2"`, 1), "line 1, column 36: /id must not appear twice"},
		{"another format", strings.Replace(good, `"format":1`, `"format":2`, 1), "line 1: format is 2; want 1"},
		{"another mode", strings.Replace(good, `"mode":"fake"`, `"mode":"fakes"`, 1), `line 1: unknown mode "fakes"; did you mean fake?`},
		{"a record that does not begin with its run", rest, "line 1: the first event must be run, and no other; got problem"},
		{"a second run", first + "\n" + good, "line 2: the first event must be run, and no other; got run"},
		{"a cut record", strings.TrimSuffix(good[:strings.LastIndex(good, `{"event":"verdict"`)], "\n"), "the record ends after line 10 without a verdict"},
		{"events after the verdict", good + first, "line 12: run after the verdict"},
		{"an exchange outside of a scenario", strings.Replace(good, `"event":"problem"`, `"event":"exchange"`, 1), "line 2: exchange outside of a scenario"},
		{"a scenario that does not end", strings.Replace(good, `"event":"scenario-end"`, `"event":"problem"`, 1), "line 8: problem before the end of the scenario a"},
		{"an exchange with the id of another", strings.Replace(good, `"id":"a/exchange-1"`, `"id":"a/exchange-2"`, 1), "line 4: id is a/exchange-2; want a/exchange-1"},
		{"a finding about another exchange", strings.Replace(good, `"exchange":"a/exchange-1"`, `"exchange":"a/exchange-2"`, 1), "line 5: exchange is a/exchange-2; want a/exchange-1"},
		{"a failure about no exchange", strings.Replace(good, `"text":"no","exchange":"a/exchange-1"`, `"text":"no","exchange":"a/exchange-2"`, 1), `line 6: the scenario a has no exchange "a/exchange-2"`},
		{"a scenario with the id of another", strings.ReplaceAll(good, `"id":"a"`, `"id":"b"`), "line 4: id is a/exchange-1; want b/exchange-1"},
		{"an unknown verdict", strings.Replace(good, `"verdict":"failed"`, `"verdict":"fail"`, 1), `line 8: unknown verdict "fail"; did you mean failed?`},
		{"a citation that is listed twice", strings.Replace(good, `{"event":"verdict"`, strings.Repeat(`{"event":"citation","document":"a.yaml","line":1,"text":""}`+"\n", 2)+`{"event":"verdict"`, 1), "line 12: the citation of a.yaml:1 is listed twice"},
		{"a wrong count of coverage", strings.Replace(good, `"behaviour":1`, `"behaviour":2`, 1), "line 11: the coverage of create 201 is behaviour 2; want behaviour 1"},
		{"a wrong count of a feature", strings.Replace(good, `"name":"body: valid","behaviour":1`, `"name":"body: valid","behaviour":0`, 1), "line 11: the coverage of create body: valid is not reached; want behaviour 1"},
		{"a response that is listed twice", strings.Replace(good, `{"event":"feature-coverage"`, `{"event":"response-coverage","operation":"create","status":201,"behaviour":1,"injection":0,"live":0}`+"\n"+`{"event":"feature-coverage"`, 1), "line 10: the coverage of create 201 is listed twice"},
		{"an exit code that does not follow", strings.Replace(good, `"exit":2,"codes"`, `"exit":0,"codes"`, 1), "line 11: exit is 0; want 2"},
		{"codes that do not follow", strings.Replace(good, `"codes":[2,4]`, `"codes":[2]`, 1), "line 11: codes is [2]; want [2 4]"},
		{"a wrong count of scenarios", strings.Replace(good, `"failed":1`, `"failed":0`, 1), "line 11: failed is 0; want 1"},
		{"a long line", first + "\n" + strings.Repeat(" ", report.MaxRecordLine+1), "line 2 is longer than 8388608 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if test.text == good {
				t.Fatal("the test changes nothing")
			}
			_, err := report.ReadRecord(strings.NewReader(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestReadRecord_longestLine(t *testing.T) {
	t.Parallel()
	first, rest, _ := strings.Cut(small(t), "\n")
	padded := first + strings.Repeat(" ", report.MaxRecordLine-len(first)) + "\n" + rest
	if _, err := report.ReadRecord(strings.NewReader(padded)); err != nil {
		t.Error(err)
	}
}

func TestWriteRecord_refusesLongEvents(t *testing.T) {
	t.Parallel()
	r := report.New(report.Run{Mode: report.ModeFake}, report.Coverage{})
	r.AddProblem(report.Problem{Text: strings.Repeat("a", report.MaxRecordLine)})
	err := r.WriteRecord(new(strings.Builder))
	if err == nil || !strings.Contains(err.Error(), "want at most 8388608") {
		t.Errorf("error %v, want one with the bound", err)
	}
}

// The ids of a report name its parts, also when two scenarios share a name.
func TestReport_Add_ids(t *testing.T) {
	t.Parallel()
	r := report.New(report.Run{}, report.Coverage{})
	s := report.Scenario{Name: "a", Exchanges: make([]report.Exchange, 2), Failures: make([]report.Failure, 1)}
	r.Add([]report.Scenario{s, s})
	var ids []string
	for _, s := range r.Scenarios {
		ids = append(ids, s.ID)
		for _, x := range s.Exchanges {
			ids = append(ids, x.ID)
		}
		ids = append(ids, s.Failures[0].ID)
	}
	want := []string{
		"a", "a/exchange-1", "a/exchange-2", "a/failure-1",
		"a~2", "a~2/exchange-1", "a~2/exchange-2", "a~2/failure-1",
	}
	if !slices.Equal(ids, want) {
		t.Errorf("ids %q, want %q", ids, want)
	}
}
