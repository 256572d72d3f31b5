package scenarios

import (
	"context"
	"fmt"
	"time"

	"github.com/mockgates/mockgates/scenarios/internal/envelope"
	"github.com/mockgates/mockgates/scenarios/internal/target"
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

// cleaner returns what deletes keys of the run.
func cleaner(ctx context.Context, c *target.Client) *envelope.Cleaner {
	return &envelope.Cleaner{Ledger: c.Target.Account.Ledger, Send: func(method, path, query string) *envelope.Answer {
		done, err := c.Send(ctx, target.Call{Method: method, Path: path, Query: query, Token: c.ManagementKey()})
		if err != nil {
			return nil
		}
		answer := c.Answer(done)
		return &answer
	}}
}

// cleanUp deletes the keys of the run that are left on a live target, if it
// offers that, and adds to the report what is left after it. After an interrupt of the
// run it still gets cleanupTimeout.
func (r *run) cleanUp(ctx context.Context, found *report.Report) {
	if r.target.Account == nil {
		return
	}
	if r.companions() {
		interrupted := ctx.Err() != nil
		ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		if interrupted {
			ctx, cancel = context.WithTimeout(ctx, cleanupTimeout)
		}
		defer cancel()
		if c, err := r.target.NewClient("cleanup"); err == nil { // only a fake can fail
			cleaner(ctx, c).DeleteAll(r.target.Account.Ledger.Left(r.target.Account.Target))
		}
	}
	r.reportLeft(found)
}

// reportLeft adds the keys that are left on the target. Those that can spend
// nothing and expire soon are only counted, unless the target offers to delete keys
// and has not deleted them. In a run without any bound all of them are only counted,
// since its target costs nothing.
func (r *run) reportLeft(found *report.Report) {
	within := r.LiveExpiry
	if within < 0 {
		within = defaultLiveExpiry
	}
	var leftovers []string
	for _, e := range r.target.Account.Ledger.Left(r.target.Account.Target) {
		kept := e.State == keyledger.Made && e.Hash != "" && r.companions()
		switch {
		case e.Run != r.target.Run:
		case !kept && e.Ends(within):
			found.LeftKeys.Expiring++
		default:
			leftovers = append(leftovers, r.target.Secrets.Hide(e.String()))
		}
	}
	if r.Leftovers == LeftoversIgnore || !envelope.Bounded(*r.LiveLimit, r.LiveExpiry) {
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
	r, err := o.open()
	if err != nil {
		return nil, err
	}
	defer r.target.Close()
	account := r.target.Account
	if account == nil {
		return nil, fmt.Errorf("a cleanup needs a target")
	}
	account.Ledger = ledger
	c, err := r.target.NewClient("cleanup")
	if err != nil {
		return nil, err
	}
	cleaner(ctx, c).DeleteAll(ledger.Left(account.Target))
	return ledger.Left(account.Target), context.Cause(ctx)
}
