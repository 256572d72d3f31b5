// Package sample makes the reports that the tests of outputs share. Only tests
// import it.
package sample

import (
	"fmt"
	"net/http"
	"time"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/scenarios/report"
)

// Hostile is text that a target may send to break what shows it: markup, the end of
// a CDATA section, commands of GitHub Actions and of terminals, marks of Markdown,
// characters that XML cannot hold, and bytes that are not UTF-8.
const Hostile = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> ]]> \x1b[31mred\x1b[0m\n::error::forged\n```\n</details> | **bold** \u202eright\ufffe\x00 \xff %0A"

// started is when the runs began.
var started = time.Date(2029, 11, 30, 12, 0, 0, 0, time.UTC)

// specification is the text that findings cite.
const specification = "openapi: 3.1.0\n  limit_reset:\n    enum: [daily, weekly, monthly]\n    format: date-time\n"

// Conforming is a report of a run in which nothing was wrong.
func Conforming() report.Report {
	r := newReport(report.Run{ID: "1", Version: "v1.2.3", Mode: report.ModeFake, Seed: 7, Started: started})
	r.Add([]report.Scenario{Passed("keys_created", 2)})
	r.Duration = 1500 * time.Millisecond
	return r
}

// Failing is a report with a failure of each kind: a departure that two scenarios
// met, an assertion, an inconclusive call, one about no exchange, and one of hostile
// text; beside them scenarios that passed and were skipped, and a problem.
func Failing() report.Report {
	r := newReport(report.Run{ID: "1", Version: "v1.2.3", Mode: report.ModeFake, Seed: 7, Started: started})
	r.AddProblem(report.Problem{Exit: report.ExitUnreadable, File: "suite/broken.txtar", Line: 3, Text: `unknown command "cal"; did you mean call?`})
	r.Add([]report.Scenario{
		Passed("keys_created", 2), Departing("limit_reset_again"), Departing("limit_reset_kept"), refused(), unreachable(), unfired(), hostile(),
		{Name: "live_only", File: "suite/live_only.txtar", Verdict: report.Skipped, Reason: "it needs a live target"},
	})
	r.Cite(map[string]string{"modelgates.yaml": specification})
	r.Duration = 2500 * time.Millisecond
	return r
}

// Large is a report of a run of n exchanges, of which each tenth scenario of twenty
// exchanges failed.
func Large(n int) report.Report {
	r := newReport(report.Run{ID: "1", Mode: report.ModeFake, Seed: 7, Started: started})
	var list []report.Scenario
	for i := 0; i < n; i += 20 {
		s := Passed(fmt.Sprintf("scenario_%05d", i/20), min(20, n-i))
		if i/20%10 == 9 {
			s.Verdict = report.Failed
			s.Failures = []report.Failure{{Line: 3, Source: "status 201", Text: "unexpected status", Want: "201", Got: fmt.Sprintf("400 %q", s.Name), Exchange: 1}}
		}
		list = append(list, s)
	}
	r.Add(list)
	return r
}

func newReport(run report.Run) report.Report {
	return report.New(run, report.NewCoverage(
		[]finding.Operation{{ID: "create-keys", Statuses: []int{201, 400, 429}}, {ID: "list-keys", Statuses: []int{200}, Companion: true}},
		[]finding.Feature{
			{Operation: "create-keys", Kind: finding.FeatureBody, Name: "body: valid"},
			{Operation: "create-keys", Kind: finding.FeatureBody, Name: "body: empty"},
			{Operation: "list-keys", Kind: finding.FeatureBody, Name: "body: none"},
		}))
}

// Passed is a scenario of n exchanges that passed.
func Passed(name string, n int) report.Scenario {
	s := report.Scenario{Name: name, File: "suite/" + name + ".txtar", World: name, Verdict: report.Passed, Duration: 120 * time.Millisecond}
	for i := range n {
		s.Exchanges = append(s.Exchanges, exchange(i+2))
	}
	return s
}

// exchange is one that conforms.
func exchange(line int) report.Exchange {
	return report.Exchange{
		Line: line, Method: http.MethodPost, Path: "/keys", Management: true,
		RequestHeader: http.Header{"Authorization": {"Bearer sk-mg-mgmt-…"}, "Content-Type": {"application/json"}, "User-Agent": {"mockgates"}},
		RequestBody:   `{"name": "nightly", "limit": 20, "limit_reset": "monthly"}`,
		Status:        http.StatusCreated,
		ResponseHeader: http.Header{
			"Content-Type": {"application/json"}, "Date": {"Fri, 30 Nov 2029 12:00:00 GMT"}, "Mockgates-Rule": {"keys.created"},
		},
		ResponseBody: `{"data":{"hash":"5b1c9a7e0d3f5b1c9a7e0d3f5b1c9a7e0d3f5b1c9a7e0d3f5b1c9a7e0d3f5b1c","name":"nightly","label":"sk-mg-v1-fa4...661","disabled":false,"limit":20,"limit_remaining":20,"limit_reset":"monthly","include_byok_in_limit":false,"usage":0,"usage_daily":0,"usage_weekly":0,"usage_monthly":0,"byok_usage":0,"created_at":"2029-11-30T12:00:00Z","updated_at":null,"expires_at":null},"key":"sk-mg-v1-fa4...661"}`,
		Operation:    "create-keys", Rules: []string{"keys.created"}, Features: []string{"body: valid"}, Duration: 3 * time.Millisecond,
		DocumentedResponse: &finding.DocumentedResponse{Operation: "create-keys", Status: http.StatusCreated},
	}
}

// Departing is a scenario with a response that breaks the contract at two places.
func Departing(name string) report.Scenario {
	s := Passed(name, 2)
	x := &s.Exchanges[1]
	x.ResponseBody = `{"data":{"hash":"5b1c","name":"nightly","limit":20,"limit_reset":"sometimes","created_at":"yesterday"},"key":"sk-mg-v1-fa4...661"}`
	x.DocumentedResponse, x.Features = nil, nil
	x.Findings = []finding.Finding{
		{Part: finding.PartResponse, Kind: finding.KindFormat, Where: "/data/created_at", Want: "a date-time", Got: "string of 9 characters", Document: "modelgates.yaml", Line: 4},
		{Part: finding.PartResponse, Kind: finding.KindEnum, Where: "/data/limit_reset", Want: `"daily", "weekly", "monthly" or null`, Got: "string of 9 characters", Document: "modelgates.yaml", Line: 3},
	}
	detail := x.Findings[0].String() + "\n" + x.Findings[1].String()
	return failing(s, report.Failure{
		Line: 3, Source: "call POST /keys key.json", Phase: "The reset is the one of the request.",
		Text: "the response departs from the contract", Detail: detail, Exchange: 2,
	})
}

// refused is a scenario whose assertion about a status fails.
func refused() report.Scenario {
	s := Passed("name_empty", 1)
	x := &s.Exchanges[0]
	x.RequestBody, x.Status = `{"name": ""}`, http.StatusBadRequest
	x.ResponseBody = `{"error":{"code":400,"message":"Invalid request: /name must not be empty"}}`
	x.DocumentedResponse = &finding.DocumentedResponse{Operation: "create-keys", Status: http.StatusBadRequest}
	return failing(s, report.Failure{Line: 4, Source: "status 201", Text: "unexpected status", Want: "201", Got: `400 "Invalid request: /name must not be empty"`, Exchange: 1})
}

// unreachable is a scenario that tells nothing about the target.
func unreachable() report.Scenario {
	s := Passed("unreachable", 1)
	s.Exchanges[0] = report.Exchange{Line: 2, Method: http.MethodPost, Path: "/keys", Broken: "EOF"}
	return failing(s, report.Failure{Line: 2, Source: "call POST /keys key.json", Text: "POST /keys got no complete response", Want: "a response", Got: "EOF", Exchange: 1, Inconclusive: true})
}

// unfired is a scenario with a failure that is about no exchange.
func unfired() report.Scenario {
	return failing(Passed("fault_unfired", 0), report.Failure{Line: 1, Source: "fault create-keys status=429 times=1", Text: "the fault never fired", Want: "at least one request that it acts on", Got: "0 requests that matched it"})
}

// hostile is a scenario in which every text is Hostile.
func hostile() report.Scenario {
	s := Passed("hostile", 1)
	s.File = "suite/a, b: c%.txtar"
	x := &s.Exchanges[0]
	x.Path, x.Method, x.RequestBody, x.ResponseBody, x.Broken = "/keys?q="+Hostile, Hostile, Hostile, Hostile, Hostile
	x.RequestHeader, x.ResponseHeader = http.Header{"X-Sent": {Hostile}}, http.Header{"X-Got": {Hostile}, Hostile: {"x"}}
	x.DocumentedResponse, x.Features = nil, nil
	x.Findings = []finding.Finding{{Part: finding.PartResponse, Kind: finding.KindSchema, Where: Hostile, Want: Hostile, Got: Hostile, Document: "modelgates.yaml", Line: 1}}
	return failing(s, report.Failure{
		Line: 2, Source: Hostile, Phase: Hostile, Text: "hostile " + Hostile, Want: Hostile, Got: Hostile,
		Detail: x.Findings[0].String(), Exchange: 1,
	})
}

func failing(s report.Scenario, f report.Failure) report.Scenario {
	s.Verdict, s.Failures = report.Failed, []report.Failure{f}
	return s
}
