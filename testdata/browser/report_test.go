package browser

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/scenarios/report"
	"github.com/mockgates/mockgates/scenarios/report/html"
)

// hostile is text of a target that would change the title of the page if it ran.
const hostile = `</script><script>document.title='owned'</script><img src=x onerror="document.title='owned'">`

// failingReport returns the report of a run in which one scenario passed, one departed
// from the contract, and one was skipped.
func failingReport() report.Report {
	ok := report.Exchange{
		Line: 2, Method: "POST", Path: "/keys", Management: true, Status: 201, Operation: "create-keys",
		RequestHeader: http.Header{"Authorization": {"Bearer sk-mg-mgmt-…"}, "Content-Type": {"application/json"}}, RequestBody: `{"name":"nightly","limit_reset":"monthly"}`,
		ResponseHeader: http.Header{"Content-Type": {"application/json"}, "Mockgates-Rule": {"keys.created"}},
		ResponseBody:   `{"data":{"hash":"5b1c9a7e","name":"nightly","limit":20,"limit_reset":"monthly"},"key":"sk-mg-v1-fa4...661"}`,
		Features:       []string{"body: valid"}, DocumentedResponse: &contract.DocumentedResponse{Operation: "create-keys", Status: 201}, Duration: 3 * time.Millisecond,
	}
	read := ok
	read.Method, read.Path, read.Status, read.RequestBody = "GET", "/keys/5b1c9a7e", 200, ""
	read.Operation, read.Features = "get-key", nil
	read.DocumentedResponse = &contract.DocumentedResponse{Operation: "get-key", Status: 200}
	wrong := ok
	wrong.DocumentedResponse, wrong.Features = nil, nil
	wrong.ResponseBody = `{"data":{"hash":"5b1c9a7e","name":"nightly","limit":20,"limit_reset":"sometimes"},"key":"sk-mg-v1-fa4...661"}`
	wrong.Findings = []contract.Finding{{Part: finding.PartResponse, Kind: finding.KindEnum, Where: "/data/limit_reset", Want: `"daily", "weekly", "monthly" or null`, Got: "string of 9 characters", Document: "modelgates.yaml", Line: 1}}
	evil := report.Exchange{Method: "GET", Path: "/keys?" + hostile, Status: 200, ResponseBody: report.Body(hostile), ResponseHeader: http.Header{"X": {hostile}}}

	r := report.New(report.Run{ID: "1", Version: "v1.0.0", Mode: report.ModeFake, Seed: 1, Started: time.Date(2029, 11, 30, 12, 0, 0, 0, time.UTC)}, report.NewCoverage(
		[]contract.Operation{{ID: "create-keys", Statuses: []int{201, 400, 401, 403, 429, 500}}, {ID: "create-auth-keys-code", Statuses: []int{200, 400, 401, 409, 500}}, {ID: "get-key", Statuses: []int{200, 401, 404}, Companion: true}},
		[]contract.Feature{{Operation: "create-keys", Kind: finding.FeatureBody, Name: "body: valid"}, {Operation: "create-keys", Kind: finding.FeatureBody, Name: "body: empty"}, {Operation: "get-key", Kind: finding.FeatureBody, Name: "body: none"}},
	))
	r.Add([]report.Scenario{
		{Name: "keys_created", File: "suite/keys_created.txtar", Verdict: report.Passed, Exchanges: []report.Exchange{ok, read}, Duration: 12 * time.Millisecond},
		{
			Name: "limit_reset", File: "suite/limit_reset.txtar", Verdict: report.Failed, Exchanges: []report.Exchange{ok, wrong, evil}, Duration: 15 * time.Millisecond,
			Failures: []report.Failure{{Line: 6, Source: "call POST /keys key.json", Phase: "The reset is the one of the request.", Text: "the response departs from the contract", Detail: wrong.Findings[0].String(), Exchange: 2}},
		},
		{Name: "live_only", File: "suite/live_only.txtar", Verdict: report.Skipped, Reason: "it needs a live target"},
	})
	r.Cite(map[string]string{"modelgates.yaml": "  enum: [daily, weekly, monthly]"})
	r.Duration = 40 * time.Millisecond
	return r
}

// writePage writes the page of a report and returns its URL.
func writePage(t *testing.T, r report.Report) string {
	t.Helper()
	var page bytes.Buffer
	if err := html.Write(&page, r); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, page.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return (&url.URL{Scheme: "file", Path: file}).String()
}

// script returns what a script evaluates to, as text.
func script(t *testing.T, ctx context.Context, text string) string {
	t.Helper()
	return eval(t, ctx, chromedp.Evaluate[string]("String("+text+")"))
}

// visible returns the ids of the elements that no filter hides.
func visible(t *testing.T, ctx context.Context, selector string) string {
	t.Helper()
	return script(t, ctx, fmt.Sprintf(`Array.from(document.querySelectorAll(%q)).filter(e => !e.closest("[hidden]")).map(e => e.id).join(" ")`, selector))
}

// awaitFrame waits until the page has drawn, and so has filtered.
func awaitFrame(t *testing.T, ctx context.Context) {
	t.Helper()
	eval(t, ctx, chromedp.Evaluate[bool](`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`, chromedp.EvalAwaitPromise))
}

// filter types into the filter of the page.
func filter(t *testing.T, ctx context.Context, text string) {
	t.Helper()
	script(t, ctx, `document.getElementById("filter").value = ""`)
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("#filter"), " "+text)) // a space is not a word
	awaitFrame(t, ctx)
}

// setMedia makes the browser show the page on a screen that prefers a colour scheme,
// or on paper.
func setMedia(t *testing.T, ctx context.Context, media, scheme string) {
	t.Helper()
	params := emulation.SetEmulatedMediaParams{Media: media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, params); err != nil {
		t.Fatal(err)
	}
}

// TestReport drives the page of a report in one browser.
func TestReport(t *testing.T) {
	t.Parallel()
	ctx := startBrowser(t)
	page := writePage(t, failingReport())
	for _, test := range []struct {
		name string
		run  func(*testing.T, context.Context)
	}{
		{"the filter shows what matches", reportFilters},
		{"scenarios and exchanges fold", reportFolds},
		{"dark, light and paper", reportColours},
		{"every text has enough contrast", reportContrast},
		{"text of a target does not run", reportHostile},
		{"a narrow window needs no scrolling sideways", reportNarrow},
	} {
		t.Run(test.name, func(t *testing.T) {
			do(t, ctx, chromedp.Navigate(page))
			test.run(t, ctx)
		})
	}
	t.Run("a run of thousands of exchanges can be filtered", func(t *testing.T) { reportLong(t, ctx) })
}

func reportFilters(t *testing.T, ctx context.Context) {
	if got, want := visible(t, ctx, ".scenario"), "keys_created limit_reset live_only"; got != want {
		t.Fatalf("scenarios %q, want %q", got, want)
	}
	for _, test := range []struct{ text, scenarios, exchanges string }{
		{"limit", "limit_reset", "limit_reset/exchange-1 limit_reset/exchange-2 limit_reset/exchange-3"},
		{"GET /keys/5b1c", "keys_created", "keys_created/exchange-2"},
		{"departs", "limit_reset", "limit_reset/exchange-2"},
		{"nowhere", "", ""},
	} {
		filter(t, ctx, test.text)
		if got := visible(t, ctx, ".scenario"); got != test.scenarios {
			t.Errorf("filter %q: scenarios %q, want %q", test.text, got, test.scenarios)
		}
		if got := visible(t, ctx, ".x"); got != test.exchanges {
			t.Errorf("filter %q: exchanges %q, want %q", test.text, got, test.exchanges)
		}
	}
	if got, want := script(t, ctx, `document.getElementById("shown").textContent`), "0 scenarios, 0 exchanges"; got != want {
		t.Errorf("the page tells a screen reader %q, want %q", got, want)
	}
	filter(t, ctx, "")
	do(t, ctx, chromedp.Click(chromedp.CSS(`button[data-verdict="skipped"]`)))
	if got := visible(t, ctx, ".scenario"); got != "live_only" {
		t.Errorf("skipped scenarios %q, want live_only", got)
	}
}

func reportFolds(t *testing.T, ctx context.Context) {
	for _, want := range []string{"1", "3", "0"} { // that which failed, then all, then none
		if got := script(t, ctx, `document.querySelectorAll(".scenario[open]").length`); got != want {
			t.Errorf("%s scenarios are unfolded, want %s", got, want)
		}
		if want != "0" {
			do(t, ctx, chromedp.Click(chromedp.CSS("#fold")))
		}
	}
	do(t, ctx, chromedp.Focus(chromedp.CSS(".failure .line a")), chromedp.KeyEvent("\r"))
	awaitFrame(t, ctx)
	if got, want := script(t, ctx, `Array.from(document.querySelectorAll("#list details[open]")).map(e => e.id)`), "limit_reset,limit_reset/exchange-2"; got != want {
		t.Errorf("the link of the failure unfolds %q, want %q", got, want)
	}
	do(t, ctx, chromedp.KeyEvent("/"))
	if got := script(t, ctx, `document.activeElement.id`); got != "filter" {
		t.Errorf("the key / leads to %q, want the filter", got)
	}
}

func reportColours(t *testing.T, ctx context.Context) {
	const background = `getComputedStyle(document.body).backgroundColor`
	const dark, light, paper = "rgb(20, 22, 26)", "rgb(250, 250, 248)", "rgb(255, 255, 255)"
	want := func(what, colour string) {
		t.Helper()
		if got := script(t, ctx, background); got != colour {
			t.Errorf("%s: the page is %s, want %s", what, got, colour)
		}
	}
	setMedia(t, ctx, "", "dark")
	want("the system prefers dark", dark)
	do(t, ctx, chromedp.Click(chromedp.CSS("#theme")))
	want("the switch, once", light)
	do(t, ctx, chromedp.Click(chromedp.CSS("#theme")))
	want("the switch, twice", dark)
	setMedia(t, ctx, "print", "dark")
	want("paper", paper)
	setMedia(t, ctx, "", "light")
	script(t, ctx, `localStorage.removeItem("mockgates-theme")`)
}

func reportContrast(t *testing.T, ctx context.Context) {
	do(t, ctx, chromedp.Click(chromedp.CSS("#fold")))
	for _, scheme := range []string{"dark", "light"} {
		setMedia(t, ctx, "", scheme)
		if bad := script(t, ctx, contrast); bad != "" {
			t.Errorf("%s: too little contrast: %s", scheme, bad)
		}
	}
}

func reportHostile(t *testing.T, ctx context.Context) {
	do(t, ctx, chromedp.Click(chromedp.CSS("#fold")))
	awaitFrame(t, ctx)
	if got := eval(t, ctx, chromedp.Title()); got != "does not conform – mockgates" {
		t.Errorf("the title is %q", got)
	}
	if got := script(t, ctx, `document.images.length + document.scripts.length`); got != "1" {
		t.Errorf("%s images and scripts, want the script of the page", got)
	}
	// What the policy stops even if it were in the page: a script of another hash.
	script(t, ctx, `document.body.append(Object.assign(document.createElement("script"), {textContent: "window.ran = 1"}))`)
	if script(t, ctx, `"ran" in window`) != "false" {
		t.Error("another script ran")
	}
}

func reportNarrow(t *testing.T, ctx context.Context) {
	do(t, ctx, chromedp.EmulateViewport(320, 640), chromedp.Click(chromedp.CSS("#fold")))
	awaitFrame(t, ctx)
	if got := script(t, ctx, `document.documentElement.scrollWidth`); got != "320" {
		t.Errorf("the page is %s pixels wide in a window of 320", got)
	}
	do(t, ctx, chromedp.EmulateReset())
}

// maxElements bounds the elements of a page of 10,000 exchanges when it is opened. It
// stands for the time that a browser takes, which depends on the machine.
const maxElements = 15_000

// reportLong opens a page of 10,000 exchanges, with -short of 2000, and logs how long that
// takes. The exchanges beyond the first 1000 become elements when they are needed.
func reportLong(t *testing.T, ctx context.Context) {
	added := 500 // scenarios of 20 exchanges
	if testing.Short() {
		added = 100
	}
	last, exchanges := fmt.Sprintf("scenario_%03d", added-1), 20*added+5
	r := failingReport()
	var long []report.Scenario
	for i := range added {
		s := report.Scenario{Name: fmt.Sprintf("scenario_%03d", i), File: "suite.txtar", Verdict: report.Passed}
		for range 20 {
			s.Exchanges = append(s.Exchanges, r.Scenarios[0].Exchanges[0])
		}
		long = append(long, s)
	}
	r.Add(long)
	page := writePage(t, r)
	do(t, ctx, chromedp.Navigate(page))
	if n := eval(t, ctx, chromedp.Evaluate[int](`document.getElementsByTagName("*").length`)); n > maxElements {
		t.Errorf("the page has %d elements when it is opened, want at most %d", n, maxElements)
	}
	t.Logf("opened in %s ms", script(t, ctx, `Math.round(performance.getEntriesByType("navigation")[0].loadEventEnd)`))
	const shown = `document.getElementById("shown").textContent`
	filter(t, ctx, "POST /keys")
	if got, want := script(t, ctx, shown), fmt.Sprintf("%d scenarios, %d exchanges", added+2, exchanges-2); got != want {
		t.Errorf("the filter of all exchanges shows %q, want %q", got, want)
	}
	filter(t, ctx, last)
	if got := visible(t, ctx, ".scenario"); got != last {
		t.Errorf("scenarios %.200q, want %s", got, last)
	}
	do(t, ctx, chromedp.Click(chromedp.CSS("#"+last+" > summary")))
	awaitFrame(t, ctx)
	if n := strings.Count(visible(t, ctx, ".scenario .x"), "/exchange-"); n != 20 {
		t.Errorf("%d exchanges, want 20", n)
	}
	reportSearched(t, ctx, exchanges)
	do(t, ctx, chromedp.Navigate("about:blank"), chromedp.Navigate(page+"#"+last+"%2Fexchange-7"))
	awaitFrame(t, ctx)
	if got, want := script(t, ctx, `Array.from(document.querySelectorAll("#list .x[open]")).map(e => e.id)`), last+"/exchange-7"; got != want {
		t.Errorf("the link to an exchange unfolds %q, want %q", got, want)
	}
}

// reportSearched presses the keys with which a browser searches a page: every exchange is
// then an element, so that the search finds it. It logs how long that takes.
func reportSearched(t *testing.T, ctx context.Context, exchanges int) {
	const built = `document.querySelectorAll("#list .x").length + " " + document.querySelectorAll("#list noscript").length`
	all := fmt.Sprint(exchanges, " 0")
	filter(t, ctx, "")
	if got := script(t, ctx, built); got == all {
		t.Fatal("every exchange is an element before the page is searched")
	}
	script(t, ctx, `addEventListener("keydown", (event) => { window.began = event.timeStamp; }, true)`)
	do(t, ctx, chromedp.KeyEvent("f", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	t.Logf("ready to search in %s ms", script(t, ctx, `Math.round(performance.now() - window.began)`))
	if got := script(t, ctx, built); got != all {
		t.Errorf("exchanges and scenarios that are not built: %s, want %s", got, all)
	}
}

// TestReport_screenshot writes the picture that the README shows if it is run with
// -screenshots.
func TestReport_screenshot(t *testing.T) {
	if !*screenshots {
		t.Skip("run with -screenshots to write the screenshots")
	}
	ctx := startBrowser(t)
	do(t, ctx, chromedp.EmulateViewport(1100, 1180), chromedp.Navigate(writePage(t, failingReport())))
	for _, scheme := range []string{"dark", "light"} {
		setMedia(t, ctx, "", scheme)
		picture := eval(t, ctx, chromedp.CaptureScreenshot())
		if err := os.WriteFile(filepath.Join("..", "report", scheme+".png"), picture, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// contrast is a script that returns the texts whose contrast with what is behind them is
// below 4.5 to 1, which WCAG 2 asks for at level AA.
const contrast = `(() => {
  const number = (c) => (c.match(/[\d.]+/g) || []).map(Number);
  const channel = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const luminance = (c) => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const behind = (e) => { for (; e; e = e.parentElement) { const c = number(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
  const bad = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    const e = n.parentElement;
    if (!n.textContent.trim() || ["SCRIPT", "STYLE"].includes(e.tagName) || !e.checkVisibility()) continue;
    const a = luminance(number(getComputedStyle(e).color)), b = luminance(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.push(n.textContent.trim().slice(0, 30) + ": " + ratio.toFixed(2));
  }
  return bad.join("; ");
})()`
