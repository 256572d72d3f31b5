package scenarios

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mockgates/mockgates/scenarios/report"
)

// play plays one scenario from start to end, cleanup included.
func (t *target) play(ctx context.Context, s *script, world string) (out report.Scenario) {
	out = report.Scenario{Name: s.name, File: s.file, Verdict: report.Passed, Covers: s.covers()}
	started := time.Now()
	defer func() { out.Duration = time.Since(started) }()
	if t.fake != nil {
		out.World = world
	}
	if reason := s.skipReason(t); reason != "" {
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
	case run.failed:
		out = failing(out, ses.scriptFailure(run))
	case run.skipped:
		out.Verdict, out.Reason = report.Skipped, run.reason
	default:
		ses.checkUnfinished()
		ses.checkRules(out.Rules)
	}
	for _, f := range ses.endFailures {
		out = failing(out, s.withSource(f))
	}
	return interrupted(ctx, out)
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
func (s *script) withSource(f report.Failure) report.Failure {
	if f.Line > 0 {
		f.Source, f.Phase = s.source(f.Line), s.phase(f.Line)
	}
	return f
}

// runScript plays the script of the session in a folder of its own.
func (s *session) runScript() (*scriptRun, error) {
	dir, err := os.MkdirTemp("", "mockgates-")
	if err != nil {
		return nil, fmt.Errorf("create a folder for the script: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	run := &scriptRun{file: filepath.Join(dir, s.script.name+".txtar")}
	if err := os.WriteFile(run.file, s.script.marked(), 0o600); err != nil {
		return nil, fmt.Errorf("write the script: %w", err)
	}
	run.protect(func() {
		testscript.RunT(run, testscript.Params{
			Files:     []string{run.file},
			Cmds:      Commands(),
			Condition: s.condition,
			Setup: func(e *testscript.Env) error {
				s.enter(e)
				e.Defer(s.end)
				return nil
			},
		})
	})
	return run, nil
}

// scriptFailure returns why and where the script failed: in the words of the
// command if it is one of ours, and otherwise in those of testscript.
func (s *session) scriptFailure(run *scriptRun) report.Failure {
	f := report.Failure{Line: s.line, Exchange: s.askedExchange()}
	text, detail, ok := parseLog(run.log.String(), run.file, s.line)
	switch {
	case s.failure != nil:
		f.Text, f.Want, f.Got, f.Detail, f.Inconclusive = s.failure.Text, s.failure.Want, s.failure.Got, s.failure.Detail, s.failure.Inconclusive
	case ok:
		f.Text, f.Detail = text, detail
	default:
		f.Text = strings.TrimSpace(run.reason + "\n" + run.log.String())
	}
	return s.script.withSource(f)
}

// asksLastResponse are the commands whose failure is about the last response.
var asksLastResponse = []string{"await", "capture", "cmp", "jq", "settles", "status", "stdout"}

// askedExchange returns the number of the exchange that the line which failed is
// about, from 1. It is 0 if there is none.
func (s *session) askedExchange() int {
	i := slices.IndexFunc(s.script.steps, func(st step) bool { return st.line == s.line })
	if i < 0 || s.last == nil {
		return 0
	}
	if s.last.line == s.line || slices.Contains(asksLastResponse, s.script.steps[i].command()) {
		return s.last.number
	}
	return 0
}

// A scriptRun is the testscript.T of one scenario. testscript calls it from one
// goroutine.
type scriptRun struct {
	file    string // as testscript knows the script
	failed  bool
	skipped bool
	reason  string          // of Skip or Fatal
	log     strings.Builder // of testscript
}

// errStopped is the panic of Skip and FailNow, which must not return.
type errStopped struct{}

func (r *scriptRun) Parallel()                          {} // Run plays scenarios in parallel
func (r *scriptRun) Verbose() bool                      { return false }
func (r *scriptRun) Log(args ...any)                    { r.log.WriteString(fmt.Sprint(args...)) }
func (r *scriptRun) FailNow()                           { r.failed = true; panic(errStopped{}) }
func (r *scriptRun) Run(_ string, f func(testscript.T)) { r.protect(func() { f(r) }) }

func (r *scriptRun) Skip(args ...any) {
	r.skipped, r.reason = true, fmt.Sprint(args...)
	panic(errStopped{})
}

func (r *scriptRun) Fatal(args ...any) {
	r.reason = fmt.Sprint(args...)
	r.FailNow()
}

// protect calls f. It returns when f returns or calls Skip or FailNow.
func (r *scriptRun) protect(f func()) {
	defer func() {
		if e := recover(); e != nil && e != (errStopped{}) {
			panic(e)
		}
	}()
	f()
}
