package scenarios

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/scenarios/internal/script"
	"github.com/mockgates/mockgates/scenarios/report"
)

// play plays one scenario from start to end, cleanup included.
func (t *target) play(ctx context.Context, s *script.Script, world string) (out report.Scenario) {
	out = report.Scenario{Name: s.Name, File: s.File, Verdict: report.Passed, Covers: covers(s)}
	started := time.Now()
	defer func() {
		out.Duration = time.Since(started)
		if out.Verdict == report.Failed {
			out.Text = s.Text()
		}
	}()
	if t.fake != nil {
		out.World = world
	}
	if reason := s.SkipReason(t.offer()); reason != "" {
		out.Verdict, out.Reason = report.Skipped, reason
		return out
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ses, err := t.newSession(ctx, world, s)
	if err != nil {
		return failing(out, report.Failure{Text: err.Error()})
	}
	run, err := ses.runScript()
	if err != nil {
		return failing(out, report.Failure{Text: err.Error()})
	}
	out.Exchanges, out.Settled = ses.exchanges, ses.settled
	out.Rules = ses.observedRules()
	if ses.programs || slices.Contains(runsPrograms, s.CommandAt(ses.line)) {
		ses.failPrograms(ses.line)
	}
	failures := ses.scriptFailures(run)
	for _, f := range failures {
		out = failing(out, f)
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
		out = failing(out, withSource(s, f))
	}
	return interrupted(ctx, out)
}

// offer returns what scripts must know about the target.
func (t *target) offer() script.Target {
	return script.Target{
		Live: t.live(), Companions: t.companions(), Condition: t.Condition,
		FakeOnly: func(command string) bool { return commands()[command].fakeOnly }, IsCompanion: isCompanion, OpenQuestion: openQuestion,
	}
}

// isCompanion reports whether a method and a path lead to a companion
// operation. A parameter of the path matches any segment, variables included.
func isCompanion(method, path string) bool {
	all, err := validatorAll()
	if err != nil {
		return false // open has reported it
	}
	segments := strings.Split(strings.TrimSuffix(path, "/"), "/")
	return slices.ContainsFunc(all.Operations(), func(op contract.Operation) bool {
		return op.Companion && op.Method == method && slices.EqualFunc(strings.Split(op.Path, "/"), segments, func(want, got string) bool {
			return want == got || strings.HasPrefix(want, "{")
		})
	})
}

// interrupted returns a scenario that did not fail as one that is skipped, if the
// run was interrupted while it was played: its broken calls say nothing.
func interrupted(ctx context.Context, s report.Scenario) report.Scenario {
	fails := func(f report.Failure) bool { return !f.Inconclusive }
	if ctx.Err() != nil && s.Verdict == report.Failed && !slices.ContainsFunc(s.Failures, fails) {
		s.Verdict, s.Reason, s.Failures = report.Skipped, "the run was interrupted while it was played", nil
	}
	return s
}

// failing returns the scenario with one more failure.
func failing(s report.Scenario, f report.Failure) report.Scenario {
	s.Verdict, s.Reason, s.Failures = report.Failed, "", append(s.Failures, f)
	return s
}

// withSource returns a failure with the text of its line and phase.
func withSource(s *script.Script, f report.Failure) report.Failure {
	if f.Line > 0 {
		f.Source, f.Phase = s.Source(f.Line), s.Phase(f.Line)
	}
	return f
}

// runScript plays the script of the session.
func (s *session) runScript() (script.Outcome, error) {
	return s.script.Run(testscript.Params{
		Cmds:      Commands(),
		Condition: s.Condition,
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
		s.programs = true
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
	for _, cause := range causes(err) {
		f := *asFailure(cause)
		f.Line, f.Exchange = s.line, s.askedExchange()
		s.failed[s.line] = append(s.failed[s.line], f)
		s.halted = s.halted || !goesOn(cause)
	}
	if s.script == nil {
		return
	}
	for _, name := range s.script.SetBy(s.line, language(nil)) {
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
	list = append(list, s.programFailures...)
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
	if s.last.line == s.line || slices.Contains(asksLastResponse, command) {
		return s.last.number
	}
	return 0
}
