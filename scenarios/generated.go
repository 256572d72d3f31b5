package scenarios

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"strings"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/scenarios/internal/generated"
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
			continue // its cases would be made for nothing
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
func (t *target) playGenerated(ctx context.Context, g *generated.Cases, world string) report.Scenario {
	out := report.Scenario{Name: g.Name(), File: g.Name(), Verdict: report.Passed}
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

// generatedTarget returns the target of the session as generated cases need it.
func (s *session) generatedTarget() generated.Target {
	now := time.Now
	if s.world != nil {
		now = func() time.Time { return s.world.Clock().Now }
	}
	return generated.Target{
		Contract: s.validator.Contract, Live: s.live(), Companions: s.companions(), Run: s.run, ManagementKey: s.managementKey(),
		KeyLimit: s.keyLimit(), KeyExpiry: s.LiveExpiry, Schemes: schemes, Now: now, Hide: s.hide,
		Send: s.sendGenerated,
		MayBeSent: func(r generated.Request) (string, bool) {
			reason := s.beyondBounds(generatedCall(r))
			return reason, reason == ""
		},
	}
}

// generatedCall returns the call of a request.
func generatedCall(r generated.Request) call {
	c := call{method: r.Method, path: r.Path, token: r.Token, body: r.Body}
	c.expectations = expectations{header: r.Header, invalid: r.Invalid, judge: r.Judge, caseID: r.CaseID}
	return c
}

// sendGenerated sends a request, and judges the response as that of a script.
func (s *session) sendGenerated(r generated.Request) (generated.Answer, *report.Failure) {
	c := generatedCall(r)
	done, err := s.send(s.ctx, c)
	if err != nil { // the request cannot be written down; no case is like that
		done = &completedCall{call: c, broken: err}
	}
	s.noteCode(done)
	answer := generated.Answer{Exchange: done.Exchange, Broken: done.broken != nil}
	if err := s.checkExchange(done); err != nil {
		return answer, asFailure(err)
	}
	return answer, nil
}

// beyondBounds says why a call may not be sent to a live target, and what would
// let it through. It is "" if it may.
func (s *session) beyondBounds(c call) string {
	if s.fake != nil || s.isBounded(c, false, false) {
		return ""
	}
	switch {
	case s.isBounded(c, true, false):
		return "they make keys with a higher limit, or none; --live-limit none sends them"
	case s.isBounded(c, false, true):
		return "they make keys that live longer, or do not expire; --live-expiry none sends them"
	case s.isBounded(c, true, true):
		return "they make keys without bounds; --live-limit none --live-expiry none sends them"
	}
	return "they make keys that nobody could find again"
}

// isBounded reports whether a call is within the bounds of a live target, or
// would be if one of them were lifted. A key whose name does not carry the id of
// the run is found again by its hash, where it can be deleted.
func (s *session) isBounded(c call, noLimit, noExpiry bool) bool {
	lifted := *s.target
	if noLimit {
		unlimited := math.Inf(1)
		lifted.LiveLimit = &unlimited
	}
	if noExpiry {
		lifted.LiveExpiry = -1
	}
	bounded := *s
	bounded.target = &lifted
	if bounded.checkKeyBounds(c) == nil {
		return true
	}
	if c.is("POST", "/auth/keys") {
		return s.exchangesNothingElse(c)
	}
	free := !bounded.bounded()
	if !s.companions() && !free || !c.is("POST", "/keys") {
		return false
	}
	var body map[string]json.RawMessage
	if json.Unmarshal(c.body, &body) != nil || body["name"] == nil || body["name"][0] != '"' {
		return false
	}
	c.body = bytes.Replace(c.body, body["name"], []byte(`"`+s.run+`"`), 1)
	return bounded.checkKeyBounds(c) == nil
}

// exchangesNothingElse reports whether an exchange can give no key but a bounded
// one: its body has a code that was made with bounds, or has none.
func (s *session) exchangesNothingElse(c call) bool {
	for code := range s.boundedCodes {
		if bytes.Contains(c.body, []byte(code)) {
			return true
		}
	}
	body, _ := decodeObject(c.body, false)
	code, _ := body["code"].(string)
	return code == ""
}
