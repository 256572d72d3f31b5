package scenarios

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/internal/script"
	"github.com/mockgates/mockgates/scenarios/internal/session"
	"github.com/mockgates/mockgates/scenarios/internal/target"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A run plays scenarios on an open target.
type run struct {
	Options
	target    *target.Target
	validator validator
	tally     *tally
}

// open makes the target of the options ready. Options must be complete.
func (o Options) open() (*run, error) {
	v, err := o.findValidator()
	if err != nil {
		return nil, err
	}
	r := &run{Options: o, validator: v, tally: &tally{tell: o.Progress}}
	c := target.Config{
		Contract: v.Contract, Companions: o.companions(), Seed: o.Seed, Timeout: o.Timeout, Interval: o.interval(), Sleep: o.sleep,
		Recorded: func() { r.tally.change(func(p *Progress) { p.Exchanges++ }) }, Sabotage: o.sabotage,
		FakeConfig: o.fakeConfig(), Wrap: o.Handler,
		URL: o.Target, ManagementKey: o.ManagementKey, RunID: o.runID, KeyLimit: *o.LiveLimit, KeyExpiry: o.LiveExpiry, Ledger: o.Ledger,
	}
	if o.live() {
		all, err := validatorAll()
		if err != nil {
			return nil, err
		}
		c.All = all.Contract
	}
	r.target, err = target.Open(c)
	return r, err
}

// fakeConfig returns the configuration of a fake of these options.
func (o Options) fakeConfig() mockserver.Config {
	return mockserver.Config{Seed: o.Seed, Clock: o.Clock, DocumentedOnly: o.DocumentedOnly, Rules: o.Rules}
}

// scripts returns what the scripts of the run are played against.
func (r *run) scripts() session.Config {
	return session.Config{Target: r.target, Offer: r.offer(), Set: r.Set}
}

// play plays one scenario from start to end, cleanup included.
func (r *run) play(ctx context.Context, s *script.Script, world string) report.Scenario {
	return r.scripts().Play(ctx, s, world)
}

// offer returns what scripts must know about the target.
func (o Options) offer() script.Target {
	return script.Target{
		Live: o.live(), Companions: o.companions(), Condition: o.Condition,
		FakeOnly: session.FakeOnly, IsCompanion: isCompanion, OpenQuestion: openQuestion,
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

// A validator is a contract and its self-test.
type validator struct {
	*contract.Contract
	selfTest func() error
}

// Validators never change, and take a second to compile and test themselves, so
// all runs of a process share them.
var (
	validatorAll        = newValidator(contract.All)
	validatorDocumented = newValidator(contract.Documented)
)

// newValidator returns a function that compiles a validator when it is first
// called. The self-test runs at most once.
func newValidator(scope contract.Scope) func() (validator, error) {
	return sync.OnceValues(func() (validator, error) {
		c, err := contract.New(scope)
		if err != nil {
			return validator{}, err
		}
		return validator{c, sync.OnceValue(c.SelfTest)}, nil
	})
}

// findValidator returns the validator for what the target offers.
func (o Options) findValidator() (validator, error) {
	switch {
	case o.validator != nil:
		return o.validator()
	case o.companions():
		return validatorAll()
	}
	return validatorDocumented()
}
