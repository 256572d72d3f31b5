package mocktest

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/everyfault"
	"github.com/mockgates/mockgates/mockserver/fault"
)

// EveryFaultOptions are the options of EveryFault. The zero value plans every fault
// and runs the client over loopback.
type EveryFaultOptions struct {
	everyfault.Options
	Config mockserver.Config // of the fake of each run

	// Bubble runs the client in a testing/synctest bubble, where waits take no time.
	// The client must send its requests with Env.Client, which needs no socket.
	Bubble bool

	// TimeLimit is how long a run may take, on the clock of the bubble if there is
	// one; 0 means 30s. Env.Context is done after it. A client that ignores the
	// context is not stopped.
	TimeLimit time.Duration
}

// An Env is what the client under test may use in one run of EveryFault.
type Env struct {
	*Fake
	Context context.Context // done at the time limit
}

// EveryFault runs a client once clean, and then once for each call that it made and
// each fault that can happen to it, in parallel subtests that are named after their
// faults. Each run has a fake of its own. A subtest fails if the client does not
// survive its fault, as package everyfault judges.
//
// The function returns the error of the client, nil for success. It must not fail
// the test because of that: to fail cleanly is right after many faults. The faults
// are those of one run each; the waits that a 429 asks for are those of
// everyfault.Options.RetryAfter.
func EveryFault(t *testing.T, o EveryFaultOptions, run func(t *testing.T, env Env) error) {
	t.Helper()
	o.Options = o.WithDefaults()
	if o.TimeLimit == 0 {
		o.TimeLimit = 30 * time.Second
	}
	if err := o.Validate(); err != nil {
		t.Fatalf("mocktest: %v", err)
	}
	var clean everyfault.Observed
	t.Run("clean", func(t *testing.T) { clean = o.observe(t, nil, run) })
	calls := everyfault.Calls(clean.Journal)
	switch {
	case t.Failed():
		return
	case clean.Ending != everyfault.Succeeded:
		t.Fatalf("mocktest: the clean run failed (%s); want a client that succeeds without faults", clean.Reason)
	case len(calls) == 0:
		t.Fatal("mocktest: the clean run made no call that a fault can act on")
	case clean.Evicted > 0:
		t.Fatal("mocktest: the clean run made more calls than the journal holds; want Config.Journal to hold them")
	}
	for _, p := range everyfault.Plan(calls, o.Options) {
		t.Run(p.String(), func(t *testing.T) {
			t.Parallel()
			result := everyfault.Judge(clean, o.observe(t, p.Faults(), run), p, o.Options)
			report(t, result)
		})
	}
}

// report fails the test for each problem that counts.
func report(t *testing.T, r everyfault.Result) {
	t.Helper()
	for _, problem := range r.Problems {
		if problem.Allowed {
			t.Logf("mocktest: %s: %s (allowed)", problem.Kind, problem.Text)
			continue
		}
		t.Errorf("mocktest: %s: %s", problem.Kind, problem.Text)
	}
	switch r.Verdict {
	case everyfault.NotReached:
		t.Errorf("mocktest: the fault never acted: the client made other calls than in the clean run")
	case everyfault.FailedCleanly:
		t.Logf("mocktest: failed cleanly: %s", r.Run.Reason)
	}
}

// observe runs the client once, in a bubble if there is one.
func (o *EveryFaultOptions) observe(t *testing.T, faults []fault.Fault, run func(*testing.T, Env) error) (seen everyfault.Observed) {
	t.Helper()
	if !o.Bubble {
		return o.observeHere(t, faults, run)
	}
	synctest.Test(t, func(t *testing.T) { seen = o.observeHere(t, faults, run) })
	return seen
}

// observeHere runs the client once.
func (o *EveryFaultOptions) observeHere(t *testing.T, faults []fault.Fault, run func(*testing.T, Env) error) everyfault.Observed {
	t.Helper()
	options := []Option{WithConfig(o.Config), AllowViolations(), func(o *options) { o.tolerateUnfired = true }}
	if o.Bubble {
		options = append(options, InProcess())
	}
	fake := New(t, options...)
	before := everyfault.Keys(fake.World)
	ordered := fake.World.RemoveFaults() // those of the point come first
	for _, f := range ordered {
		faults = append(faults, f.Fault)
	}
	own := len(faults) - len(ordered)
	if _, err := fake.World.AddFaults(faults...); err != nil {
		t.Fatalf("mocktest: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), o.TimeLimit)
	defer cancel()
	begun := time.Now()
	err := run(t, Env{Fake: fake, Context: ctx})
	took := time.Since(begun)
	seen := everyfault.Observe(fake.World, before, own)
	switch {
	case took > o.TimeLimit || ctx.Err() != nil:
		seen.Ending, seen.Reason = everyfault.TimedOut, "time limit"
	case err != nil:
		seen.Ending, seen.Reason = everyfault.Failed, err.Error()
	}
	return seen
}
