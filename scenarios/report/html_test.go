package report_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/scenarios/report"
	"github.com/mockgates/mockgates/scenarios/report/html"
	"github.com/mockgates/mockgates/scenarios/report/internal/sample"
)

var keep = flag.String("keep", "", "write the page of a failing run to this file, to look at it")

func TestHTML(t *testing.T) {
	t.Parallel()
	checkOutputs(t, html.Write, []outputTest{
		{"a run that conforms", sample.Conforming(), []string{
			"<title>conforms – mockgates</title>", `<header class="top good">`, "<dd>the fake, seed 7</dd>", "<dd>1.5 s</dd>", "<dd>v1.2.3</dd>",
			`<details class="scenario passed" data-verdict="passed" id="keys_created">`, `<strong>1</strong> of 3 responses reached`,
		}},
		{"a run that fails", sample.Failing(), []string{
			"<title>unreadable – mockgates</title>", `<header class="top bad">`, "<dd>2, 4, 3</dd>",
			`<li>suite/broken.txtar:3: unknown command &#34;cal&#34;; did you mean call?</li>`,
			`<details class="failure" id="limit_reset_again/failure-1" open>`, `<code>suite/limit_reset_again.txtar:3</code>`,
			`<h4>Wanted</h4><pre tabindex="0">&#34;daily&#34;, &#34;weekly&#34;, &#34;monthly&#34; or null</pre></div><div class="got"><h4>Got</h4><pre tabindex="0">string of 9 characters</pre>`,
			`The specification says: <code>enum: [daily, weekly, monthly]</code>`, `<mark>    &#34;limit_reset&#34;: &#34;sometimes&#34;,</mark>`,
			`<a href="#limit_reset_again%2fexchange-2">`, `id="limit_reset_again/exchange-2"`, `Met in 1 further place`, `$MODELGATES_MANAGEMENT_KEY`,
			`<details class="failure unsure" id="unreachable/failure-1" open>`,
		}},
		{"an empty report", report.Report{}, []string{"<title>nothing tested – mockgates</title>"}},
	})
	if *keep != "" {
		if err := os.WriteFile(*keep, []byte(written(t, html.Write, sample.Failing())), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// An exchange is marked if its response departs from the contract. A request may depart
// on purpose, as those of generated cases do, which are shown by their names.
func TestHTML_marksResponsesThatDepart(t *testing.T) {
	t.Parallel()
	refused := report.Exchange{Method: "POST", Path: "/keys", Status: 400, Operation: "create-keys", Case: "create-keys/limit-null", Findings: []finding.Finding{{Part: finding.PartRequest, Kind: finding.KindType}}}
	accepted := refused
	accepted.Case, accepted.Status = "create-keys/name-null", 201
	accepted.Findings = append(slices.Clone(accepted.Findings), finding.Finding{Part: finding.PartResponse, Kind: finding.KindAcceptedInvalid})
	var r report.Report
	r.Add([]report.Scenario{{Name: "generated/create-keys", Verdict: report.Failed, Exchanges: []report.Exchange{refused, accepted}}})
	got := written(t, html.Write, r)
	for _, want := range []string{"<em>limit-null</em></span> <i>400 Bad Request</i>", "<em>name-null</em></span> <i>201 Created · departs</i>"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page does not contain %q", want)
		}
	}
}

// What a target has sent is text on the page, wherever it stands.
func TestHTML_hostileTextIsNoMarkup(t *testing.T) {
	t.Parallel()
	got := written(t, html.Write, sample.Failing())
	if n := strings.Count(got, "<script>"); n != 1 {
		t.Errorf("%d scripts, want that of the page", n)
	}
	if strings.Contains(got, "<img") || strings.ContainsAny(got, "\x1b\x00") || !utf8.ValidString(got) {
		t.Error("the page holds markup or bytes of the target")
	}
	if n := strings.Count(got, "&lt;script&gt;"); n < 5 {
		t.Errorf("the hostile text is shown %d times, want it shown", n)
	}
}

// outside matches what would make a browser fetch something.
var outside = regexp.MustCompile(`(?i)\b(?:src|srcset|action|formaction|poster|data|background)=|href="[^#]|url\(|@import|<(?:link|img|iframe|object|embed|base)\b`)

func TestHTML_needsNoNetwork(t *testing.T) {
	t.Parallel()
	got := written(t, html.Write, sample.Conforming())
	if m := outside.FindString(got); m != "" {
		t.Errorf("the page holds %q", m)
	}
	if !strings.Contains(got, `content="default-src &#39;none&#39;; style-src &#39;sha256-`) {
		t.Error("the page has no content security policy")
	}
}

// A run of 10,000 exchanges is a page of less than 10 MB with every exchange, and a
// longer one says what it leaves out.
func TestHTML_isShorterThanTheLimit(t *testing.T) {
	t.Parallel()
	var wide report.Report
	s := sample.Passed("wide", 800)
	for i := range s.Exchanges {
		s.Exchanges[i].ResponseBody = report.Body(strings.Repeat("<&>\"", 16<<10))
	}
	wide.Add([]report.Scenario{s})
	many := sample.Large(20)
	for i := range 800 {
		d := sample.Departing(fmt.Sprint("departing_", i))
		d.Failures[0].Text = fmt.Sprint(i, strings.Repeat("<", 16<<10))
		many.Add([]report.Scenario{d})
	}
	longer := 100_000
	if testing.Short() {
		longer = 20_000
	}
	for _, test := range []struct {
		name      string
		r         report.Report
		exchanges int // at least
		want      string
	}{
		{"10,000 exchanges", sample.Large(10_000), 10_000, ""},
		{"more exchanges", sample.Large(longer), 5000, "further scenarios: the record of the run has them all"},
		{"long bodies", wide, 500, "Long bodies are cut here."},
		{"many long failures", many, 20, "further failures: the record of the run has them all"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := written(t, html.Write, test.r)
			if len(got) >= html.MaxPage {
				t.Errorf("%d bytes, want less than %d", len(got), html.MaxPage)
			}
			if n := strings.Count(got, `<details class="x`); n < test.exchanges {
				t.Errorf("%d exchanges, want at least %d", n, test.exchanges)
			}
			if !strings.Contains(got, test.want) {
				t.Errorf("the page does not say %q", test.want)
			}
			t.Logf("%d bytes", len(got))
		})
	}
}
