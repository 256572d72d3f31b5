package scenarios

import (
	"context"
	"strings"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/scenarios/internal/generated"
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
func (t *target) generatedCases(matches func(name string) bool) []*generated.Cases {
	if !t.generates() {
		return nil
	}
	options := contract.MatrixOptions{Companions: t.companions(), Family: !t.live() && t.companions(), Seed: t.Seed}
	var list []*generated.Cases
	for _, op := range t.validator.Operations() {
		g := &generated.Cases{Operation: op.ID, Most: -1}
		if !matches(g.Name()) {
			continue // do not make cases that are not played
		}
		options.Operation = op.ID
		if g.Cases = t.validator.Matrix(options); len(g.Cases) > 0 {
			list = append(list, g)
		}
	}
	if t.MaxRequests > 0 {
		generated.Share(list, t.MaxRequests)
	}
	return list
}

// playGenerated plays the generated cases of an operation like a scenario.
func (t *target) playGenerated(ctx context.Context, g *generated.Cases, world string) (out report.Scenario) {
	out = report.Scenario{Name: g.Name(), File: g.Name(), Verdict: report.Passed}
	started := time.Now()
	defer func() { out.Duration = time.Since(started) }()
	if t.fake != nil {
		out.World = world
	}
	ses, err := t.newSession(ctx, world, nil)
	if err != nil {
		return failing(out, report.Failure{Text: err.Error()})
	}
	found := g.Play(ctx, ses.generatedTarget(), t.Save)
	out.Exchanges, out.Rules, out.Notes = ses.exchanges, ses.observedRules(), found.Notes
	for _, f := range found.Failures {
		out = failing(out, f)
	}
	if len(ses.exchanges) == 0 && out.Verdict == report.Passed {
		out.Verdict, out.Reason = report.Skipped, "no case was sent: "+strings.Join(out.Notes, "; ")
	}
	return interrupted(ctx, out)
}

// generatedTarget returns the target that plays generated cases in the session.
func (s *session) generatedTarget() generated.Target {
	now := time.Now
	if s.world != nil {
		now = func() time.Time { return s.world.Clock().Now }
	}
	return generated.Target{
		Contract: s.validator.Contract, Live: s.live(), Companions: s.companions(), Run: s.run, ManagementKey: s.managementKey(),
		KeyLimit: s.keyLimit(), KeyExpiry: s.LiveExpiry, Schemes: wire.Schemes, Now: now, Hide: s.secrets.Hide,
		Send: s.sendGenerated,
		MayBeSent: func(r generated.Request) (string, bool) {
			if s.bounds == nil {
				return "", true
			}
			reason := s.bounds.Beyond(generatedCall(r).guarded())
			return reason, reason == ""
		},
	}
}

// generatedCall turns a generated request into a call.
func generatedCall(r generated.Request) call {
	c := call{method: r.Method, path: r.Path, token: r.Token, body: r.Body}
	c.expectations = expectations{header: r.Header, invalid: r.Invalid, judge: r.Judge, caseID: r.CaseID, credential: r.Credential}
	return c
}

// sendGenerated sends a request, and judges the response like one to a script.
func (s *session) sendGenerated(r generated.Request) (generated.Answer, *report.Failure) {
	c := generatedCall(r)
	done, err := s.send(s.ctx, c)
	if err != nil { // the request cannot be built; no case is like that
		done = &completedCall{call: c, broken: err}
	}
	s.noteCode(done)
	answer := generated.Answer{Exchange: done.Exchange, Broken: done.broken != nil}
	if err := s.checkExchange(done); err != nil {
		f := asFailure(err)
		f.Exchange = done.number
		return answer, f
	}
	return answer, nil
}
