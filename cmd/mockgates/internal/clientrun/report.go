package clientrun

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/internal/shell"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/everyfault"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A Report is the result of the runs of a [Runner].
type Report struct {
	command     []string // without secrets
	hidden      bool     // the command that ran had some
	secrets     Secrets
	options     everyfault.Options
	clean       everyfault.Observed
	cleanCalls  []everyfault.Call
	runs        []faultRun // in the order of the plan
	leftOut     int        // faults beyond --max-runs
	notRun      int        // faults that were not tried because of an interrupt
	unfired     []string   // faults of --fault that never fired
	interrupted bool
	saved       map[int]string // file that replays a run, by its index
}

// checkClean returns an error if the clean run cannot be compared with others. If it
// failed, it prints its output.
func (r *Report) checkClean(ctx context.Context, stderr io.Writer, limit time.Duration, output string) error {
	switch {
	case ctx.Err() != nil:
		return exit.Failf(exit.Inconclusive, "interrupted in the clean run")
	case r.clean.Ending == everyfault.TimedOut:
		_, _ = io.WriteString(stderr, output)
		return exit.Failf(exit.Inconclusive, "the clean run did not end within %v; want a command that does, or a longer --time-limit", limit)
	case r.clean.Ending == everyfault.Failed:
		_, _ = io.WriteString(stderr, output)
		return exit.Failf(exit.Inconclusive, "the clean run failed (%s); want a command that succeeds without faults", r.clean.Reason)
	case r.clean.Evicted > 0:
		return exit.Failf(exit.Inconclusive, "the clean run made more calls than the journal holds; want a shorter command")
	case len(r.cleanCalls) == 0:
		return &exit.Failure{Code: exit.NothingTested, Err: errors.New("the clean run made no call that a fault can act on"), Hint: NoCallHint}
	}
	return nil
}

// results returns the judgements of the runs.
func (r *Report) results() []everyfault.Result {
	var list []everyfault.Result
	for _, run := range r.runs {
		list = append(list, run.Result)
	}
	return list
}

// ExitCode returns the code to exit with. With failOnViolation a rule that the client
// broke in the clean run is a failure too.
func (r *Report) ExitCode(failOnViolation bool) int {
	has := func(v everyfault.Verdict) bool {
		return slices.ContainsFunc(r.runs, func(run faultRun) bool { return run.Verdict == v })
	}
	violations := r.violations()
	switch {
	case has(everyfault.NotSurvived), failOnViolation && len(violations) > 0, slices.ContainsFunc(violations, leaks):
		return exit.Failed
	case r.interrupted || has(everyfault.NotReached):
		return exit.Inconclusive
	case len(r.runs) == 0:
		return exit.NothingTested
	case len(r.unfired) > 0:
		return exit.Unfired
	}
	return exit.OK
}

// violations returns the rules that the client broke in the clean run.
func (r *Report) violations() []mockserver.Violation {
	var list []mockserver.Violation
	for _, e := range r.clean.Journal {
		list = append(list, e.Violations...)
	}
	return list
}

// leaks reports whether a violation is a secret in a URL, which always fails.
func leaks(v mockserver.Violation) bool { return v.Kind == mockserver.ViolationSecretInURL }

// line returns the command line that repeats a run.
func (r *Report) line(run faultRun) string { return execLine(run.Point.Faults(), r.command) }

// execLine returns the command line that runs a command once with faults.
func execLine(faults []fault.Fault, command []string) string {
	args := []string{"mockgates", "exec"}
	for _, f := range faults {
		args = append(args, "--fault", f.String())
	}
	return shell.Join(append(append(args, "--"), command...))
}

// WriteText prints the report for people. Equal reports give equal bytes.
func (r *Report) WriteText(w io.Writer, verbose bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "clean run: %s; %s\n", countThings(len(r.cleanCalls), "call"), countThings(len(r.clean.After), "key")+" at the end")
	if verbose {
		for _, c := range r.cleanCalls {
			fmt.Fprintf(&b, "      %s\n", c)
		}
	}
	for _, v := range r.violations() {
		fmt.Fprintf(&b, "violation in the clean run: %s in request %d: %s\n", v.Kind, v.Request, printable.Line(v.Message))
	}
	fmt.Fprintf(&b, "Retry-After of a 429 is %v, or a date %v ahead; --retry-after sets it\n\n",
		r.options.RetryAfter, max(r.options.RetryAfter, time.Second))
	for i, run := range r.runs {
		r.writeRun(&b, i, run, verbose)
	}
	if r.leftOut > 0 {
		fmt.Fprintf(&b, "left out: %s beyond --max-runs\n", countThings(r.leftOut, "fault"))
	}
	if r.interrupted {
		fmt.Fprintf(&b, "interrupted: %s not tried\n", countThings(r.notRun, "fault"))
	}
	for _, f := range r.unfired {
		fmt.Fprintf(&b, "the fault %q never fired\n", f)
	}
	fmt.Fprintf(&b, "%s\n", everyfault.Summary(r.results()))
	_, err := io.WriteString(w, b.String())
	return err
}

// marks are the beginnings of the lines of runs.
var marks = map[everyfault.Verdict]string{
	everyfault.Survived: "ok  ", everyfault.FailedCleanly: "ok  ", everyfault.NotSurvived: "FAIL", everyfault.NotReached: "skip",
}

// writeRun prints a run. One that survived is printed only if verbose.
func (r *Report) writeRun(b *strings.Builder, i int, run faultRun, verbose bool) {
	unremarkable := run.Verdict == everyfault.Survived || run.Verdict == everyfault.FailedCleanly
	if unremarkable && len(run.Problems) == 0 && !verbose {
		return
	}
	note := ""
	if run.Verdict != everyfault.NotSurvived {
		note = "  " + string(run.Verdict)
	}
	fmt.Fprintf(b, "%s  %s%s\n", marks[run.Verdict], printable.Line(run.Point.String()), note)
	for _, p := range run.Problems {
		allowed := ""
		if p.Allowed {
			allowed = " (allowed)"
		}
		fmt.Fprintf(b, "      %s: %s%s\n", p.Kind, printable.Line(p.Text), allowed)
	}
	if unremarkable {
		return
	}
	fmt.Fprintf(b, "      %s\n", printable.Line(r.line(run)))
	if file := r.saved[i]; file != "" {
		fmt.Fprintf(b, "      saved in %s\n", file)
	}
	if verbose && run.output != "" {
		for line := range strings.Lines(run.output) {
			fmt.Fprintf(b, "      | %s\n", printable.Line(strings.TrimRight(line, "\r\n")))
		}
	}
	b.WriteString("\n")
}

// countThings returns "1 call" or "2 calls".
func countThings(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Record returns the report in the form of check, with a scenario for each run. It sets
// the ID and the mode of run. failOnViolation is that of ExitCode.
func (r *Report) Record(run report.Run, failOnViolation bool) report.Report {
	run.ID, run.Mode = "every-fault", report.ModeFake
	out := report.New(run, report.Coverage{})
	clean := report.Scenario{Name: "clean", World: cleanWorld, Verdict: report.Passed, Exchanges: exchangesOf(r.clean.Journal)}
	addViolations(&clean, r.clean.Journal, r.violations(), func(v mockserver.Violation) bool { return failOnViolation || leaks(v) })
	list := []report.Scenario{clean}
	for _, run := range r.runs {
		list = append(list, r.scenario(run))
	}
	add(&out, r.secrets, list, r.unfired)
	if r.interrupted {
		out.AddProblem(report.Problem{Exit: report.ExitInconclusive, Text: fmt.Sprintf("interrupted: %s not tried", countThings(r.notRun, "fault"))})
	}
	return out
}

// scenario returns a run as a scenario that is named after its faults.
func (r *Report) scenario(run faultRun) report.Scenario {
	s := report.Scenario{Name: run.Point.String(), World: run.world, Verdict: report.Passed, Exchanges: exchangesOf(run.Run.Journal)}
	for _, p := range run.Problems {
		if p.Allowed {
			s.Notes = append(s.Notes, fmt.Sprintf("%s: %s (allowed)", p.Kind, p.Text))
			continue
		}
		s.Failures = append(s.Failures, report.Failure{Text: fmt.Sprintf("%s: %s", p.Kind, p.Text), Detail: r.line(run)})
	}
	if run.Verdict == everyfault.NotReached {
		s.Failures = append(s.Failures, report.Failure{Text: "the client made other calls than in the clean run: the fault was never reached", Inconclusive: true})
	}
	switch {
	case len(s.Failures) > 0:
		s.Verdict = report.Failed
		if text, err := r.scenarioAnywhere(run); err == nil { // otherwise the detail says how to run it
			s.Text = text
		}
	case run.Verdict == everyfault.FailedCleanly:
		s.Notes = append(s.Notes, "failed cleanly: "+run.Run.Reason)
	}
	return s
}
