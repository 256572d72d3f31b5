package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mockgates/mockgates/internal/printable"
)

// WriteText prints the report for people: the problems of files, a line for each scenario,
// every failure in full, the problems of the run, which may follow from them, the documented
// responses that were reached if there was an exchange, and the verdict. Equal reports give
// equal bytes. With color it marks verdicts by ANSI colours.
func (r Report) WriteText(w io.Writer, color bool) error {
	var b strings.Builder
	paint := painter(color)
	ofFiles, ofRun := r.splitProblems()
	for _, p := range ofFiles {
		p.write(&b, paint)
	}
	width := 0
	for _, s := range r.Scenarios {
		width = max(width, len(s.Name))
	}
	for _, s := range r.Scenarios {
		s.writeLine(&b, paint, width)
	}
	for _, s := range r.Scenarios {
		for _, note := range s.Notes {
			b.WriteString("\n")
			writeWrapped(&b, paint(yellow, "note:")+" ", len("note: "), s.Name+": "+printable.Line(note))
		}
	}
	shown := map[string]bool{} // exchanges, by their ID
	for _, d := range r.Diagnoses() {
		b.WriteString("\n")
		d.Failure.write(&b, paint, d.Scenario)
		r.writeEvidence(&b, d, shown)
	}
	if len(ofRun) > 0 && b.Len() > 0 {
		b.WriteString("\n")
	}
	for _, p := range ofRun {
		p.write(&b, paint)
	}
	if r.Exchanges > 0 {
		writeResponses(&b, "documented", r.Documented, true)
		writeFeatures(&b, "documented", r.featuresOf(false), false)
		writeResponses(&b, "companion", r.Companions, false)
		if slices.ContainsFunc(r.Companions, ResponseCoverage.Reached) {
			writeFeatures(&b, "companion", r.featuresOf(true), false)
		}
	}
	r.writeSettled(&b)
	r.writeReasons(&b)
	b.WriteString("\n")
	r.writeVerdict(&b, paint)
	_, err := io.WriteString(w, b.String())
	return err
}

// splitProblems returns the problems that concern a file, and the others.
func (r Report) splitProblems() (ofFiles, ofRun []Problem) {
	for _, p := range r.Problems {
		if p.File != "" {
			ofFiles = append(ofFiles, p)
		} else {
			ofRun = append(ofRun, p)
		}
	}
	return ofFiles, ofRun
}

// write prints a problem. One of a file is on one line, as compilers write it.
func (p Problem) write(b *strings.Builder, paint func(string, string) string) {
	label, text := paint(red, "error:")+" ", printable.Text(p.String())
	if p.File != "" {
		fmt.Fprintf(b, "%s%s\n", label, text)
		return
	}
	writeWrapped(b, label, len("error: "), text)
}

// ANSI colours.
const (
	red    = "31"
	green  = "32"
	yellow = "33"
)

// painter returns a function that colours text, or leaves it unchanged.
func painter(color bool) func(code, text string) string {
	return func(code, text string) string {
		if !color {
			return text
		}
		return "\x1b[" + code + "m" + text + "\x1b[0m"
	}
}

func (s Scenario) writeLine(b *strings.Builder, paint func(string, string) string, width int) {
	switch s.Verdict {
	case Passed:
		fmt.Fprintf(b, "%s  %-*s  %s\n", paint(green, "ok  "), width, s.Name, Plural(len(s.Exchanges), "exchange"))
	case Failed:
		fmt.Fprintf(b, "%s  %-*s  %s\n", paint(red, "FAIL"), width, s.Name, Plural(len(s.Exchanges), "exchange"))
	case Skipped:
		writeWrapped(b, paint(yellow, "skip")+"  ", len("skip  "), fmt.Sprintf("%-*s  %s", width, s.Name, printable.Line(s.Reason)))
	}
}

// Plural returns "1 exchange" or "2 exchanges".
func Plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// write prints a failure: what happened, the place, the line of the script, and
// what was wanted and got.
func (f Failure) write(b *strings.Builder, paint func(string, string) string, s Scenario) {
	label := "error:"
	if f.Inconclusive {
		label = "inconclusive:"
	}
	f.Text, f.Want, f.Got = printable.Text(f.Text), printable.Text(f.Want), printable.Text(f.Got)
	f.Detail, f.Source, f.Phase = printable.Text(f.Detail), printable.Text(f.Source), printable.Text(f.Phase)
	text, more, _ := strings.Cut(f.Text, "\n")
	writeWrapped(b, paint(red, label)+" ", len(label)+1, text)
	fmt.Fprintf(b, "  --> %s\n", Place{f.ID, s.File, f.Line})
	margin := strings.Repeat(" ", len(fmt.Sprint(f.Line)))
	if f.Source != "" {
		fmt.Fprintf(b, " %s |\n", margin)
		if f.Phase != "" {
			writeMargin(b, " "+margin+" | ", "# "+f.Phase)
		}
		place := fmt.Sprintf(" %d | ", f.Line)
		fmt.Fprintf(b, "%s%s\n", place, fit(f.Source, textColumns-len(place)))
	}
	rest := f
	rest.Text, rest.Detail = "", strings.TrimSpace(more+"\n"+f.Detail)
	for line := range strings.Lines(strings.TrimPrefix(rest.String(), "\n")) {
		writeMargin(b, " "+margin+" | ", strings.TrimRight(line, "\n"))
	}
}

// writeVerdict prints the end of the report.
func (r Report) writeVerdict(b *strings.Builder, paint func(string, string) string) {
	color := red
	switch r.ExitCode() {
	case ExitConforms:
		color = green
	case ExitInconclusive:
		color = yellow
	}
	outcome := r.Outcome()
	writeWrapped(b, paint(color, outcome)+" ", utf8.RuneCountInString(outcome)+1, "("+r.Summary()+")")
}

// writeSettled prints how a live target settles open questions, and how many
// built-in scenarios were left out.
func (r Report) writeSettled(b *strings.Builder) {
	if !r.Run.Live() {
		return
	}
	if len(r.Settled) > 0 {
		fmt.Fprintf(b, "\nopen questions, as this target settles them: %d\n", len(r.Settled))
	}
	width := 0
	for _, s := range r.Settled {
		width = max(width, len(s.Rule))
	}
	for _, s := range r.Settled {
		fmt.Fprintf(b, "  %-*s  %s (%d)\n", width, s.Rule, s.Setting, s.Status)
	}
	if n := r.LeftKeys.Expiring; n > 0 {
		fmt.Fprintf(b, "\nleft to expire: %s that can spend nothing\n", Plural(n, "key"))
	}
	if n := r.LeftKeys.Ignored; n > 0 {
		fmt.Fprintf(b, "\nleft on the target: %s that may spend or stay; mockgates cleanup deletes those of a ledger\n", Plural(n, "key"))
	}
	if r.FakeOnly > 0 {
		fmt.Fprintf(b, "\nnot played: %s of the fake itself, its faults, clock and rules\n", Plural(r.FakeOnly, "scenario"))
	}
}
