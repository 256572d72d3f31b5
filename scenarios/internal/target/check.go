package target

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/scenarios/internal/envelope"
	"github.com/mockgates/mockgates/scenarios/internal/failure"
	"github.com/mockgates/mockgates/scenarios/internal/wire"
	"github.com/mockgates/mockgates/scenarios/report"
)

// Connection is the place that a call names if it expects an incomplete response.
const Connection = "connection"

// A Sabotage breaks the code that judges exchanges, so that a test can check that the
// self-test of a run notices it.
type Sabotage struct {
	Check        func(context.Context, *Client, *Completed) error // in place of Client.Check; nil leaves it
	Undocumented func(contract.Finding) bool                      // says what is undocumented; nil leaves it
}

// Check validates a call and records it. It returns an error for every
// departure that the script did not announce.
func (c *Client) Check(ctx context.Context, done *Completed) error {
	if sabotage := c.Target.Sabotage; sabotage != nil && sabotage.Check != nil {
		return sabotage.Check(ctx, c, done)
	}
	var errs []error
	for _, before := range done.limited {
		errs = append(errs, c.CheckOne(ctx, before))
	}
	errs = append(errs, c.CheckOne(ctx, done))
	if done.gaveUp {
		errs = append(errs, &failure.Fatal{Failure: report.Failure{
			Text: fmt.Sprintf("%s %s is refused with 429 for longer than the run waits", done.Method, done.Path),
			Want: fmt.Sprintf("at most %v in all", wire.MaxRetryWait), Got: "Retry-After: " + done.ResponseHeader.Get("Retry-After"),
			Inconclusive: true,
		}})
	}
	return errors.Join(errs...)
}

// CheckOne validates one exchange, without those before it that were answered with 429.
func (c *Client) CheckOne(ctx context.Context, done *Completed) error {
	if done.Broken != nil {
		c.Record(done, contract.Result{})
		return c.CheckBroken(ctx, done)
	}
	res, err := c.Validate(done)
	if err != nil {
		return &failure.Fatal{Failure: report.Failure{Text: "this exchange cannot be validated", Got: err.Error()}}
	}
	res.Findings = append(res.Findings, done.verdictOn(res)...)
	c.Record(done, res)
	return errors.Join(c.CheckRequest(done, res), c.CheckResponse(done, res))
}

// Validate returns what the validator says about one exchange, and about how it relates
// to those before it.
func (c *Client) Validate(done *Completed) (contract.Result, error) {
	return c.contract.Check(done.Exchange)
}

// CheckBroken returns an error for an incomplete response that the script did
// not announce.
func (c *Client) CheckBroken(ctx context.Context, done *Completed) error {
	if slices.Contains(done.Call.Violation, Connection) {
		return nil
	}
	return &failure.Fatal{Failure: report.Failure{
		Text: fmt.Sprintf("%s %s got no complete response", done.Method, done.Path),
		Want: "a response", Got: done.Broken.Error(),
		Inconclusive: ctx.Err() != nil || errors.Is(done.Broken, envelope.ErrLedger),
	}}
}

// verdictOn returns the finding about a generated request that should not have
// been accepted, or refused, unless the session has reported the same finding.
func (d *Completed) verdictOn(res contract.Result) []contract.Finding {
	if d.Call.Judge == nil {
		return nil
	}
	f, departs := d.Call.Judge(d.Status)
	if !departs || slices.ContainsFunc(res.ResponseFindings(), func(g contract.Finding) bool { return g.Where == f.Where && g.Kind == f.Kind && !g.Note() }) {
		return nil
	}
	return []contract.Finding{f}
}

// CheckRequest returns an error if the request departs from the contract and the script
// did not announce that, or if it conforms and the script announced that it does not.
func (c *Client) CheckRequest(done *Completed, res contract.Result) error {
	findings := slices.DeleteFunc(res.RequestFindings(), contract.Finding.Note)
	switch {
	case done.Call.Judge != nil: // a generated request may be invalid
	case done.Call.Invalid && len(findings) == 0:
		return &failure.Fatal{Failure: report.Failure{
			Text: "the request is valid, but the script announces an invalid one",
			Want: "a request that breaks the contract", Got: "one that conforms",
		}, Continues: true}
	case !done.Call.Invalid && len(findings) > 0:
		return &failure.Fatal{Failure: report.Failure{
			Text:   "the request breaks the contract; put invalid before the call if that is intended",
			Detail: JoinFindings(findings),
		}, Continues: true}
	}
	return nil
}

// CheckResponse returns an error if the response departs from the contract where the
// script did not announce it, or if it does not depart and the script announced that.
func (c *Client) CheckResponse(done *Completed, res contract.Result) error {
	findings := slices.DeleteFunc(res.ResponseFindings(), contract.Finding.Note)
	if c.Target.Live() { // a live target may send more than is documented
		findings = slices.DeleteFunc(findings, c.Target.isUndocumented)
	}
	unexpected := slices.DeleteFunc(slices.Clone(findings), func(f contract.Finding) bool { return done.Call.expectsViolation(f.Where) })
	switch {
	case len(unexpected) > 0 && done.Call.Violation != nil:
		return &failure.Fatal{Failure: report.Failure{
			Text: "the response departs from the contract elsewhere than the script expects",
			Want: "a violation " + atPlaces(done.Call.Violation), Detail: JoinFindings(unexpected),
		}, Continues: true}
	case len(unexpected) > 0:
		return &failure.Fatal{Failure: report.Failure{Text: "the response departs from the contract", Detail: JoinFindings(unexpected)}, Continues: true}
	case done.Call.Violation != nil && len(findings) == 0:
		return &failure.Fatal{Failure: report.Failure{
			Text: "the response conforms, but the script expects a violation",
			Want: strings.TrimSpace("a violation " + atPlaces(done.Call.Violation)), Got: "a response that conforms",
		}, Continues: true}
	}
	return nil
}

// expectsViolation reports whether the script announced that the response departs
// from the contract at a place.
func (c Call) expectsViolation(where string) bool {
	return c.Violation != nil && (len(c.Violation) == 0 || slices.Contains(c.Violation, where))
}

func atPlaces(where []string) string {
	if len(where) == 0 {
		return ""
	}
	return "at " + strings.Join(where, ", ")
}

func (t *Target) isUndocumented(f contract.Finding) bool {
	if t.Sabotage != nil && t.Sabotage.Undocumented != nil {
		return t.Sabotage.Undocumented(f)
	}
	return f.Kind == finding.KindUndocumented
}

// JoinFindings returns findings as the detail of a failure, one a line.
func JoinFindings(findings []contract.Finding) string {
	var list []string
	for _, f := range findings {
		list = append(list, f.String())
	}
	return strings.Join(list, "\n")
}
