package report_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/scenarios/report"
	"github.com/mockgates/mockgates/scenarios/report/html"
	"github.com/mockgates/mockgates/scenarios/report/markdown"
)

// TestWriteText_exchange prints one departure that two scenarios met.
func TestWriteText_exchange(t *testing.T) {
	t.Parallel()
	departure := finding.Finding{Part: finding.PartResponse, Where: "/data/limit", Kind: "type", Want: "number", Got: "string"}
	scenario := func(file string) report.Scenario {
		return report.Scenario{
			Name: file, File: file, Verdict: report.Failed,
			Failures: []report.Failure{{Line: 2, Text: "the response departs from the contract", Detail: departure.String(), Exchange: 1}},
			Exchanges: []report.Exchange{{
				Method: "POST", Path: "/keys", RequestBody: "{\n \"name\": \"k\"\n}\n", Status: 201,
				ResponseBody: report.Body(`{"data":{"limit":"x","name":"` + strings.Repeat("n", 100) + `"}}`), Findings: []finding.Finding{departure},
			}},
		}
	}
	r := report.New(report.Run{Mode: report.ModeFake}, report.Coverage{})
	r.Add([]report.Scenario{scenario("a.txtar"), scenario("b.txtar")})
	var b strings.Builder
	if err := r.WriteText(&b, false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"   |     \"limit\": \"x\",\n   |     ^^^^^^^^^^^^\n", `--data-binary '{"name":"k"}'`, "\n   | HTTP 201 Created\n", "\n  also b.txtar:2\n",
	} {
		if strings.Count(b.String(), want) != 1 {
			t.Errorf("%q is not in the report once:\n%s", want, b.String())
		}
	}
	for line := range strings.Lines(b.String()) {
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > 80 && !strings.Contains(line, "curl") {
			t.Errorf("%d columns; want at most 80: %s", n, line)
		}
	}
}

// TestWriteText_showsAnExchangeOnce prints an exchange that fails the contract and an
// assertion. It is shown again only to mark another place in it.
func TestWriteText_showsAnExchangeOnce(t *testing.T) {
	t.Parallel()
	at := func(where string) finding.Finding {
		return finding.Finding{Part: finding.PartResponse, Where: where, Kind: "type", Want: "number", Got: "string"}
	}
	limit, usage, status := at("/limit"), at("/usage"), report.Failure{Line: 3, Text: "unexpected status", Want: "200", Got: "201", Exchange: 1}
	departs := func(f finding.Finding) report.Failure {
		return report.Failure{Line: 2, Text: "the response departs", Detail: f.String(), Exchange: 1}
	}
	const above = "   | POST /keys 201, shown above\n"
	for _, test := range []struct {
		name     string
		failures []report.Failure
		shown    int
		above    int
	}{
		{"a finding and an assertion", []report.Failure{departs(limit), status}, 1, 1},
		{"an assertion and a finding", []report.Failure{status, departs(limit)}, 2, 0},
		{"two findings at two places", []report.Failure{departs(limit), departs(usage)}, 2, 0},
		{"an assertion alone", []report.Failure{status}, 1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := report.New(report.Run{Mode: report.ModeFake}, report.Coverage{})
			r.Add([]report.Scenario{{
				Name: "keys", File: "keys.txtar", Verdict: report.Failed, Failures: test.failures,
				Exchanges: []report.Exchange{{
					Method: "POST", Path: "/keys", Status: 201, ResponseBody: `{"limit":"x","usage":"y"}`, Findings: []finding.Finding{limit, usage},
				}},
			}})
			var b strings.Builder
			if err := r.WriteText(&b, false); err != nil {
				t.Fatal(err)
			}
			if shown, refers := strings.Count(b.String(), "curl -i"), strings.Count(b.String(), above); shown != test.shown || refers != test.above {
				t.Errorf("the exchange is shown %d times and referred to %d times; want %d and %d\n%s", shown, refers, test.shown, test.above, &b)
			}
		})
	}
}

// TestWrite_marksStatusAndHeader wants a mark at the line of a response that a finding is about,
// wherever that is: a caret below it in the text.
func TestWrite_marksStatusAndHeader(t *testing.T) {
	t.Parallel()
	for where, want := range map[string]string{ // in the text
		"status":             "   | HTTP 418 I'm a teapot\n   | ^^^^^^^^^^^^^^^^^^^^^\n   | Retry-After: soon\n   | {}\n",
		"header Retry-After": "   | HTTP 418 I'm a teapot\n   | Retry-After: soon\n   | ^^^^^^^^^^^^^^^^^\n   | {}\n",
		"header Allow":       "   | HTTP 418 I'm a teapot\n   | Retry-After: soon\n   | {}\n",
	} {
		f := finding.Finding{Part: finding.PartResponse, Where: where, Kind: "other", Want: "a", Got: "b"}
		r := report.New(report.Run{Mode: report.ModeFake}, report.Coverage{})
		r.Add([]report.Scenario{{
			Name: "keys", File: "keys.txtar", Verdict: report.Failed,
			Failures: []report.Failure{{Line: 2, Text: "the response departs", Detail: f.String(), Exchange: 1}},
			Exchanges: []report.Exchange{{
				Method: "GET", Path: "/key", Status: 418, ResponseHeader: http.Header{"Retry-After": {"soon"}}, ResponseBody: "{}", Findings: []finding.Finding{f},
			}},
		}})
		text := written(t, func(w io.Writer, r report.Report) error { return r.WriteText(w, false) }, r)
		if !strings.Contains(text, want) {
			t.Errorf("%s: no %q in the report:\n%s", where, want, text)
		}
		page, summary := written(t, html.Write, r), written(t, markdown.Write, r)
		if got := strings.Contains(page, `<mark class="field">Retry-After: soon</mark>`); got != (where == "header Retry-After") {
			t.Errorf("%s: the page marks Retry-After: %t", where, got)
		}
		if got := strings.Contains(summary, "\n> Retry-After: soon\n"); got != (where == "header Retry-After") {
			t.Errorf("%s: the summary shows Retry-After: %t\n%s", where, got, summary)
		}
		if got := strings.Contains(summary, "\n> 418\n"); got != (where == "status") {
			t.Errorf("%s: the summary marks the status: %t\n%s", where, got, summary)
		}
	}
}

// TestWriteText_problems holds the order in which a reader looks for the cause: files that
// cannot be read, failures, and then what follows from them. Without an exchange there is no
// coverage to show.
func TestWriteText_problems(t *testing.T) {
	t.Parallel()
	r := report.New(report.Run{Mode: report.ModeFake}, report.NewCoverage([]finding.Operation{{ID: "get-key", Statuses: []int{200}}}, nil))
	r.AddProblem(report.Problem{Exit: report.ExitNothingTested, Text: "nothing was tested"})
	r.AddProblem(report.Problem{Exit: report.ExitUnreadable, File: "a.txtar", Line: 1, Text: "unknown command"})
	s := report.Scenario{Name: "b", File: "b.txtar", Verdict: report.Failed, Failures: []report.Failure{{Line: 1, Text: "got 1 argument"}}}
	r.Add([]report.Scenario{s})
	text := written(t, func(w io.Writer, r report.Report) error { return r.WriteText(w, false) }, r)
	want := "error: a.txtar:1: unknown command\nFAIL  b  0 exchanges\n\nerror: got 1 argument\n  --> b.txtar:1\n\nerror: nothing was tested\n\nunreadable ("
	if !strings.HasPrefix(text, want) {
		t.Errorf("the text is\n%s\nwant it to begin with\n%s", text, want)
	}
	s.Exchanges = []report.Exchange{{Method: "POST", Path: "/keys", RequestBody: "{\n"}}
	s.Failures = []report.Failure{{Line: 2, Text: "unexpected status", Exchange: 1}}
	r.Add([]report.Scenario{s})
	text = written(t, func(w io.Writer, r report.Report) error { return r.WriteText(w, false) }, r)
	for _, want := range []string{"\ndocumented responses reached: 0 of 1\n", `   | printf '{\012' | curl -i -X POST "$MODELGATES_BASE_URL"/keys --data-binary @-` + "\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in the text:\n%s", want, text)
		}
	}
}

// TestWriteText_citesALineOnce cites the line that two findings of an exchange break once.
func TestWriteText_citesALineOnce(t *testing.T) {
	t.Parallel()
	enum := finding.Finding{Part: finding.PartResponse, Where: "/limit_reset", Kind: finding.KindEnum, Want: "a setting", Got: "string", Document: "modelgates.yaml", Line: 1}
	echo := enum
	echo.Kind = finding.KindEcho
	r := report.New(report.Run{Mode: report.ModeFake}, report.Coverage{})
	r.Add([]report.Scenario{{
		Name: "reset", File: "reset.txtar", Verdict: report.Failed,
		Exchanges: []report.Exchange{{Method: "GET", Path: "/key", Status: 200, Findings: []finding.Finding{echo, enum}}},
		Failures:  []report.Failure{{Line: 1, Text: "the response departs", Detail: echo.String() + "\n" + enum.String(), Exchange: 1}},
	}})
	r.Cite(map[string]string{"modelgates.yaml": "limit_reset:"})
	var b strings.Builder
	if err := r.WriteText(&b, false); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "modelgates.yaml:1: limit_reset:"); n != 1 {
		t.Errorf("the line is cited %d times, want once:\n%s", n, b.String())
	}
}
