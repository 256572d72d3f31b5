package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/internal/printable"
)

// WriteText prints the report for people: a line for each scenario, every
// failure in full, the documented responses that were reached, and the verdict.
// Equal reports give equal bytes. With color it marks verdicts by ANSI colours.
func (r Report) WriteText(w io.Writer, color bool) error {
	var b strings.Builder
	paint := painter(color)
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "%s %s\n", paint(red, "error:"), printable.Text(p.String()))
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
			fmt.Fprintf(&b, "\n%s %s: %s\n", paint(yellow, "note:"), s.Name, printable.Line(note))
		}
	}
	for _, d := range r.Diagnoses() {
		b.WriteString("\n")
		d.Failure.write(&b, paint, d.Scenario)
		r.writeEvidence(&b, d)
	}
	if len(r.Scenarios) > 0 {
		writeResponses(&b, "documented", r.Documented, true)
		writeFeatures(&b, "documented", r.featuresOf(false), false)
		writeResponses(&b, "companion", r.Companions, false)
		if slices.ContainsFunc(r.Companions, ResponseCoverage.Reached) {
			writeFeatures(&b, "companion", r.featuresOf(true), false)
		}
	}
	r.writeSettled(&b)
	r.writeReasons(&b)
	fmt.Fprintf(&b, "\n%s\n", r.verdict(paint))
	_, err := io.WriteString(w, b.String())
	return err
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
		fmt.Fprintf(b, "%s  %-*s  %s\n", paint(yellow, "skip"), width, s.Name, printable.Line(s.Reason))
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
	fmt.Fprintf(b, "%s %s\n", paint(red, label), text)
	place := s.File
	if f.Line > 0 {
		place = fmt.Sprintf("%s:%d", s.File, f.Line)
	}
	fmt.Fprintf(b, "  --> %s\n", place)
	margin := strings.Repeat(" ", len(fmt.Sprint(f.Line)))
	if f.Source != "" {
		fmt.Fprintf(b, " %s |\n", margin)
		if f.Phase != "" {
			fmt.Fprintf(b, " %s | # %s\n", margin, f.Phase)
		}
		fmt.Fprintf(b, " %d | %s\n", f.Line, f.Source)
	}
	rest := f
	rest.Text, rest.Detail = "", strings.TrimSpace(more+"\n"+f.Detail)
	for line := range strings.Lines(strings.TrimPrefix(rest.String(), "\n")) {
		fmt.Fprintf(b, " %s | %s\n", margin, strings.TrimRight(line, "\n"))
	}
}

// verdict returns the last line of the report.
func (r Report) verdict(paint func(string, string) string) string {
	color := red
	switch r.ExitCode() {
	case ExitConforms:
		color = green
	case ExitInconclusive:
		color = yellow
	}
	return paint(color, r.Outcome()) + " (" + r.Summary() + ")"
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
		fmt.Fprintf(b, "\nleft to expire: %s that can spend nothing and expire by themselves\n", Plural(n, "key"))
	}
	if n := r.LeftKeys.Ignored; n > 0 {
		fmt.Fprintf(b, "\nleft on the target: %s that may spend or stay; mockgates cleanup deletes those of a ledger\n", Plural(n, "key"))
	}
	if r.FakeOnly > 0 {
		fmt.Fprintf(b, "\nnot played: %s of the fake itself, its faults, clock and rules\n", Plural(r.FakeOnly, "scenario"))
	}
}
