package mockserver

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/gorilla/mux"

	"github.com/mockgates/mockgates/internal/redact"
	"github.com/mockgates/mockgates/internal/slowclient"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/form"
	"github.com/mockgates/mockgates/mockserver/internal/gate"
	"github.com/mockgates/mockgates/mockserver/internal/operation"
	"github.com/mockgates/mockgates/mockserver/internal/random"
	"github.com/mockgates/mockgates/mockserver/internal/refusal"
	"github.com/mockgates/mockgates/mockserver/internal/wire"
)

// A call carries one request and its response through a world.
//
//	receive ─► perform ─► finish ─► send
//
// The world's lock is taken once by receive, once by perform (twice if a fault
// holds the request in the middle of its operation) and once by finish. Nothing is
// encoded, redacted, logged or sent while it is held.
type call struct {
	match  mux.RouteMatch // of the router
	world  *World
	op     *apispec.Operation // nil if the API has no such operation
	page   bool               // the request is for the consent page
	method string
	base   string // the base path that the client used
	sent   string // the whole path, as it was sent
	req    *operation.Request
	text   string // body of the request

	manager    *manager // what is remembered of the management key of the caller; nil for none
	management bool     // a management key of the world was sent, whether the operation needs it or not

	// Set by receive.
	age        int64          // of the world
	random     *random.Source // of the world
	gates      *gate.Set      // of the world
	user       string         // of the world
	arrived    time.Time      // on the world's clock
	earlyRetry string         // message of the violation early-retry; "" for none
	fault      *fault.Firing  // nil if no fault acts
	preference string         // that was applied, for Preference-Applied; "" for none

	// Set by perform.
	undeclared []string
	resp       operation.Response
	reason     string // why the request was refused; "" if it was not
	injected   bool   // a fault replaced or altered the response; delaying or holding it does not count
	abandoned  bool   // there is no response: the client disconnected, or the world was reset

	// Set by finish.
	answered time.Time        // on the world's clock
	place    string           // where the fault broke the response; "" for nowhere
	header   []headerLine     // of the response, before an effect
	data     []byte           // body of the response, before an effect
	encoder  *encoder         // that has the memory of data; nil for none
	redact   *redact.Redactor // created when it is first needed
	entry    *Entry           // in the journal

	request operation.Request // what req points to
	lines   [8]headerLine     // where header is kept while it is short
	values  [8]string         // where the values of header are for the wire
}

// handle returns the handler of a route. It runs the operation op, or calls answer
// if op is nil.
func (s *Server) handle(op *apispec.Operation, answer func(*call) (operation.Response, error)) routeHandler {
	return func(c *call, w http.ResponseWriter, r *http.Request) {
		c.read(w, r)
		c.op = op
		c.world, c.req.Caller, c.manager = s.identify(r.Header, r.Header.Get(WorldHeader))
		c.management = c.req.Caller.Management
		if op != nil && op.Access == apispec.NoCredential {
			c.req.Caller, c.manager = operation.Caller{}, nil // whatever credential was sent
			if issuer := s.codeWorld(c.req); issuer != nil && issuer != c.world {
				c.world, c.management = issuer, false
			}
		}
		s.serve(w, r, c, answer)
	}
}

// read reads a request, whose body must arrive within slowclient.DefaultTimeout.
func (c *call) read(w http.ResponseWriter, r *http.Request) {
	r.Body = slowclient.LimitBody(w, r.Body, slowclient.DefaultTimeout)
	c.method, c.sent, c.req = r.Method, r.URL.Path, &c.request
	var path string
	c.base, path = splitPath(r.URL.Path)
	c.request = operation.Request{Path: path, Query: r.URL.RawQuery, Header: r.Header, Body: form.ReadBody(r)}
	c.text = string(c.request.Body.Data)
}

// serve carries a call through its world and sends the response.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, c *call, answer func(*call) (operation.Response, error)) {
	began := machineTime()
	err := c.receive()
	switch {
	case answer != nil:
		c.resp, err = answer(c)
	case err == nil:
		c.resp, err = c.perform(r.Context())
	}
	c.finish(err)
	defer c.log(began)
	c.send(w, r)
}

// receive counts the request, checks its credential, and picks the fault that acts
// on it.
func (c *call) receive() error {
	w := c.world
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests = min(w.requests+1, apispec.MaxCount)
	w.used = true
	c.req.Number = w.requests
	c.arrived = w.clock.now()
	c.age, c.random, c.gates, c.user = w.age, w.view.Random, w.gates, w.view.User
	c.earlyRetry = c.checkWait()
	if c.op == nil {
		return nil
	}
	tx := w.txn()
	if err := tx.Admit(c.op.Access, &c.req.Caller); err != nil {
		if tx.World.Settings.BodyFirst {
			_, bad := operation.All[c.op.ID](tx, c.req)
			if e, ok := errors.AsType[*refusal.Refusal](bad); ok && e.Status == 400 { // a 404 or 409 says nothing about the body
				return e
			}
		}
		return err
	}
	var err error
	if c.fault, c.preference, err = preferredFault(c.op, c.req.Header); err != nil || c.preference != "" {
		return err
	}
	if c.req.Body.TooLong || c.req.Body.Err != nil {
		return nil // a fault could not wait here: with a body unread, net/http does not report that the client disconnects
	}
	if w.faults.Len() > 0 {
		c.fault = w.faults.Next(fault.Request{
			Operation: c.op.ID,
			Body: func() []byte {
				if members, _ := c.req.Body.Object(c.req.Header); members == nil {
					return nil
				}
				return c.req.Body.Data
			},
			Draw: func(id string, matched int) float64 {
				u, _ := w.view.Random.Roll("chance "+id, int64(matched))
				return u
			},
		})
	}
	return nil
}

// acts reports whether a fault acts on the call in the phase.
func (c *call) acts(p fault.Phase) bool { return c.fault != nil && c.fault.ActsIn(p) }

// perform runs the operation and applies the fault before, during or after it.
func (c *call) perform(ctx context.Context) (operation.Response, error) {
	if c.acts(fault.Before) {
		if err := c.wait(ctx); err != nil {
			return operation.Response{}, err
		}
		switch {
		case c.fault.Status != 0:
			return operation.Response{}, c.injectedRefusal()
		case c.fault.Silent():
			return operation.Response{Status: c.silentStatus(), Rules: []string{apispec.Injected}}, nil
		}
	}
	resp, err := c.operate(ctx)
	if _, gone := errors.AsType[*abandonedError](err); !gone && c.acts(fault.After) {
		if err := c.wait(ctx); err != nil {
			return operation.Response{}, err
		}
		if c.fault.Status != 0 {
			return operation.Response{}, c.injectedRefusal()
		}
	}
	return resp, err
}

// silentStatus returns the status that a stall sends before it goes silent. A
// reset or a hangup sends none.
func (c *call) silentStatus() int {
	if c.fault.Effect == fault.EffectStall {
		return c.op.Success
	}
	return 0
}

// operate runs the operation, in two steps if a fault makes it wait between its
// reservation and its commit.
func (c *call) operate(ctx context.Context) (operation.Response, error) {
	if !c.acts(fault.During) {
		return c.run()
	}
	p, err := c.reserve()
	if err != nil {
		return operation.Response{}, err
	}
	return c.commit(p, c.wait(ctx))
}

// run prepares the operation and commits it.
func (c *call) run() (operation.Response, error) {
	w := c.world
	w.mu.Lock()
	defer w.mu.Unlock()
	tx, p, err := c.prepareLocked()
	if err != nil {
		return operation.Response{}, err
	}
	return p.Commit(tx, c.req)
}

// reserve prepares the operation and reserves what its commit will need.
func (c *call) reserve() (operation.Plan, error) {
	w := c.world
	w.mu.Lock()
	defer w.mu.Unlock()
	tx, p, err := c.prepareLocked()
	if err == nil && p.Reserve != nil {
		p.Reserve(tx)
	}
	return p, err
}

// commit ends an operation after reserve: it commits the plan or, if the wait
// failed, only releases the reservation.
func (c *call) commit(p operation.Plan, waitErr error) (operation.Response, error) {
	w := c.world
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.age != w.age {
		return operation.Response{}, &abandonedError{errStartedOver}
	}
	tx := w.txn()
	if p.Release != nil {
		defer p.Release(tx)
	}
	if waitErr != nil {
		return operation.Response{}, waitErr
	}
	return p.Commit(tx, c.req)
}

// prepareLocked checks the rate limits and prepares the operation. The caller
// holds the world's lock.
func (c *call) prepareLocked() (operation.Txn, operation.Plan, error) {
	w := c.world
	if c.age != w.age {
		return operation.Txn{}, operation.Plan{}, &abandonedError{errStartedOver}
	}
	tx := w.txn()
	if w.limits.Any() {
		if full := w.limits.Take(c.op.ID, c.req.Caller.ID(), tx.Now); full != nil {
			return tx, operation.Plan{}, refusal.TooMany(full, tx.Now)
		}
	}
	p, err := operation.All[c.op.ID](tx, c.req)
	if err == nil {
		c.undeclared = p.Undeclared
	}
	return tx, p, err
}

// injectedRefusal returns the refusal for the Status of the fault.
func (c *call) injectedRefusal() *refusal.Refusal {
	f := c.fault
	e := refusal.New(f.Status, apispec.Injected)
	e.Injected = true
	if e.Message == "" {
		e.Message = http.StatusText(f.Status)
	}
	if e.Message == "" {
		e.Message = "Status " + strconv.Itoa(f.Status)
	}
	if f.Status == http.StatusTooManyRequests {
		e.Limit = &refusal.Limit{Requests: 1, Reset: apispec.ClampTime(c.world.clock.now().Add(max(f.RetryAfter, time.Second)))}
	}
	return e
}

// An abandonedError reports that a request ended without a response.
type abandonedError struct{ cause error }

func (e *abandonedError) Error() string { return "the request was abandoned: " + e.cause.Error() }
func (e *abandonedError) Unwrap() error { return e.cause }

// errStartedOver ends a request whose world was reset or restored meanwhile.
var errStartedOver = errors.New("its world was reset")

// wait waits for the fault's delay, and then at its gate. It returns a 503 at once if
// as many requests as can wait do so already.
func (c *call) wait(ctx context.Context) error {
	if c.fault.Delay == nil && c.fault.Hold == "" {
		return nil
	}
	leave, full := c.world.server.waiting.enter()
	if full != nil {
		return full.refusal()
	}
	defer leave()
	if d := c.fault.Delay; d != nil {
		u, v := c.random.Roll("delay "+c.fault.ID, c.req.Number)
		if err := wire.Sleep(ctx, d.Draw(u, v)); err != nil {
			return &abandonedError{err}
		}
	}
	if c.fault.Hold != "" {
		err := c.gates.Hold(ctx, c.fault.Hold)
		if errors.Is(err, gate.ErrEnded) {
			err = errStartedOver
		}
		if err != nil {
			return &abandonedError{err}
		}
	}
	return nil
}
