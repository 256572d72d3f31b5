// Package markdown writes a report as a job summary: the verdict, each failure
// folded, and the coverage. CI systems show it beside the run.
//
// A summary is at most [Max] bytes long, no matter how long the run is. It says how many
// failures it leaves out.
//
// The package decides nothing: the output is a function of the report alone, without its
// times and durations.
package markdown

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/scenarios/report"
)

// Max is the longest summary, in bytes.
const Max = 64<<10 - 1

// The limits on parts of a summary.
const (
	maxText     = 1 << 10 // bytes of a text of a failure
	maxLine     = 200     // bytes of a line of a body
	aroundMark  = 3       // lines of a body before and after a place
	maxProblems = 20
	maxMissing  = 30       // responses and features that are named as not reached
	coveredPart = 16 << 10 // bytes of the coverage
	reserve     = 200      // bytes for the sentence that says what is left out
)

// Write writes the summary. Equal reports give equal bytes.
func Write(w io.Writer, r report.Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s mockgates: %s\n\n", mark(r), r.Outcome())
	fmt.Fprintf(&b, "%s, on %s.\n", r.Summary(), code(line(r.Run.Where())))
	problems(&b, r)
	covered := coverage(r.Coverage)
	failures(&b, r, Max-len(covered))
	b.WriteString(covered)
	_, err := io.WriteString(w, b.String())
	return err
}

func mark(r report.Report) string {
	switch r.ExitCode() {
	case report.ExitConforms:
		return "✅"
	case report.ExitInconclusive:
		return "⚠️"
	}
	return "❌"
}

func problems(b *strings.Builder, r report.Report) {
	if len(r.Problems) == 0 {
		return
	}
	b.WriteString("\n### Problems\n\n")
	for _, p := range r.Problems[:min(len(r.Problems), maxProblems)] {
		fmt.Fprintf(b, "- %s\n", code(line(p.String())))
	}
	if more := len(r.Problems) - maxProblems; more > 0 {
		fmt.Fprintf(b, "- and %s\n", report.Plural(more, "further problem"))
	}
}

// failures writes failures until the summary has size bytes.
func failures(b *strings.Builder, r report.Report, size int) {
	list := r.Diagnoses()
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\n### Failures (%d)\n", len(list))
	for i, d := range list {
		text := failure(r, d)
		if b.Len()+len(text) > size-reserve {
			fmt.Fprintf(b, "\n%s: the record of the run has them all.\n", report.Plural(len(list)-i, "further failure"))
			return
		}
		b.WriteString(text)
	}
}

// failure returns one failure, folded.
func failure(r report.Report, d report.Diagnosis) string {
	var b strings.Builder
	place := "" // a run of a client has none
	if at := d.Place().String(); at != "" {
		place = " <code>" + html(line(at)) + "</code>"
	}
	fmt.Fprintf(&b, "\n<details><summary><b>%s</b>%s</summary>\n\n", html(line(d.Headline())), place)
	var text strings.Builder
	f := d.Failure
	if f.Source != "" {
		fmt.Fprintf(&text, "%d | %s\n", f.Line, line(f.Source))
	}
	if len(d.Findings) == 0 {
		f.Text, f.Want, f.Got, f.Detail = report.Shorten(f.Text, maxText), report.Shorten(f.Want, maxText), report.Shorten(f.Got, maxText), report.Shorten(f.Detail, maxText)
		text.WriteString(printable.Text(f.String()) + "\n")
	}
	for i, finding := range d.Findings {
		if i == 10 {
			fmt.Fprintf(&text, "and %s\n", report.Plural(len(d.Findings)-i, "further finding"))
			break
		}
		fmt.Fprintf(&text, "%s\n  want: %s\n  got:  %s\n", line(finding.Title()), line(finding.Want), line(finding.Got))
		if cited := r.Citation(finding); cited != "" {
			fmt.Fprintf(&text, "  %s: %s\n", line(finding.Rule()), line(cited))
		}
	}
	b.WriteString(fence("", text.String()))
	if x := d.Exchange; x != nil {
		b.WriteString(fence("sh", report.Shorten(printable.Text(x.Curl()), 2*maxText)))
		b.WriteString(body(*x, d.Findings))
	}
	if n := len(d.Also); n > 0 {
		fmt.Fprintf(&b, "Also at %s", code(line(d.Also[0].String())))
		if n > 1 {
			fmt.Fprintf(&b, " and %d more", n-1)
		}
		b.WriteString(".\n\n")
	}
	if place != "" { // a run of a client has its command in the text
		fmt.Fprintf(&b, "To see it again: %s\n\n", code("mockgates reproduce RECORD "+line(d.Failure.ID)))
	}
	b.WriteString("</details>\n")
	return b.String()
}

// body returns the status of an exchange, the fields of its header that a finding is about, and
// its body around the places.
func body(x report.Exchange, findings []finding.Finding) string {
	var b strings.Builder
	lines := []report.Line{{Text: strconv.Itoa(x.Status), Marked: report.IsMarked(finding.PartResponse, "status", findings)}}
	for _, f := range report.Fields(x.ResponseHeader) {
		if report.IsMarked(finding.PartResponse, "header "+f.Name, findings) {
			lines = append(lines, report.Line{Text: f.Name + ": " + f.Value, Marked: true})
		}
	}
	lines = append(lines, report.Around(x.ResponseBody.Lines(report.Places(finding.PartResponse, findings)...), aroundMark)...)
	for _, l := range lines[:min(len(lines), 40)] {
		margin := "  "
		if l.Marked {
			margin = "> "
		}
		b.WriteString(margin + report.Shorten(l.Text, maxLine) + "\n")
	}
	return fence("", b.String())
}

// coverage returns what was reached, in at most coveredPart bytes.
func coverage(c report.Coverage) string {
	var b strings.Builder
	for companion, list := range [][]report.ResponseCoverage{c.Documented, c.Companions} {
		if len(list) == 0 {
			continue
		}
		title := "documented"
		if companion == 1 {
			title = "companion"
		}
		table(&b, title, list, c.Features, companion == 1)
	}
	if b.Len() > coveredPart {
		return "\nThe coverage is too long for a summary: the record of the run has it.\n"
	}
	return b.String()
}

// table writes the coverage of the documented operations, or of the companions.
func table(b *strings.Builder, title string, list []report.ResponseCoverage, features []report.FeatureCoverage, companions bool) {
	reached := 0
	var missing []string
	for _, c := range list {
		if c.Reached() {
			reached++
		} else {
			missing = append(missing, c.DocumentedResponse.String())
		}
	}
	exercised, all := 0, 0
	for _, f := range features {
		if f.Companion != companions {
			continue
		}
		all++
		if f.Reached() {
			exercised++
		} else {
			missing = append(missing, f.Feature.String())
		}
	}
	fmt.Fprintf(b, "\n### Coverage of the %s operations\n\n| | reached | of |\n| --- | ---: | ---: |\n| responses | %d | %d |\n| request features | %d | %d |\n",
		title, reached, len(list), exercised, all)
	if len(missing) == 0 {
		return
	}
	fmt.Fprintf(b, "\n<details><summary>Not reached: %d</summary>\n\n", len(missing))
	for _, name := range missing[:min(len(missing), maxMissing)] {
		fmt.Fprintf(b, "- %s\n", code(line(name)))
	}
	if more := len(missing) - maxMissing; more > 0 {
		fmt.Fprintf(b, "- and %d more\n", more)
	}
	b.WriteString("\n</details>\n")
}

// fence returns a block of text that Markdown shows as it is.
func fence(language, text string) string {
	marks := strings.Repeat("`", max(3, longestRun(text)+1))
	return marks + language + "\n" + strings.TrimRight(text, "\n") + "\n" + marks + "\n\n"
}

// code returns a text of one line that Markdown shows as it is.
func code(text string) string {
	marks := strings.Repeat("`", longestRun(text)+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	if text == "" {
		return ""
	}
	return marks + text + marks
}

// longestRun returns the length of the longest run of backquotes.
func longestRun(text string) int {
	longest, run := 0, 0
	for i := range len(text) {
		if run++; text[i] != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

// html escapes a text for HTML in Markdown.
func html(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "*", "&#42;", "_", "&#95;", "`", "&#96;", "[", "&#91;", "@", "&#64;", "#", "&#35;", "~", "&#126;", `\`, "&#92;").Replace(text)
}

// line returns a text on one line, at most maxText bytes of it.
func line(text string) string { return report.Shorten(printable.Line(text), maxText) }
