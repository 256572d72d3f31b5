package scenarios

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mockgates/mockgates/scenarios/internal/envelope"
	"github.com/mockgates/mockgates/scenarios/keyledger"
	"github.com/mockgates/mockgates/scenarios/report"
)

// The values of Options.Leftovers.
const (
	LeftoversFail   = "fail"
	LeftoversIgnore = "ignore"
)

const (
	cleanupTimeout = time.Minute // after an interrupt
	maxNamed       = 20          // leftovers that a report names
)

// newBounds returns the bounds of a scenario on a live target, nil for a fake.
func (t *target) newBounds() *envelope.Bounds {
	if !t.live() {
		return nil
	}
	all, err := validatorAll()
	if err != nil {
		return nil // open has reported it
	}
	return &envelope.Bounds{
		Base: t.base, Run: t.run, Limit: *t.LiveLimit, Expiry: t.LiveExpiry, Companions: t.companions(), Contract: all.Contract,
	}
}

// keyLimit returns the limit of the keys that scenarios create, in USD: as much
// as the options allow, and at most 10.
func (t *target) keyLimit() float64 {
	switch {
	case !t.live():
		return 10
	case t.LiveLimit == nil:
		return 0
	}
	return min(10, *t.LiveLimit)
}

// guarded returns a call as the envelope of a live target sees it.
func (c call) guarded() envelope.Request {
	return envelope.Request{Method: c.method, Path: c.path, Query: c.query, Header: c.expectations.header, Body: c.body, Invalid: c.invalid}
}

// checkBounds refuses a call that must not reach a live target.
func (s *session) checkBounds(c call) error {
	if s.bounds == nil {
		return nil
	}
	err := s.bounds.Check(c.guarded())
	if e, ok := errors.AsType[*envelope.Refusal](err); ok {
		return &fatalError{Failure: report.Failure{Text: e.Text, Want: e.Want, Got: e.Got}}
	}
	return err
}

// noteCode remembers a code that was created with bounds.
func (s *session) noteCode(done *completedCall) {
	if s.bounds != nil {
		s.bounds.NoteCode(done.guarded(), done.Status, done.ResponseBody)
	}
}

// answer returns a completed call as the envelope of a live target sees it.
func (s *session) answer(done *completedCall) envelope.Answer {
	return envelope.Answer{
		Status: done.Status, Body: done.ResponseBody, Broken: done.broken != nil,
		Management: done.token == s.managementKey() && done.scheme == "",
	}
}

// settle notes how a call to a live target ended.
func (s *session) settle(e keyledger.Entry, done *completedCall) error {
	if s.account == nil {
		return nil
	}
	return s.account.Settle(e, done.guarded(), s.answer(done))
}

// cleaner returns what deletes keys of the run.
func (s *session) cleaner() *envelope.Cleaner {
	return &envelope.Cleaner{Ledger: s.account.Ledger, Send: func(method, path, query string) *envelope.Answer {
		done, err := s.send(s.ctx, call{method: method, path: path, query: query, token: s.managementKey()})
		if err != nil {
			return nil
		}
		answer := s.answer(done)
		return &answer
	}}
}

// cleanUp deletes the keys of the run that are left on a live target, if it
// offers that, and adds to the report what is left after it. After an interrupt of the
// run it still gets cleanupTimeout.
func (t *target) cleanUp(ctx context.Context, found *report.Report) {
	if t.account == nil {
		return
	}
	if t.companions() {
		interrupted := ctx.Err() != nil
		ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		if interrupted {
			ctx, cancel = context.WithTimeout(ctx, cleanupTimeout)
		}
		defer cancel()
		if ses, err := t.newSession(ctx, "cleanup", nil); err == nil { // only a fake can fail
			ses.cleaner().DeleteAll(t.account.Ledger.Left(t.account.Target))
		}
	}
	t.reportLeft(found)
}

// reportLeft adds the keys that are left on the target. Those that can spend
// nothing and expire soon are only counted, unless the target offers to delete keys
// and has not deleted them. In a run without any bound all of them are only counted,
// since its target costs nothing.
func (t *target) reportLeft(found *report.Report) {
	within := t.LiveExpiry
	if within < 0 {
		within = defaultLiveExpiry
	}
	var leftovers []string
	for _, e := range t.account.Ledger.Left(t.account.Target) {
		kept := e.State == keyledger.Made && e.Hash != "" && t.companions()
		switch {
		case e.Run != t.run:
		case !kept && e.Ends(within):
			found.LeftKeys.Expiring++
		default:
			leftovers = append(leftovers, t.secrets.Hide(e.String()))
		}
	}
	if t.Leftovers == LeftoversIgnore || !envelope.Bounded(*t.LiveLimit, t.LiveExpiry) {
		found.LeftKeys.Ignored = len(leftovers)
		return
	}
	for _, text := range leftovers[:min(len(leftovers), maxNamed)] {
		found.AddProblem(report.Problem{Exit: report.ExitLeftovers, Text: "left on the target: " + text})
	}
	if more := len(leftovers) - maxNamed; more > 0 {
		found.AddProblem(report.Problem{Exit: report.ExitLeftovers, Text: fmt.Sprintf("left on the target: %s more", report.Plural(more, "further key"))})
	}
}

// CleanUp deletes the keys that a ledger lists for the target of the options, and
// no others, and returns those that may be left. A key whose hash is not in the ledger
// is deleted if its name is the noted one and contains the id of the run. An error is
// about the options, or is that of ctx.
func CleanUp(ctx context.Context, o Options, ledger *keyledger.Ledger) ([]keyledger.Entry, error) {
	o.Companions = true
	o, _, err := o.complete()
	if err != nil {
		return nil, err
	}
	t, err := o.open()
	if err != nil {
		return nil, err
	}
	defer t.close()
	if t.account == nil {
		return nil, fmt.Errorf("a cleanup needs a target")
	}
	t.account.Ledger = ledger
	ses, err := t.newSession(ctx, "cleanup", nil)
	if err != nil {
		return nil, err
	}
	ses.cleaner().DeleteAll(ledger.Left(t.account.Target))
	return ledger.Left(t.account.Target), context.Cause(ctx)
}
