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
	switch {
	case run.Failed:
		out = failing(out, ses.scriptFailure(run))
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

// offer returns what the target offers to scripts.
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
// run was interrupted while it was played: a call that then broke says nothing.
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
	}, func(line int) { s.line = line })
}

// scriptFailure returns why and where the script failed: in the words of the
// command if it is one of ours, and otherwise in those of testscript.
func (s *session) scriptFailure(run script.Outcome) report.Failure {
	f := report.Failure{Line: s.line, Exchange: s.askedExchange()}
	if s.failure != nil {
		f.Text, f.Want, f.Got, f.Detail, f.Inconclusive = s.failure.Text, s.failure.Want, s.failure.Got, s.failure.Detail, s.failure.Inconclusive
	} else {
		f.Text, f.Detail = run.Failure(s.line)
	}
	return withSource(s.script, f)
}

// asksLastResponse are the commands whose failure is about the last response.
var asksLastResponse = []string{"await", "capture", "cmp", "jq", "settles", "status", "stdout"}

// askedExchange returns the number of the exchange that the line which failed is
// about, from 1. It is 0 if there is none.
func (s *session) askedExchange() int {
	command := s.script.CommandAt(s.line)
	if command == "" || s.last == nil {
		return 0
	}
	if s.last.line == s.line || slices.Contains(asksLastResponse, command) {
		return s.last.number
	}
	return 0
}
