package scenarios

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mockgates/mockgates/mockserver"
)

// errStopped is what Skip and FailNow panic with, since they must not return.
type errStopped struct{}

// A runner is the testscript.T of one scenario. testscript calls it from one
// goroutine.
type runner struct {
	failed  bool
	skipped bool
	why     string          // of Skip or Fatal
	log     strings.Builder // what testscript has to say
}

func (r *runner) Parallel()                          {} // Run plays in parallel
func (r *runner) Verbose() bool                      { return false }
func (r *runner) Log(args ...any)                    { r.log.WriteString(fmt.Sprint(args...)) }
func (r *runner) FailNow()                           { r.failed = true; panic(errStopped{}) }
func (r *runner) Skip(args ...any)                   { r.skipped, r.why = true, fmt.Sprint(args...); panic(errStopped{}) }
func (r *runner) Fatal(args ...any)                  { r.why = fmt.Sprint(args...); r.FailNow() }
func (r *runner) Run(_ string, f func(testscript.T)) { r.protect(func() { f(r) }) }

// protect calls f, and returns when f has ended or has called Skip or FailNow.
func (r *runner) protect(f func()) {
	defer func() {
		if e := recover(); e != nil && e != (errStopped{}) {
			panic(e)
		}
	}()
	f()
}

// play plays one scenario from start to end, cleanup included.
func (t *target) play(ctx context.Context, s *script, world string) Scenario {
	out := Scenario{Name: s.name, File: s.file, Verdict: Passed}
	if t.fake != nil {
		out.World = world
	}
	if why := s.unfit(t); why != "" {
		out.Verdict, out.Why = Skipped, why
		return out
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ses := t.newSession(ctx, world, s)
	r := &runner{}
	if err := t.testscript(r, ses); err != nil {
		return out.failing(Failure{Text: err.Error()})
	}
	out.Exchanges = ses.exchanges
	out.Rules = ses.rulesSeen()
	switch {
	case r.failed:
		out = out.failing(ses.locate(r))
	case r.skipped:
		out.Verdict, out.Why = Skipped, r.why
	default:
		ses.settle()
		ses.claims(out.Rules)
	}
	for _, f := range ses.late {
		if f.Line > 0 {
			f.Source, f.Phase = s.source(f.Line), s.phase(f.Line)
		}
		out = out.failing(f)
	}
	return out
}

func (s Scenario) failing(f Failure) Scenario {
	s.Verdict, s.Why, s.Failures = Failed, "", append(s.Failures, f)
	return s
}

// testscript plays the session's script.
func (t *target) testscript(r *runner, s *session) error {
	dir, err := os.MkdirTemp("", "mockgates-")
	if err != nil {
		return fmt.Errorf("no place to play: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, s.script.name+".txtar")
	if err := os.WriteFile(file, s.script.data, 0o600); err != nil {
		return fmt.Errorf("no place to play: %w", err)
	}
	r.protect(func() {
		testscript.RunT(r, testscript.Params{
			Files:     []string{file},
			Cmds:      Commands(),
			Condition: t.Condition,
			Setup: func(e *testscript.Env) error {
				s.enter(e)
				e.Defer(s.end)
				return nil
			},
		})
	})
	return nil
}

// verdictLine matches the line with which testscript's log says what failed.
var verdictLine = regexp.MustCompile(`(?m)^FAIL: .*\.txtar:(\d+): `)

// locate says why and where the script failed: in the words of the command, if
// it is one of ours, or else in those of testscript's log.
func (s *session) locate(r *runner) Failure {
	log := r.log.String()
	at := verdictLine.FindAllStringSubmatchIndex(log, -1)
	if len(at) == 0 {
		return Failure{Text: strings.TrimSpace(r.why + "\n" + log)}
	}
	last := at[len(at)-1]
	line, _ := strconv.Atoi(log[last[2]:last[3]]) // digits, by the expression
	f := Failure{}
	if s.failure != nil {
		f = *s.failure
	} else {
		f.Text, f.Detail, _ = strings.Cut(strings.TrimSpace(log[last[1]:]), "\n")
		f.Detail = strings.TrimSpace(printed(log[:last[0]]) + "\n" + f.Detail)
	}
	f.Line, f.Source, f.Phase = line, s.script.source(line), s.script.phase(line)
	return f
}

// printed is what the last command of a log wrote, such as a diff.
func printed(log string) string {
	i := strings.LastIndex(log, "\n> ")
	if i < 0 {
		return ""
	}
	_, after, _ := strings.Cut(log[i+1:], "\n")
	return strings.TrimSpace(after)
}

// rulesSeen are the rules that answers named, sorted, each once.
func (s *session) rulesSeen() []string {
	var seen []string
	for _, x := range s.exchanges {
		seen = append(seen, x.Rules...)
	}
	slices.Sort(seen)
	return slices.Compact(seen)
}

// tacit are the rules that no answer names: one says what comes first, and the
// other is what the fake has no reason to do. A claim to hold one is taken on
// trust.
var tacit = []string{"auth.before-body", "server.error"}

// claims fails the scenario for each rule that it claims to hold and has not
// met. It has nothing to say of a live target, which names no rules.
func (s *session) claims(seen []string) {
	if s.fake == nil {
		return
	}
	for _, rule := range s.script.rules {
		if !slices.Contains(seen, rule) && !slices.Contains(tacit, rule) {
			s.fail(s.script.claim, &Failure{
				Text: "no answer named a rule that the scenario claims to hold", Want: rule, Got: orNone(seen),
			})
		}
	}
}

// RuleIndex says which built-in scenarios hold each rule of the fake, by the
// claims that they make and that playing them proves.
func RuleIndex() map[string][]string {
	index := map[string][]string{}
	for _, r := range mockserver.Rules() {
		index[r.ID] = nil
	}
	scripts, _ := readBuiltins() // a test reads every one
	for _, s := range scripts {
		for _, rule := range s.rules {
			index[rule] = append(index[rule], s.name)
		}
	}
	return index
}
