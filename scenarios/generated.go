package scenarios

import (
	"context"
	"strings"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/scenarios/internal/failure"
	"github.com/mockgates/mockgates/scenarios/internal/generated"
	"github.com/mockgates/mockgates/scenarios/internal/target"
	"github.com/mockgates/mockgates/scenarios/internal/wire"
	"github.com/mockgates/mockgates/scenarios/report"
)

// The values of Options.Generate.
const (
	GenerateOn  = "on"
	GenerateOff = "off"
)

// generates reports whether a run plays generated cases.
func (o Options) generates() bool {
	return o.Generate == GenerateOn || o.Generate == "" && len(o.Files) == 0
}

// generatedCases returns the generated cases that the options ask for, in the order
// of the contract.
func (r *run) generatedCases(matches func(name string) bool) []*generated.Cases {
	if !r.generates() {
		return nil
	}
	options := contract.MatrixOptions{Companions: r.companions(), Family: !r.live() && r.companions(), Seed: r.Seed}
	var list []*generated.Cases
	for _, op := range r.validator.Operations() {
		g := &generated.Cases{Operation: op.ID, Most: -1}
		if !matches(g.Name()) {
			continue // do not make cases that are not played
		}
		options.Operation = op.ID
		if g.Cases = r.validator.Matrix(options); len(g.Cases) > 0 {
			list = append(list, g)
		}
	}
	if r.MaxRequests > 0 {
		generated.Share(list, r.MaxRequests)
	}
	return list
}

// playGenerated plays the generated cases of an operation like a scenario.
func (r *run) playGenerated(ctx context.Context, g *generated.Cases, world string) (out report.Scenario) {
	out = report.Scenario{Name: g.Name(), File: g.Name(), Verdict: report.Passed}
	started := time.Now()
	defer func() { out.Duration = time.Since(started) }()
	if !r.live() {
		out.World = world
	}
	client, err := r.target.NewClient(world)
	if err != nil {
		return failure.Add(out, report.Failure{Text: err.Error()})
	}
	found := g.Play(ctx, r.generatedTarget(ctx, client), r.Save)
	out.Exchanges, out.Rules, out.Notes = client.Exchanges, client.Rules(), found.Notes
	for _, f := range found.Failures {
		out = failure.Add(out, f)
	}
	if len(client.Exchanges) == 0 && out.Verdict == report.Passed {
		out.Verdict, out.Reason = report.Skipped, "no case was sent: "+strings.Join(out.Notes, "; ")
	}
	return failure.Interrupted(ctx, out)
}

// generatedTarget returns the target that plays generated cases with a client.
func (r *run) generatedTarget(ctx context.Context, c *target.Client) generated.Target {
	return generated.Target{
		Contract: r.validator.Contract, Live: r.live(), Companions: r.companions(), Run: r.target.Run, ManagementKey: c.ManagementKey(),
		KeyLimit: r.target.LimitOfKeys(), KeyExpiry: r.LiveExpiry, Schemes: wire.Schemes, Now: c.Now, Hide: r.target.Secrets.Hide,
		Send: func(q generated.Request) (generated.Answer, *report.Failure) { return sendGenerated(ctx, c, q) },
		MayBeSent: func(q generated.Request) (string, bool) {
			reason := c.BeyondBounds(generatedCall(q))
			return reason, reason == ""
		},
	}
}

// generatedCall turns a generated request into a call.
func generatedCall(q generated.Request) target.Call {
	return target.Call{
		Method: q.Method, Path: q.Path, Token: q.Token, Body: q.Body, Expectations: target.Expectations{Header: q.Header, Invalid: q.Invalid},
		CaseID: q.CaseID, Credential: q.Credential, Judge: q.Judge,
	}
}

// sendGenerated sends a request, and judges the response like one to a script.
func sendGenerated(ctx context.Context, c *target.Client, q generated.Request) (generated.Answer, *report.Failure) {
	call := generatedCall(q)
	done, err := c.Send(ctx, call)
	if err != nil { // the request cannot be built; no case is like that
		done = &target.Completed{Call: call, Broken: err}
	}
	c.NoteCode(done)
	answer := generated.Answer{Exchange: done.Exchange, Broken: done.Broken != nil}
	if err := c.Check(ctx, done); err != nil {
		f := failure.Of(err)
		f.Exchange = done.Number
		return answer, f
	}
	return answer, nil
}
