package report_test

import (
	"strings"
	"testing"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/scenarios/report"
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
