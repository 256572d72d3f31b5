// Package html writes a report as one page that needs no network: styles and script
// are in it. The verdict comes first, then each failure with what was wanted and got
// side by side, the coverage, and every exchange of every scenario, folded.
//
// Everything can be read without the script, which filters, folds all and switches
// between light and dark. With it, the exchanges of a long run become elements when
// their scenario is unfolded, so that the page opens fast. Nothing that a target has
// sent can run: texts are escaped, and the content security policy allows only the
// script of the page, by hash.
//
// A page is at most [MaxPage] bytes long. Bodies of exchanges are cut to keep it
// below that, first those of scenarios that passed. The page says where something was
// cut; the record is complete.
//
// The package decides nothing: the output is a function of the report alone.
package html

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"time"

	"github.com/mockgates/mockgates/scenarios/report"
)

// MaxPage is the longest page, in bytes.
const MaxPage = 10_000_000

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string
)

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"plural": report.Plural,
	"time":   func(t time.Time) string { return t.Format("2006-01-02 15:04:05 UTC") },
	"took":   took,
}).Parse(pageHTML))

// A page is what the template shows.
type page struct {
	CSS    template.CSS
	JS     template.JS
	Policy string // content security policy

	Report      report.Report
	Tone        string // of the outcome: good, bad or unsure
	Codes       []int
	Problems    []string
	Failures    []failure
	MoreFailing int // failures that are not shown
	Coverage    []coverage
	Settled     []report.Settlement
	Scenarios   []scenario
	More        int  // scenarios that are not shown
	Truncated   bool // a body is
	Later       bool // a scenario has Later
}

// Write writes the page. Equal reports give equal bytes.
func Write(w io.Writer, r report.Report) error {
	p := page{
		CSS: template.CSS(pageCSS), JS: template.JS(pageJS), Policy: policy(),
		Report: r, Tone: tone(r), Codes: r.ExitCodes(), Coverage: coverageOf(r.Coverage), Settled: r.Settled[:min(len(r.Settled), maxListed)],
	}
	for _, problem := range r.Problems[:min(len(r.Problems), maxListed)] {
		p.Problems = append(p.Problems, text(problem.String()))
	}
	p.failures(r)
	p.scenarios(r)
	return pageTemplate.Execute(w, p)
}

// policy returns the content security policy: the style and the script of the page,
// and nothing else.
func policy() string {
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'", hash(pageCSS), hash(pageJS))
}

func tone(r report.Report) string {
	switch r.ExitCode() {
	case report.ExitConforms:
		return "good"
	case report.ExitInconclusive:
		return "unsure"
	}
	return "bad"
}

// took returns a duration as people read it.
func took(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
