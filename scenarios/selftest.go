package scenarios

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/lies"
	"github.com/mockgates/mockgates/contract/relations"
	"github.com/mockgates/mockgates/scenarios/internal/lyingserver"
	"github.com/mockgates/mockgates/scenarios/report"
)

// maxSurvivors is how many lies an error names.
const maxSurvivors = 25

// A sabotage breaks the code that judges exchanges, so that a test can check that the
// self-test notices it.
type sabotage struct {
	check        func(*session, *completedCall) error // in place of checkExchange; nil leaves it
	undocumented func(contract.Finding) bool          // in place of isUndocumented; nil leaves it
}

// passedModes holds the modes whose self-test over HTTP has passed in this process. It
// need not be repeated: it tests the same code in every run.
var passedModes sync.Map

// selfTest checks that the code which judges the run notices departures: first the
// validator alone, then everything between the wire and the exit code.
func (t *target) selfTest(ctx context.Context) error {
	if err := t.validator.selfTest(); err != nil {
		return err
	}
	mode := lyingserver.Mode{Live: t.live(), Companions: t.companions()}
	embedded := t.sabotage == nil && t.Options.validator == nil
	if _, passed := passedModes.Load(mode); passed && embedded {
		return nil
	}
	err := t.selfTestOverHTTP(ctx)
	if err == nil && embedded {
		passedModes.Store(mode, true)
	}
	return err
}

// selfTestOverHTTP calls a lying server in the mode of the run, and judges its responses
// like those of the target. The error names each lie that was not reported as a failure.
func (t *target) selfTestOverHTTP(ctx context.Context) error {
	lies, err := t.lies()
	if err != nil {
		return err
	}
	server, err := lyingserver.Start(lies)
	if err != nil {
		return err
	}
	defer server.Close()
	errs := make([]error, len(lies))
	var wait sync.WaitGroup
	next := make(chan int)
	for range max(2, t.Parallel) {
		wait.Go(func() {
			for i := range next {
				errs[i] = t.tell(ctx, server, lies[i], i)
			}
		})
	}
	for i := range lies {
		next <- i
	}
	close(next)
	wait.Wait()
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	if n := len(errs) - maxSurvivors; n > 0 {
		errs = append(errs[:maxSurvivors], fmt.Errorf("and %d more", n))
	}
	return errors.Join(errs...)
}

// lies returns the lies for the mode of the run.
func (t *target) lies() ([]lyingserver.Lie, error) {
	return lyingserver.Lies(t.validator.Contract, lyingserver.Mode{Live: t.live(), Companions: t.companions()})
}

// callOf returns the call of a lie.
func callOf(from lyingserver.Call) call {
	c := call{method: from.Method, path: from.Path, query: from.Query, mayBeLimited: true}
	c.expectations = expectations{header: from.RequestHeader.Clone(), invalid: from.Invalid, violation: from.Violation}
	if len(from.RequestBody) > 0 || from.RequestHeader["Content-Type"] != nil {
		c.body = from.RequestBody
		if c.body == nil {
			c.body = []byte{}
		}
	}
	return c
}

// tell plays a lie and returns an error if it is not judged as it must be.
func (t *target) tell(ctx context.Context, server *lyingserver.Server, l lyingserver.Lie, number int) error {
	ses := t.lyingSession(ctx, server)
	last := len(l.Calls) - 1
	for step, c := range l.Calls {
		ses.base = server.Base(number, step)
		failure, err := ses.outcome(callOf(c))
		failed := failure != nil
		switch honest := step < last || l.Silent; {
		case err != nil:
			return fmt.Errorf("the lie %q could not be told: %w", l.Name, err)
		case honest && failed:
			return fmt.Errorf("the lie %q: a response that conforms is reported as a failure: %s", l.Name, failure.String())
		case !honest && !failed:
			return fmt.Errorf("the lie %q survived", l.Name)
		case !honest && exitCodeOf(*failure) != report.ExitFailed:
			return fmt.Errorf("the lie %q ends with exit code %d, want %d", l.Name, exitCodeOf(*failure), report.ExitFailed)
		case !honest && !ses.found(l):
			return fmt.Errorf("the lie %q has no finding %s: %s", l.Name, l.Where, l.Kind)
		}
	}
	return nil
}

// lyingSession returns a session with the lying server in place of the target. The code
// that judges the responses is the same.
func (t *target) lyingSession(ctx context.Context, server *lyingserver.Server) *session {
	lying := *t
	lying.root, lying.http, lying.limiter, lying.tally, lying.account = server.Root, server.Client, nil, nil, nil
	ses := &session{target: &lying, ctx: ctx, name: "self-test", vars: map[string]any{}, bounds: lying.newBounds()}
	ses.contract = relations.NewSession(t.validator.Contract, relations.Options{
		Companions: t.companions(), Family: !t.live() && t.companions(), ManagementKeys: []string{lies.ManagementKey},
		Injected: func(x contract.Exchange) bool { return isInjected(x.ResponseHeader) },
		Now:      func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) },
	})
	return ses
}

// outcome sends and judges a call as a run does. It returns an error if the call cannot
// be made.
func (s *session) outcome(c call) (*report.Failure, error) {
	done, err := s.send(s.ctx, c)
	if err != nil {
		return nil, err
	}
	if cause := context.Cause(s.ctx); cause != nil {
		return nil, cause
	}
	if err := s.checkExchange(done); err != nil {
		return asFailure(err), nil
	}
	return nil, nil
}

// found reports whether the last exchange has the finding that a lie must have. A lie
// whose response does not arrive has none.
func (s *session) found(l lyingserver.Lie) bool {
	if l.Kind == "" {
		return true
	}
	if len(s.exchanges) == 0 {
		return false
	}
	last := s.exchanges[len(s.exchanges)-1]
	return slices.ContainsFunc(last.Findings, func(f contract.Finding) bool {
		return f.Kind == l.Kind && f.Where == l.Where && !f.Note()
	})
}

// exitCodeOf returns the exit code of a run with one failure.
func exitCodeOf(f report.Failure) int {
	return report.Report{Exchanges: 1, Scenarios: []report.Scenario{failing(report.Scenario{}, f)}}.ExitCode()
}
