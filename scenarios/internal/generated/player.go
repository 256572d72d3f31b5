package generated

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A Result is the result of the cases of one operation.
type Result struct {
	Failures []report.Failure
	Notes    []string // what was not played, and why
}

// Play plays the cases in their order, until ctx is done. Scenarios that replay
// failures are written to folder, unless it is "".
func (g *Cases) Play(ctx context.Context, t Target, folder string) Result {
	p := &player{
		Target: t, ctx: ctx, cases: g, folder: folder, left: g.Most,
		groups: map[string]*caseFailure{}, unsent: map[string]int{}, impossible: map[string]int{},
	}
	for i, m := range g.Cases {
		if ctx.Err() != nil || p.spent {
			p.leftOut += len(g.Cases) - i
			break
		}
		p.playCase(m)
	}
	p.cleanUp()
	out := Result{Notes: p.notes()}
	for _, f := range p.failures {
		out.Failures = append(out.Failures, f.asFailure())
	}
	for _, reason := range slices.Sorted(keysOf(p.impossible)) {
		out.Failures = append(out.Failures, report.Failure{Text: report.Plural(p.impossible[reason], "case") + " could not be played: " + reason, Inconclusive: true})
	}
	return out
}

// A player plays the generated cases of one operation.
type player struct {
	Target
	ctx      context.Context
	cases    *Cases
	folder   string // for scenarios that replay failures; "" for none
	left     int    // requests that may still be sent; negative for no bound
	spent    bool   // a request was left out because of that
	count    int    // of names given out
	prepared prepared

	failures   []*caseFailure
	groups     map[string]*caseFailure // by what they have in common
	leftOut    int                     // cases that were not played because of MaxRequests, or because the run stopped
	unsent     map[string]int          // cases beyond the bounds of a live target, by the reason
	impossible map[string]int          // cases that could not be prepared, by the reason
}

// A caseFailure is a case that failed, and the names of others with the same failure.
type caseFailure struct {
	name    string
	failure report.Failure
	also    []string
	request string // the smallest that shows it; "" if it has no body
	replay  []byte // the scenario that replays it; nil if there is none
	file    string // that it was written to; "" for none
}

// playCase prepares, sends and judges one case.
func (p *player) playCase(m contract.MatrixCase) {
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

// try sends a case and returns its failure, nil if it passes. The error says why the
// case could not be prepared.
func (p *player) try(m contract.MatrixCase) (*report.Failure, sending, error) {
	filled, err := p.fill(m)
	if err != nil {
		return nil, sending{}, err
	}
	r := p.request(filled)
	r.Credential = credential(m.Header)
	if reason, ok := p.MayBeSent(r); !ok {
		return nil, sending{reason: reason}, nil
	}
	answer, failure, ok := p.exchange(r)
	if !ok {
		return nil, sending{}, nil
	}
	p.prepared.used(answer)
	return failure, sending{ok: true}, nil
}

// request turns a filled case into a request.
func (p *player) request(m contract.MatrixCase) Request {
	r := Request{Method: m.Method, Path: m.Path, Header: m.Header.Clone(), Body: m.Body, Judge: m.Judge, CaseID: m.ID}
	if _, ok := m.Header["Content-Type"]; !ok {
		r.Header["Content-Type"] = nil
		if len(m.Body) == 0 {
			r.Body = nil
		}
	}
	r.Invalid = p.Live && p.breaksContract(m)
	return r
}

// credential returns the credential of a case as Request.Credential.
func credential(h http.Header) string {
	c := h.Get("Authorization")
	if c == bearerManagement || strings.Contains(c, "${"+contract.PlaceholderPlainKey+"}") {
		return ""
	}
	return c
}

// bearerManagement is the credential of most cases.
const bearerManagement = "Bearer ${" + contract.PlaceholderManagementKey + "}"

// breaksContract reports whether the request of a filled case breaks the contract.
func (p *player) breaksContract(m contract.MatrixCase) bool {
	res, err := p.Contract.Check(contract.Exchange{Method: m.Method, Path: m.Path, RequestHeader: m.Header, RequestBody: m.Body, Status: 200})
	return err == nil && slices.ContainsFunc(res.RequestFindings(), func(f contract.Finding) bool { return !f.Note() })
}

// exchange sends a request if one may still be sent, and judges the answer.
func (p *player) exchange(r Request) (Answer, *report.Failure, bool) {
	if p.left == 0 {
		p.spent = true
		return Answer{}, nil, false
	}
	p.left = max(-1, p.left-1)
	answer, failure := p.Send(r)
	return answer, failure, true
}

// maxShrunk is how many different failures of one operation are made smaller and
// written to files. maxAlso is how many cases with the same failure are named.
const (
	maxShrunk = 10
	maxAlso   = 5
)

// fail notes a failure. It joins it to an equal failure of another case.
func (p *player) fail(m contract.MatrixCase, f *report.Failure) {
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
	shrinks := m.Operation != "" && len(p.failures) <= maxShrunk
	if shrinks {
		m = p.shrink(m, key)
		if len(m.Body) > 0 {
			group.request = p.describe(m)
		}
	}
	group.replay = p.scenario(m, f)
	if !shrinks || p.folder == "" {
		return
	}
	file, err := p.save(m, group.replay)
	if err != nil {
		group.file = "no file: " + err.Error()
		return
	}
	group.file = file
}

// failureKey returns a key that equal failures share.
func failureKey(f *report.Failure) string { return f.Text + "\n" + f.Detail + "\n" + f.Got }

// asFailure returns the failure as the report shows it.
func (c *caseFailure) asFailure() report.Failure {
	f := c.failure
	f.Text = fmt.Sprintf("case %q: %s", c.name, f.Text)
	f.Scenario = report.Body(c.replay)
	var lines []string
	if f.Detail != "" {
		lines = append(lines, f.Detail)
	}
	if c.request != "" {
		lines = append(lines, "smaller: "+c.request)
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

// notes describes what was not played and why, and how to get the failures as files.
func (p *player) notes() []string {
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
		notes = append(notes, fmt.Sprintf("%s left out: --max-requests %d", report.Plural(p.leftOut, "case"), p.cases.shared))
	case p.leftOut > 0:
		notes = append(notes, report.Plural(p.leftOut, "case")+" left out: the run stopped")
	}
	if len(p.failures) > 0 && p.folder == "" {
		notes = append(notes, "--save DIR writes a scenario that replays each failure")
	}
	return notes
}
