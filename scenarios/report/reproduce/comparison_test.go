package reproduce_test

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/scenarios/report"
	"github.com/mockgates/mockgates/scenarios/report/reproduce"
)

// responding returns a target that answers each request with a body.
func responding(body string) func(http.Handler) http.Handler {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
	}
}

// departing returns the report of a read whose response departs from the contract.
func departing(kind, where, body string) report.Report {
	departure := finding.Finding{Part: finding.PartResponse, Kind: kind, Where: where, Want: "another value", Got: "this one"}
	r := report.New(report.Run{Mode: report.ModeFake, Seed: 1}, report.Coverage{})
	r.Add([]report.Scenario{{
		Name: "limit", File: "limit.txtar", Verdict: report.Failed,
		Exchanges: []report.Exchange{{
			Method: "GET", Path: "/key", Management: true, Status: 200, ResponseBody: report.Body(body), Findings: []finding.Finding{departure},
		}},
		Failures: []report.Failure{{Line: 1, Source: "call GET /key", Text: "the response departs from the contract", Detail: departure.String(), Exchange: 1}},
	}})
	return r
}

// TestWrite_scriptsCompare runs the script of each kind of finding on a target that departs
// as in the report, where it must exit with 1, and on one that does not, where it must exit
// with 0 and say what is there now.
func TestWrite_scriptsCompare(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, kind, where string
		departs, conforms string // bodies
		now               string // in the output for the second one
	}{
		{"a value that is not allowed", finding.KindEnum, "/data/limit_reset", `{"data":{"limit_reset":"sometimes"}}`, `{"data":{"limit_reset":"monthly"}}`, `/data/limit_reset is "monthly", and was "sometimes"`},
		{"a number out of range", finding.KindSchema, "/data/usage", `{"data":{"usage":-1}}`, `{"data":{"usage":0}}`, `/data/usage is 0, and was -1`},
		{"a number in an array", finding.KindSchema, "/data/1/usage", `{"data":[{"usage":0},{"usage":-1}]}`, `{"data":[{"usage":-1},{"usage":0}]}`, `/data/1/usage is 0, and was -1`},
		{"an object with too many members", finding.KindSchema, "/data", `{"data":{"a":"it's <b>"}}`, `{"data":{}}`, `/data is {}, and was {"a":"it's <b>"}`},
		{"a short text that is no time", finding.KindFormat, "/data/expires_at", `{"data":{"expires_at":"soon"}}`, `{"data":{"expires_at":"2026-01-05T12:00:00Z"}}`, `/data/expires_at is "2026-01-05T12:00:00Z", and was "soon"`},
		{"a name with a slash", finding.KindEnum, "/data/a~1b", `{"data":{"a/b":"x"}}`, `{"data":{"a/b":"y"}}`, `/data/a~1b is "y", and was "x"`},
		{"a value that is no longer there", finding.KindEnum, "/data/limit_reset", `{"data":{"limit_reset":"sometimes"}}`, `{"data":{}}`, `/data/limit_reset is missing, and was "sometimes"`},
		{"a member that is missing", finding.KindRequired, "/data/hash", `{"data":{}}`, `{"data":{"hash":null}}`, `/data/hash is null, and was missing`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			file := scriptFile(t, write(t, departing(test.kind, test.where, test.departs), reproduce.Curl))
			if code, out := run(t, responding(test.departs), "sh", file); code != 1 || !strings.Contains(out, "\nreproduced: ") {
				t.Errorf("exit code %d on the target that departs, want 1\n%s", code, out)
			}
			if code, out := run(t, responding(test.conforms), "sh", file); code != 0 || !strings.Contains(out, "\nnot reproduced: "+test.now+"\n") {
				t.Errorf("exit code %d on the other target, want 0 and %s\n%s", code, test.now, out)
			}
		})
	}
}

// TestWrite_scriptsThatCannotCompare refuses a finding about a text that differs from run
// to run: a script that compares it would say that the failure is gone.
func TestWrite_scriptsThatCannotCompare(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, kind, value string }{
		{"a long text", finding.KindFormat, "yesterday at noon"},
		{"a time that is not allowed", finding.KindEnum, "2026-01-05T12:00:00Z"},
		{"a secret that is not allowed", finding.KindEnum, "[secret]"},
		{"a label that is not allowed", finding.KindEnum, "sk-mg-v1-fa4...661"},
	} {
		r := departing(test.kind, "/data/value", fmt.Sprintf(`{"data":{"value":%q}}`, test.value))
		err := reproduce.Write(io.Discard, r, "limit/failure-1", reproduce.Curl)
		want := "a shell script cannot tell whether " + test.kind + " is there: response at /data/value is another text in each run; use --as go"
		if err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %s", test.name, err, want)
		}
		if err := reproduce.Write(io.Discard, r, "limit/failure-1", reproduce.Go); err != nil {
			t.Errorf("%s, as a Go test: %v", test.name, err)
		}
	}
}

// TestWrite_assertions writes assertions that failed, in the forms that can make them. The
// status alone does not tell whether an assertion about something else still fails.
func TestWrite_assertions(t *testing.T) {
	t.Parallel()
	const script, test = "a shell script cannot make the assertion ", "a Go test of the package contract cannot make the assertion "
	for _, a := range []struct{ source, curl, golang string }{ // errors; "" for none
		{"status 201", "", ""},
		{"call GET /key", "", ""},
		{"jq '.data.limit == 5'", "", test},
		{"jq '$header[\"retry-after\"] != null'", script, test},
		{"jq '.data.name == $NAME'", script, test},
		{"stdout sk-mg", script, test},
	} {
		r := report.New(report.Run{Mode: report.ModeFake, Seed: 1}, report.Coverage{})
		r.Add([]report.Scenario{{
			Name: "limit", File: "limit.txtar", Text: a.source + "\n", Verdict: report.Failed,
			Exchanges: []report.Exchange{{Method: "GET", Path: "/key", Management: true, Status: 200, ResponseBody: `{"data":{}}`}},
			Failures:  []report.Failure{{Line: 1, Source: a.source, Text: "it failed", Exchange: 1}},
		}})
		for form, want := range map[string]string{reproduce.Curl: a.curl, reproduce.Go: a.golang, reproduce.Txtar: ""} {
			if want != "" {
				want += strconv.Quote(a.source) + "; use --as txtar"
			}
			got := ""
			if err := reproduce.Write(io.Discard, r, "limit/failure-1", form); err != nil {
				got = err.Error()
			}
			if got != want {
				t.Errorf("%s --as %s: error %q, want %q", a.source, form, got, want)
			}
		}
	}
}

// TestWrite_saysHowToRunItThere reads the line that runs a script on a fake like that of the
// run: with the same seed and clock.
func TestWrite_saysHowToRunItThere(t *testing.T) {
	t.Parallel()
	for clock, want := range map[string]string{
		"":                            "mockgates exec --seed 7 -- ",
		"frozen":                      "mockgates exec --seed 7 --clock-frozen -- ",
		"2026-01-05T12:00:00Z frozen": "mockgates exec --seed 7 --clock 2026-01-05T12:00:00Z --clock-frozen -- ",
		"$(reboot)":                   "mockgates exec --seed 7 --clock '$(reboot)' -- ",
	} {
		r := report.New(report.Run{Mode: report.ModeFake, Seed: 7, Clock: clock}, report.Coverage{})
		r.Add([]report.Scenario{{
			Name: "limit", File: "limit.txtar", Verdict: report.Failed,
			Exchanges: []report.Exchange{{Method: "GET", Path: "/key", Management: true, Status: 200, ResponseBody: `{"data":{}}`}},
			Failures:  []report.Failure{{Line: 1, Source: "status 201", Text: "it failed", Exchange: 1}},
		}})
		var b strings.Builder
		if err := reproduce.Write(&b, r, "limit/failure-1", reproduce.Curl); err != nil || !strings.Contains(b.String(), "To run it there: "+want) {
			t.Errorf("clock %q: %v, no %q in\n%s", clock, err, want, &b)
		}
	}
}

// TestWrite_scriptSendsTheBody runs the script of a request whose body curl could take for
// something else. The target must receive it as it is.
func TestWrite_scriptSendsTheBody(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"@/etc/hosts", "@-", "{\n\"name\": \"a\"\n}\n"} {
		r := departing(finding.KindRequired, "/data/hash", `{"data":{}}`)
		x := &r.Scenarios[0].Exchanges[0]
		x.Method, x.Path, x.RequestBody = "POST", "/keys", report.Body(body)
		file := scriptFile(t, write(t, r, reproduce.Curl))
		var got []byte
		receives := func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got, _ = io.ReadAll(r.Body)
				_, _ = io.WriteString(w, `{"data":{}}`)
			})
		}
		if code, out := run(t, receives, "sh", file); code != 1 || string(got) != body {
			t.Errorf("exit code %d, want 1; the target received %q, want %q\n%s", code, got, body, out)
		}
	}
}
