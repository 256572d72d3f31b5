package session

import (
	"context"
	"slices"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mockgates/mockgates/scenarios/internal/failure"
	"github.com/mockgates/mockgates/scenarios/internal/script"
	"github.com/mockgates/mockgates/scenarios/report"
)

// Play plays one script from start to end, cleanup included, in the world with the name.
func (c Config) Play(ctx context.Context, s *script.Script, world string) (out report.Scenario) {
	out = report.Scenario{Name: s.Name, File: s.File, Verdict: report.Passed, Covers: covers(s)}
	started := time.Now()
	defer func() {
		out.Duration = time.Since(started)
		if out.Verdict == report.Failed {
			out.Text = s.Text()
		}
	}()
	if !c.Target.Live() {
		out.World = world
	}
	if reason := s.SkipReason(c.Offer); reason != "" {
		out.Verdict, out.Reason = report.Skipped, reason
		return out
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ses, err := c.open(ctx, world, s)
	if err != nil {
		return failure.Add(out, report.Failure{Text: err.Error()})
	}
	run, err := ses.runScript(c.Offer.Condition)
	if err != nil {
		return failure.Add(out, report.Failure{Text: err.Error()})
	}
	out.Exchanges, out.Settled = ses.client.Exchanges, ses.settled
	out.Rules = ses.client.Rules()
	if ses.programs.ran || slices.Contains(runsPrograms, s.CommandAt(ses.line)) {
		ses.failPrograms(ses.line)
	}
	failures := ses.scriptFailures(run)
	for _, f := range failures {
		out = failure.Add(out, f)
	}
	switch {
	case len(failures) > 0:
	case run.Skipped:
		out.Verdict, out.Reason = report.Skipped, run.Reason
	default:
		ses.checkUnfinished()
		ses.checkRules(out.Rules)
	}
	for _, f := range ses.endFailures {
		out = failure.Add(out, withSource(s, f))
	}
	return failure.Interrupted(ctx, out)
}

// withSource returns a failure with the text of its line and phase.
func withSource(s *script.Script, f report.Failure) report.Failure {
	if f.Line > 0 {
		f.Source, f.Phase = s.Source(f.Line), s.Phase(f.Line)
	}
	return f
}

// runScript plays the script of the session.
func (s *session) runScript(condition func(string) (bool, error)) (script.Outcome, error) {
	return s.script.Run(testscript.Params{
		Cmds:      Commands(),
		Condition: condition,
		Setup: func(e *testscript.Env) error {
			s.enter(e)
			e.Defer(s.end)
			return nil
		},
	}, script.Hooks{Line: s.beginLine, Variables: s.checkVariables})
}

// beginLine is called before each line and reports whether to play it. The script
// continues after a line that failed, until a line needs a variable that was not
// captured, or a command failed in a way that ends the script.
func (s *session) beginLine(line int) bool {
	if slices.Contains(runsPrograms, s.script.CommandAt(s.line)) {
		s.failPrograms(s.line)
		s.programs.ran = true
	}
	s.line = line
	s.asked[line] = s.askedExchange()
	for name := range s.uncaptured {
		s.halted = s.halted || s.script.Needs(line, name)
	}
	return !s.halted
}

// checkVariables is called before a command that uses variables. It fails the line
// if one of them is not set.
func (s *session) checkVariables(line int, names []string) (bool, error) {
	for _, name := range names {
		if !s.known[name] {
			err := script.Unset(name, s.known)
			s.fail(err)
			return false, err
		}
	}
	for _, name := range s.script.SetBy(line, script.Language{}) {
		s.known[name] = true // by the command env
	}
	return true, nil
}

// fail notes why the current line failed, and whether the script can continue.
func (s *session) fail(err error) {
	for _, cause := range failure.Causes(err) {
		f := *failure.Of(cause)
		f.Line, f.Exchange = s.line, s.askedExchange()
		s.failed[s.line] = append(s.failed[s.line], f)
		s.halted = s.halted || !failure.Continues(cause)
	}
	if s.script == nil {
		return
	}
	for _, name := range s.script.SetBy(s.line, Language(nil)) {
		s.uncaptured[name] = true
	}
}

// scriptFailures returns the failures of the script, line by line. Commands of this
// package have described theirs; the others have the text of testscript.
func (s *session) scriptFailures(run script.Outcome) []report.Failure {
	var list []report.Failure
	for _, f := range run.Failures() {
		if own := s.failed[f.Line]; len(own) > 0 {
			list = append(list, own...)
			continue
		}
		list = append(list, report.Failure{Line: f.Line, Text: f.Text, Detail: f.Detail, Exchange: s.asked[f.Line]})
	}
	list = append(list, s.programs.failures...)
	slices.SortStableFunc(list, func(a, b report.Failure) int { return a.Line - b.Line })
	for i := range list {
		list[i] = withSource(s.script, list[i])
	}
	return list
}

// asksLastResponse lists the commands whose failures are about the last response.
var asksLastResponse = []string{"await", "capture", "cmp", "jq", "settles", "status", "stdout"}

// askedExchange returns the number of the exchange that the current line is about, from
// 1, and 0 if there is none.
func (s *session) askedExchange() int {
	if s.script == nil {
		return 0
	}
	command := s.script.CommandAt(s.line)
	if command == "" || s.last == nil {
		return 0
	}
	if s.last.Call.Line == s.line || slices.Contains(asksLastResponse, command) {
		return s.last.Number
	}
	return 0
}
