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
	"github.com/mockgates/mockgates/scenarios/internal/failure"
	"github.com/mockgates/mockgates/scenarios/internal/lyingserver"
	"github.com/mockgates/mockgates/scenarios/internal/target"
	"github.com/mockgates/mockgates/scenarios/report"
)

// maxSurvivors is how many lies an error names.
const maxSurvivors = 25

// passedModes holds the modes whose self-test over HTTP has passed in this process. It
// need not be repeated: it tests the same code in every run.
var passedModes sync.Map

// selfTest checks that the code which judges the run notices departures: first the
// validator alone, then everything between the wire and the exit code.
func (r *run) selfTest(ctx context.Context) error {
	if err := r.validator.selfTest(); err != nil {
		return err
	}
	mode := lyingserver.Mode{Live: r.live(), Companions: r.companions()}
	embedded := r.sabotage == nil && r.Options.validator == nil
	if _, passed := passedModes.Load(mode); passed && embedded {
		return nil
	}
	err := r.selfTestOverHTTP(ctx)
	if err == nil && embedded {
		passedModes.Store(mode, true)
	}
	return err
}

// selfTestOverHTTP calls a lying server in the mode of the run, and judges its responses
// like those of the target. The error names each lie that was not reported as a failure.
func (r *run) selfTestOverHTTP(ctx context.Context) error {
	lies, err := r.lies()
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
	for range max(2, r.Parallel) {
		wait.Go(func() {
			for i := range next {
				errs[i] = r.tell(ctx, server, lies[i], i)
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
func (r *run) lies() ([]lyingserver.Lie, error) {
	return lyingserver.Lies(r.validator.Contract, lyingserver.Mode{Live: r.live(), Companions: r.companions()})
}

// callOf returns the call of a lie.
func callOf(from lyingserver.Call) target.Call {
	c := target.Call{Method: from.Method, Path: from.Path, Query: from.Query, MayBeLimited: true}
	c.Expectations = target.Expectations{Header: from.RequestHeader.Clone(), Invalid: from.Invalid, Violation: from.Violation}
	if len(from.RequestBody) > 0 || from.RequestHeader["Content-Type"] != nil {
		c.Body = from.RequestBody
		if c.Body == nil {
			c.Body = []byte{}
		}
	}
	return c
}

// tell plays a lie and returns an error if it is not judged as it must be.
func (r *run) tell(ctx context.Context, server *lyingserver.Server, l lyingserver.Lie, number int) error {
	client := r.lyingClient(server)
	last := len(l.Calls) - 1
	for step, c := range l.Calls {
		client.Target.Base = server.Base(number, step)
		found, err := outcome(ctx, client, callOf(c))
		failed := found != nil
		switch honest := step < last || l.Silent; {
		case err != nil:
			return fmt.Errorf("the lie %q could not be told: %w", l.Name, err)
		case honest && failed:
			return fmt.Errorf("the lie %q: a response that conforms is reported as a failure: %s", l.Name, found.String())
		case !honest && !failed:
			return fmt.Errorf("the lie %q survived", l.Name)
		case !honest && exitCodeOf(*found) != report.ExitFailed:
			return fmt.Errorf("the lie %q ends with exit code %d, want %d", l.Name, exitCodeOf(*found), report.ExitFailed)
		case !honest && !hasFinding(client, l):
			return fmt.Errorf("the lie %q has no finding %s: %s", l.Name, l.Where, l.Kind)
		}
	}
	return nil
}

// lyingClient returns a client with the lying server in place of the target. The code
// that judges the responses is the same.
func (r *run) lyingClient(server *lyingserver.Server) *target.Client {
	return r.target.NewStandIn(server.Root, server.Client, relations.NewSession(r.validator.Contract, relations.Options{
		Companions: r.companions(), Family: !r.live() && r.companions(), ManagementKeys: []string{lies.ManagementKey},
		Injected: func(x contract.Exchange) bool { return target.IsInjected(x.ResponseHeader) },
		Now:      func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) },
	}))
}

// outcome sends and judges a call as a run does. It returns an error if the call cannot
// be made.
func outcome(ctx context.Context, c *target.Client, call target.Call) (*report.Failure, error) {
	done, err := c.Send(ctx, call)
	if err != nil {
		return nil, err
	}
	if cause := context.Cause(ctx); cause != nil {
		return nil, cause
	}
	if err := c.Check(ctx, done); err != nil {
		return failure.Of(err), nil
	}
	return nil, nil
}

// hasFinding reports whether the last exchange has the finding that a lie must have. A lie
// whose response does not arrive has none.
func hasFinding(c *target.Client, l lyingserver.Lie) bool {
	if l.Kind == "" {
		return true
	}
	if len(c.Exchanges) == 0 {
		return false
	}
	last := c.Exchanges[len(c.Exchanges)-1]
	return slices.ContainsFunc(last.Findings, func(f contract.Finding) bool {
		return f.Kind == l.Kind && f.Where == l.Where && !f.Note()
	})
}

// exitCodeOf returns the exit code of a run with one failure.
func exitCodeOf(f report.Failure) int {
	return report.Report{Exchanges: 1, Scenarios: []report.Scenario{failure.Add(report.Scenario{}, f)}}.ExitCode()
}
