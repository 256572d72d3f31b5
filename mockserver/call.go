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
	"github.com/mockgates/mockgates/mockserver/internal/random"
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
	path   string // below the base path
	req    *request
	text   string // body of the request

	// Set by receive.
	age        int64          // of the world
	random     *random.Source // of the world
	gates      *gate.Set      // of the world
	arrived    time.Time      // on the world's clock
	earlyRetry string         // message of the violation early-retry; "" for none
	fault      *fault.Firing  // nil if no fault acts
	preference string         // that was applied, for Preference-Applied; "" for none

	// Set by perform.
	undeclared []string
	resp       response
	refusal    *refusal // that became the response; nil for none
	injected   bool     // a fault replaced or altered the response; delaying or holding it does not count
	abandoned  bool     // there is no response: the client disconnected, or the world was reset

	// Set by finish.
	answered time.Time        // on the world's clock
	place    string           // where the fault broke the response; "" for nowhere
	header   []headerLine     // of the response, before an effect
	data     []byte           // body of the response, before an effect
	redact   *redact.Redactor // created when it is first needed
	entry    *Entry           // in the journal

	request request       // what req points to
	lines   [8]headerLine // where header is kept while it is short
}

// handle returns the handler of a route. It runs the operation op, or calls answer
// if op is nil.
func (s *Server) handle(op *apispec.Operation, answer func(*call) (response, error)) routeHandler {
	return func(c *call, w http.ResponseWriter, r *http.Request) {
		c.read(w, r)
		c.op = op
		c.world, c.req.caller = s.identify(r.Header, r.Header.Get(WorldHeader))
		if op != nil && op.Access == apispec.NoCredential {
			c.req.caller = caller{} // whatever credential was sent
			if issuer := s.codeWorld(c.req); issuer != nil {
				c.world = issuer
			}
		}
		s.serve(w, r, c, answer)
	}
}

// read reads a request, whose body must arrive within slowclient.DefaultTimeout.
func (c *call) read(w http.ResponseWriter, r *http.Request) {
	r.Body = slowclient.LimitBody(w, r.Body, slowclient.DefaultTimeout)
	c.method, c.req = r.Method, &c.request
	c.base, c.path = splitPath(r.URL.Path)
	c.request = request{path: c.path, query: r.URL.RawQuery, header: r.Header, body: form.ReadBody(r)}
	c.text = string(c.request.body.Data)
}

// serve carries a call through its world and sends the response.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, c *call, answer func(*call) (response, error)) {
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
	c.req.number = w.requests
	c.arrived = w.clock.now()
	c.age, c.random, c.gates = w.age, w.random, w.gates
	c.earlyRetry = c.checkWait()
	if c.op == nil {
		return nil
	}
	tx := w.txn()
	if err := tx.admit(c.op.Access, c.req.caller); err != nil {
		if tx.settings().bodyFirst {
			_, bad := prepare[c.op.ID](tx, c.req)
			if e, ok := errors.AsType[*refusal](bad); ok && e.status == 400 { // a 404 or 409 says nothing about the body
				return e
			}
		}
		return err
	}
	var err error
	if c.fault, c.preference, err = preferredFault(c.op, c.req.header); err != nil || c.preference != "" {
		return err
	}
	if c.req.body.TooLong || c.req.body.Err != nil {
		return nil // a fault could not wait here: with a body unread, net/http does not report that the client disconnects
	}
	if w.faults.Len() > 0 {
		c.fault = w.faults.Next(fault.Request{
			Operation: c.op.ID,
			Body: func() []byte {
				if members, _ := c.req.body.Object(c.req.header); members == nil {
					return nil
				}
				return c.req.body.Data
			},
			Draw: func(id string, matched int) float64 {
				u, _ := w.random.Roll("chance "+id, int64(matched))
				return u
			},
		})
	}
	return nil
}

// acts reports whether a fault acts on the call in the phase.
func (c *call) acts(p fault.Phase) bool { return c.fault != nil && c.fault.ActsIn(p) }

// perform runs the operation and applies the fault before, during or after it.
func (c *call) perform(ctx context.Context) (response, error) {
	if c.acts(fault.Before) {
		if err := c.wait(ctx); err != nil {
			return response{}, err
		}
		switch {
		case c.fault.Status != 0:
			return response{}, c.injectedRefusal()
		case c.fault.Silent():
			return response{status: c.silentStatus(), rules: []string{apispec.Injected}}, nil
		}
	}
	resp, err := c.operate(ctx)
	if _, gone := errors.AsType[*abandonedError](err); !gone && c.acts(fault.After) {
		if err := c.wait(ctx); err != nil {
			return response{}, err
		}
		if c.fault.Status != 0 {
			return response{}, c.injectedRefusal()
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
func (c *call) operate(ctx context.Context) (response, error) {
	if !c.acts(fault.During) {
		return c.run()
	}
	p, err := c.reserve()
	if err != nil {
		return response{}, err
	}
	return c.commit(p, c.wait(ctx))
}

// run prepares the operation and commits it.
func (c *call) run() (response, error) {
	w := c.world
	w.mu.Lock()
	defer w.mu.Unlock()
	tx, p, err := c.prepareLocked()
	if err != nil {
		return response{}, err
	}
	return p.commit(tx)
}

// reserve prepares the operation and reserves what its commit will need.
func (c *call) reserve() (plan, error) {
	w := c.world
	w.mu.Lock()
	defer w.mu.Unlock()
	tx, p, err := c.prepareLocked()
	if err == nil && p.reserve != nil {
		p.reserve(tx)
	}
	return p, err
}

// commit ends an operation after reserve: it commits the plan or, if the wait
// failed, only releases the reservation.
func (c *call) commit(p plan, waitErr error) (response, error) {
	w := c.world
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.age != w.age {
		return response{}, &abandonedError{errStartedOver}
	}
	tx := w.txn()
	if p.release != nil {
		defer p.release(tx)
	}
	if waitErr != nil {
		return response{}, waitErr
	}
	return p.commit(tx)
}

// prepareLocked checks the rate limits and prepares the operation. The caller
// holds the world's lock.
func (c *call) prepareLocked() (txn, plan, error) {
	w := c.world
	if c.age != w.age {
		return txn{}, plan{}, &abandonedError{errStartedOver}
	}
	tx := w.txn()
	if w.limits.Any() {
		if full := w.limits.Take(c.op.ID, c.req.caller.id(), tx.now); full != nil {
			return tx, plan{}, tooMany(full, tx.now)
		}
	}
	p, err := prepare[c.op.ID](tx, c.req)
	if err == nil {
		c.undeclared = p.undeclared
	}
	return tx, p, err
}

// injectedRefusal returns the refusal for the Status of the fault.
func (c *call) injectedRefusal() *refusal {
	f := c.fault
	e := refuse(f.Status, apispec.Injected)
	e.injected = true
	if e.message == "" {
		e.message = http.StatusText(f.Status)
	}
	if e.message == "" {
		e.message = "Status " + strconv.Itoa(f.Status)
	}
	if f.Status == http.StatusTooManyRequests {
		e.limit = &limitHeaders{limit: 1, reset: apispec.ClampTime(c.world.clock.now().Add(max(f.RetryAfter, time.Second)))}
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
		u, v := c.random.Roll("delay "+c.fault.ID, c.req.number)
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
