package scenarios

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/scenarios/report"
)

// The values of Options.Generate.
const (
	GenerateOn  = "on"
	GenerateOff = "off"
)

// generatedPrefix begins the names of the scenarios that are not files.
const generatedPrefix = "generated/"

// A generation is the generated cases of one operation. It is played like a
// scenario, in a session and a world of its own.
type generation struct {
	operation string
	cases     []contract.MatrixCase
	most      int // requests that it may send, those that prepare a case included; negative for no bound
}

func (g *generation) name() string { return generatedPrefix + g.operation }

// generates reports whether a run plays generated cases.
func (o Options) generates() bool {
	return o.Generate == GenerateOn || o.Generate == "" && len(o.Files) == 0
}

// generations returns the generated cases that the options ask for, in the order
// of the contract.
func (t *target) generations(matches func(name string) bool) []*generation {
	if !t.generates() {
		return nil
	}
	options := contract.MatrixOptions{Companions: t.companions(), Family: !t.live() && t.companions(), Seed: t.Seed}
	var list []*generation
	for _, op := range t.validator.Operations() {
		g := &generation{operation: op.ID, most: -1}
		if !matches(g.name()) {
			continue // its cases would be made for nothing
		}
		options.Operation = op.ID
		if g.cases = t.validator.Matrix(options); len(g.cases) > 0 {
			list = append(list, g)
		}
	}
	if t.MaxRequests > 0 {
		share(list, t.MaxRequests)
	}
	return list
}

// share divides requests among generations, so that what each may send depends
// on the options alone and not on which is faster. One with fewer cases than its
// share leaves the rest to the others.
func share(list []*generation, requests int) {
	for _, g := range list {
		g.most = 0
	}
	for requests > 0 {
		gave := false
		for _, g := range list {
			if requests > 0 && g.most < 2*len(g.cases)+1 { // a case and what prepares it
				g.most++
				requests--
				gave = true
			}
		}
		if !gave {
			return
		}
	}
}

// play plays the cases in their order.
func (g *generation) play(ctx context.Context, t *target, world string) report.Scenario {
	out := report.Scenario{Name: g.name(), File: g.name(), Verdict: report.Passed}
	if t.fake != nil {
		out.World = world
	}
	ses, err := t.newSession(ctx, world, nil)
	if err != nil {
		return failing(out, report.Failure{Text: err.Error()})
	}
	p := &casePlayer{session: ses, generation: g, left: g.most, groups: map[string]*caseFailure{}, unsent: map[string]int{}, impossible: map[string]int{}}
	for i, m := range g.cases {
		if ctx.Err() != nil || p.spent {
			p.leftOut += len(g.cases) - i
			break
		}
		p.playCase(m)
	}
	p.cleanUp()
	out.Exchanges, out.Rules, out.Notes = ses.exchanges, ses.observedRules(), p.notes()
	for _, f := range p.failures {
		out = failing(out, f.asFailure())
	}
	for _, reason := range slices.Sorted(keysOf(p.impossible)) {
		out = failing(out, report.Failure{Text: report.Plural(p.impossible[reason], "case") + " could not be played: " + reason, Inconclusive: true})
	}
	if len(ses.exchanges) == 0 && out.Verdict == report.Passed {
		out.Verdict, out.Reason = report.Skipped, "no case was sent: "+strings.Join(out.Notes, "; ")
	}
	return interrupted(ctx, out)
}

// A casePlayer plays the generated cases of one operation.
type casePlayer struct {
	*session
	generation *generation
	left       int  // requests that may still be sent; negative for no bound
	spent      bool // a request was left out because of that
	count      int  // of names given out
	prepared   prepared

	failures   []*caseFailure
	groups     map[string]*caseFailure // by what they have in common
	leftOut    int                     // cases that were not played because of MaxRequests, or because the run stopped
	unsent     map[string]int          // cases beyond the bounds of a live target, by the reason
	impossible map[string]int          // cases that could not be prepared, by the reason
}

// A caseFailure is a case that failed, and the names of those that failed alike.
type caseFailure struct {
	name    string
	failure report.Failure
	also    []string
	request string // the smallest that shows it
	file    string // the scenario that replays it; "" if none was written
}

// playCase prepares, sends and judges one case.
func (p *casePlayer) playCase(m contract.MatrixCase) {
	m = p.withRun(m)
	failure, sent, err := p.try(m)
	switch {
	case p.spent || p.ctx.Err() != nil:
		p.leftOut++
	case err != nil:
		p.impossible[err.Error()]++
	case !sent.ok:
		p.unsent[sent.reason]++
	case failure != nil:
		p.fail(m, failure)
	}
}

// A sending says whether a case was sent, and otherwise why not.
type sending struct {
	ok     bool
	reason string
}

// try sends a case and returns how it fails, nil if it does not. The error says
// why it could not be prepared.
func (p *casePlayer) try(m contract.MatrixCase) (*report.Failure, sending, error) {
	filled, err := p.fill(m)
	if err != nil {
		return nil, sending{}, err
	}
	c := p.callOf(filled)
	if reason := p.beyondBounds(c); reason != "" {
		return nil, sending{reason: reason}, nil
	}
	done, ok := p.exchange(c)
	if !ok {
		return nil, sending{}, nil
	}
	p.prepared.used(done)
	return p.judge(done), sending{ok: true}, nil
}

// callOf returns a filled case as a call.
func (p *casePlayer) callOf(m contract.MatrixCase) call {
	c := call{method: m.Method, path: m.Path, body: m.Body}
	c.expectations.header = m.Header.Clone()
	c.expectations.judge, c.expectations.caseID = m.Judge, m.ID
	if _, ok := m.Header["Content-Type"]; !ok {
		c.expectations.header["Content-Type"] = nil
		if len(m.Body) == 0 {
			c.body = nil
		}
	}
	c.invalid = p.fake == nil && p.breaksContract(m)
	return c
}

// breaksContract reports whether a filled case is a request that the contract
// finds fault with.
func (p *casePlayer) breaksContract(m contract.MatrixCase) bool {
	res, err := p.validator.Check(contract.Exchange{Method: m.Method, Path: m.Path, RequestHeader: m.Header, RequestBody: m.Body, Status: 200})
	return err == nil && slices.ContainsFunc(res.RequestFindings(), func(f contract.Finding) bool { return !f.Note() })
}

// exchange sends a call if the run may still send one.
func (p *casePlayer) exchange(c call) (*completedCall, bool) {
	if p.left == 0 {
		p.spent = true
		return nil, false
	}
	p.left = max(-1, p.left-1)
	done, err := p.send(p.ctx, c)
	if err != nil { // the request cannot be written down; no case is like that
		done = &completedCall{call: c, broken: err}
	}
	p.noteCode(done)
	return done, true
}

// judge validates an exchange as that of a script is. It returns nil if it
// conforms.
func (p *casePlayer) judge(done *completedCall) *report.Failure {
	if err := p.checkExchange(done); err != nil {
		return asFailure(err)
	}
	return nil
}

// maxShrunk is how many different failures of one operation are made smaller and
// written to files, and maxAlso how many cases that fail alike are named.
const (
	maxShrunk = 10
	maxAlso   = 5
)

// fail reports a failure, or counts it if another case has failed alike.
func (p *casePlayer) fail(m contract.MatrixCase, f *report.Failure) {
	if f.Inconclusive {
		p.impossible[f.Text]++
		return
	}
	key := failureKey(f)
	if group := p.groups[key]; group != nil {
		group.also = append(group.also, m.Name)
		return
	}
	group := &caseFailure{name: m.Name, failure: *f}
	p.groups[key], p.failures = group, append(p.failures, group)
	if m.Operation == "" || len(p.failures) > maxShrunk {
		return
	}
	m = p.shrink(m, key)
	group.request = p.describe(m)
	if p.Save == "" {
		return
	}
	file, err := p.save(m, f)
	if err != nil {
		group.file = "no file: " + err.Error()
		return
	}
	group.file = file
}

// failureKey returns what failures of one kind have in common.
func failureKey(f *report.Failure) string { return f.Text + "\n" + f.Detail + "\n" + f.Got }

// asFailure returns the failure as the report shows it.
func (c *caseFailure) asFailure() report.Failure {
	f := c.failure
	f.Text = fmt.Sprintf("case %q: %s", c.name, f.Text)
	var lines []string
	if f.Detail != "" {
		lines = append(lines, f.Detail)
	}
	if c.request != "" {
		lines = append(lines, "request: "+c.request)
	}
	if n := len(c.also); n > 0 {
		names := strings.Join(c.also[:min(n, maxAlso)], ", ")
		if n > maxAlso {
			names += fmt.Sprintf(" and %d more", n-maxAlso)
		}
		lines = append(lines, "also: "+names)
	}
	if c.file != "" {
		lines = append(lines, "scenario: "+c.file)
	}
	f.Detail = strings.Join(lines, "\n")
	return f
}

// notes says what was not played and why, and how to get the failures as files.
func (p *casePlayer) notes() []string {
	var notes []string
	for _, reason := range slices.Sorted(keysOf(p.unsent)) {
		verb := "were"
		if p.unsent[reason] == 1 {
			verb = "was"
		}
		notes = append(notes, fmt.Sprintf("%s %s not sent: %s", report.Plural(p.unsent[reason], "case"), verb, reason))
	}
	switch {
	case p.leftOut > 0 && p.spent:
		notes = append(notes, fmt.Sprintf("%s left out: --max-requests %d", report.Plural(p.leftOut, "case"), p.MaxRequests))
	case p.leftOut > 0:
		notes = append(notes, report.Plural(p.leftOut, "case")+" left out: the run stopped")
	}
	if len(p.failures) > 0 && p.Save == "" {
		notes = append(notes, "--save DIR writes a scenario that replays each failure")
	}
	return notes
}
