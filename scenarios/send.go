package scenarios

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/scenarios/internal/envelope"
	"github.com/mockgates/mockgates/scenarios/internal/wire"
)

// A call is a request of a script that has not been sent yet.
type call struct {
	expectations
	line   int // of the script; 0 if not known
	method string
	path   string // below the base URL
	query  string // raw
	token  string // "" for none
	scheme string // how the token is sent; "" is Bearer
	body   []byte // nil for none

	mayBeLimited bool // the script expects the status 429
}

// expectations are what a script has announced about its next call.
type expectations struct {
	header    http.Header // nil values leave a header out
	invalid   bool        // the request breaks the contract
	violation []string    // where the response departs from the contract; nil if it does not, empty for anywhere

	caseID     string // of a generated request; "" for a call of a script
	credential string // of a generated request, with placeholders; see report.Exchange.Credential

	judge func(status int) (contract.Finding, bool) // judges the status by what the documents say about a generated request; nil for a call of a script
}

// A completedCall is a call with its response.
type completedCall struct {
	call
	contract.Exchange
	broken   error            // why the response is incomplete; nil if it is complete
	limited  []*completedCall // the same call before, each answered with 429
	gaveUp   bool             // the target asked to wait longer than a run waits
	duration time.Duration    // from the request until the response was read
	number   int              // in the report of the scenario, from 1; 0 if it is not in it
}

// send sends a call at the rate of the run and reads the response. If a live target
// answers 429 and the script does not expect that, it waits as the response says and
// sends the call again. It returns an error if the script is wrong. An incomplete
// response is not an error; the result says so.
func (s *session) send(ctx context.Context, c call) (*completedCall, error) {
	var limited []*completedCall
	for {
		if s.limiter != nil {
			if err := s.limiter.Wait(ctx); err != nil {
				return &completedCall{call: c, broken: cmp.Or(context.Cause(ctx), err)}, nil
			}
		}
		intent, err := s.account.Intend(s.bounds, c.guarded())
		if err != nil {
			return &completedCall{call: c, broken: err}, nil
		}
		done, err := s.sendOnce(ctx, c)
		if err != nil {
			return nil, err
		}
		if err := s.settle(intent, done); err != nil {
			done.broken = errors.Join(envelope.ErrLedger, err)
		}
		done.limited = limited
		if s.fake != nil || done.broken != nil || done.Status != http.StatusTooManyRequests || c.mayBeLimited {
			return done, nil
		}
		if !s.retries.Wait(ctx, wire.RetryAfter(done.ResponseHeader, time.Now())) {
			done.gaveUp = true
			return done, nil
		}
		limited = append(limited, done)
	}
}

// sendOnce sends a call and reads the response.
func (s *session) sendOnce(ctx context.Context, c call) (*completedCall, error) {
	ctx, cancel := s.timeout(ctx)
	defer cancel()
	r := wire.Request{Method: c.method, Path: c.path, Query: c.query, Token: c.token, Scheme: c.scheme, Body: c.body, Header: c.expectations.header}
	if s.fake != nil {
		r.World = s.name
	}
	req, err := r.Build(ctx, s.base)
	if err != nil {
		return nil, usagef("%s %s cannot be sent: %v", c.method, c.path, err)
	}
	if c.credential == "" { // otherwise the token is the management key, which is known, or a constant of the generated cases
		s.secrets.Add(wire.Token(req.Header))
	}
	return s.do(req, c), nil
}

// do sends the request of a call and reads the response.
func (s *session) do(req *http.Request, c call) *completedCall {
	done := &completedCall{call: c, Exchange: contract.Exchange{
		Method: c.method, Path: c.path, Query: c.query, RequestHeader: req.Header.Clone(), RequestBody: c.body,
	}}
	started := time.Now()
	res, err := wire.Do(s.http, s.root, req)
	done.duration = time.Since(started)
	done.Status, done.ResponseHeader, done.ResponseBody, done.broken = res.Status, res.Header, res.Body, err
	s.secrets.AddFrom(done.ResponseBody)
	return done
}
