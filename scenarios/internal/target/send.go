package target

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/scenarios/internal/envelope"
	"github.com/mockgates/mockgates/scenarios/internal/failure"
	"github.com/mockgates/mockgates/scenarios/internal/wire"
	"github.com/mockgates/mockgates/scenarios/keyledger"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A Call is a request that has not been sent yet.
type Call struct {
	Expectations
	Line   int // of the script; 0 if not known
	Method string
	Path   string // below the base URL
	Query  string // raw
	Token  string // "" for none
	Scheme string // how the token is sent; "" is Bearer
	Body   []byte // nil for none

	MayBeLimited bool // the script expects the status 429

	// Of a generated request; zero for a call of a script.
	CaseID     string
	Credential string                                    // with placeholders; see report.Exchange.Credential
	Judge      func(status int) (contract.Finding, bool) // judges the status by what the documents say
}

// Expectations are what a script has announced about its next call.
type Expectations struct {
	Header    http.Header // nil values leave a header out
	Invalid   bool        // the request breaks the contract
	Violation []string    // where the response departs from the contract; nil if it does not, empty for anywhere
}

// A Completed is a call with its response.
type Completed struct {
	contract.Exchange
	Call   Call
	Broken error // why the response is incomplete; nil if it is complete
	Unsent bool  // there was no connection, so the target has not seen the request
	Number int   // in the report of the scenario, from 1; 0 if it is not in it

	limited  []*Completed  // the same call before, each answered with 429
	gaveUp   bool          // the target asked to wait longer than a run waits
	duration time.Duration // from the request until the response was read
}

// Send sends a call at the rate of the run and reads the response. If a live target
// answers 429 and the script does not expect that, it waits as the response says and
// sends the call again. It returns an error if the script is wrong. An incomplete
// response is not an error; the result says so.
func (c *Client) Send(ctx context.Context, call Call) (*Completed, error) {
	var limited []*Completed
	for {
		if limiter := c.Target.limiter; limiter != nil {
			if err := limiter.Wait(ctx); err != nil {
				return &Completed{Call: call, Broken: cmp.Or(context.Cause(ctx), err)}, nil
			}
		}
		intent, err := c.Target.Account.Intend(c.bounds, call.guarded())
		if err != nil {
			return &Completed{Call: call, Broken: err}, nil
		}
		done, err := c.sendOnce(ctx, call)
		if err != nil {
			return nil, err
		}
		if err := c.settle(intent, done); err != nil {
			done.Broken = errors.Join(envelope.ErrLedger, err)
		}
		done.limited = limited
		if !c.Target.Live() || done.Broken != nil || done.Status != http.StatusTooManyRequests || call.MayBeLimited {
			return done, nil
		}
		if !c.Target.Retries.Wait(ctx, wire.RetryAfter(done.ResponseHeader, time.Now())) {
			done.gaveUp = true
			return done, nil
		}
		limited = append(limited, done)
	}
}

// sendOnce sends a call and reads the response.
func (c *Client) sendOnce(ctx context.Context, call Call) (*Completed, error) {
	ctx, cancel := c.Target.WithTimeout(ctx)
	defer cancel()
	r := wire.Request{
		Method: call.Method, Path: call.Path, Query: call.Query, Token: call.Token, Scheme: call.Scheme, Body: call.Body, Header: call.Header,
	}
	if !c.Target.Live() {
		r.World = c.Name
	}
	req, err := r.Build(ctx, c.Target.Base)
	if err != nil {
		return nil, failure.Usagef("%s %s cannot be sent: %v", call.Method, call.Path, err)
	}
	if call.Credential == "" { // otherwise the token is the management key, which is known, or a constant of the generated cases
		c.Target.Secrets.Add(wire.Token(req.Header))
	}
	return c.Do(req, call), nil
}

// Do sends the request of a call and reads the response, without the rate and the bounds
// of the run.
func (c *Client) Do(req *http.Request, call Call) *Completed {
	done := &Completed{Call: call, Exchange: contract.Exchange{
		Method: call.Method, Path: call.Path, Query: call.Query, RequestHeader: req.Header.Clone(), RequestBody: call.Body,
	}}
	started := time.Now()
	res, err := wire.Do(c.Target.http, c.Target.Root, req)
	done.duration = time.Since(started)
	done.Status, done.ResponseHeader, done.ResponseBody, done.Broken = res.Status, res.Header, res.Body, err
	done.Unsent = res.Unsent
	c.Target.Secrets.AddFrom(done.ResponseBody)
	return done
}

// guarded returns a call as the envelope of a live target sees it.
func (c Call) guarded() envelope.Request {
	return envelope.Request{Method: c.Method, Path: c.Path, Query: c.Query, Header: c.Header, Body: c.Body, Invalid: c.Invalid}
}

// CheckBounds refuses a call that must not reach a live target.
func (c *Client) CheckBounds(call Call) error {
	if c.bounds == nil {
		return nil
	}
	err := c.bounds.Check(call.guarded())
	if e, ok := errors.AsType[*envelope.Refusal](err); ok {
		return &failure.Fatal{Failure: report.Failure{Text: e.Text, Want: e.Want, Got: e.Got}}
	}
	return err
}

// BeyondBounds returns why a generated call must not reach a live target, and "" if it may.
func (c *Client) BeyondBounds(call Call) string {
	if c.bounds == nil {
		return ""
	}
	return c.bounds.Beyond(call.guarded())
}

// NoteCode remembers a code that was created with bounds.
func (c *Client) NoteCode(done *Completed) {
	if c.bounds != nil {
		c.bounds.NoteCode(done.Call.guarded(), done.Status, done.ResponseBody)
	}
}

// Answer returns a completed call as the envelope of a live target sees it.
func (c *Client) Answer(done *Completed) envelope.Answer {
	return envelope.Answer{
		Status: done.Status, Body: done.ResponseBody, Broken: done.Broken != nil, Unsent: done.Unsent,
		Management: done.Call.Token == c.ManagementKey() && done.Call.Scheme == "",
	}
}

// settle notes how a call to a live target ended.
func (c *Client) settle(e keyledger.Entry, done *Completed) error {
	if c.Target.Account == nil {
		return nil
	}
	return c.Target.Account.Settle(e, done.Call.guarded(), c.Answer(done))
}
