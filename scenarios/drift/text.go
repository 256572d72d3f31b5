package drift

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/scenarios/report"
)

// ExitDrift is the exit code of a difference that nobody accepted.
const ExitDrift = 5

// ExitCode returns the code to exit with: the first of 2, 8, 5, 7 and 3 that applies, or
// 0. A departure of a run from the contract counts as drift, unless it is accepted.
func (r Result) ExitCode() int {
	switch {
	case r.codes[report.ExitUnreadable]:
		return report.ExitUnreadable
	case r.codes[report.ExitNothingTested]:
		return report.ExitNothingTested
	case len(r.Expired) > 0 || slices.ContainsFunc(r.Facts, Fact.drifts):
		return ExitDrift
	case r.codes[report.ExitLeftovers]:
		return report.ExitLeftovers
	case r.codes[report.ExitInconclusive]:
		return report.ExitInconclusive
	}
	return report.ExitConforms
}

// Flags returns the flags that make the fake like the live target, sorted, each
// once.
func (r Result) Flags() []string {
	var flags []string
	for _, f := range r.Facts {
		if f.Flag != "" {
			flags = append(flags, f.Flag)
		}
	}
	slices.Sort(flags)
	return slices.Compact(flags)
}

// WriteText prints each difference, the flags that make the fake like the live
// target, and how many facts have each verdict. Equal results give equal bytes.
func (r Result) WriteText(w io.Writer) error {
	var b strings.Builder
	accepted, count := 0, map[Verdict]int{}
	for _, f := range r.Facts {
		count[f.Verdict]++
		switch {
		case f.Verdict == Agree:
			continue
		case f.Accepted != nil:
			accepted++
			fmt.Fprintf(&b, "accepted: %s\n", f.Name)
			fmt.Fprintf(&b, "  by:   %s\n", f.Accepted)
		default:
			fmt.Fprintf(&b, "%s: %s\n", f.Verdict, f.Name)
		}
		fmt.Fprintf(&b, "  fake: %s\n  live: %s\n", printable.Line(f.Fake), printable.Line(f.Live))
	}
	for _, a := range r.Expired {
		fmt.Fprintf(&b, "expired: %s\n", a)
	}
	for _, a := range r.Unused {
		fmt.Fprintf(&b, "accepts nothing: %s\n", a)
	}
	if flags := r.Flags(); len(flags) > 0 {
		fmt.Fprintf(&b, "\nto make the fake like this target:\n  %s\n", strings.Join(flags, " "))
	}
	b.WriteString("\n")
	for _, v := range verdicts {
		fmt.Fprintf(&b, "%s: %d, ", v, count[v])
	}
	fmt.Fprintf(&b, "accepted: %d, not compared: %d\n%s\n", accepted, r.NotCompared, r.verdict())
	_, err := io.WriteString(printable.Writer(w), b.String())
	return err
}

// verdict returns the last line.
func (r Result) verdict() string {
	switch r.ExitCode() {
	case report.ExitConforms:
		return "no drift"
	case ExitDrift:
		return "drift"
	case report.ExitInconclusive:
		return "inconclusive"
	case report.ExitLeftovers:
		return "leftovers"
	case report.ExitUnreadable:
		return "unreadable"
	}
	return "nothing tested"
}
