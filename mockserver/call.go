package mockserver

import (
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/gorilla/mux"

	"github.com/mockgates/mockgates/internal/redact"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/form"
	"github.com/mockgates/mockgates/mockserver/internal/wire"
)

// A request is what an operation is given: the request without the wire.
type request struct {
	number int64             // counts the requests of the world, from 1
	vars   map[string]string // variables of the path
	query  string            // raw
	header http.Header
	body   form.Body
	caller caller
}

// A response is what an operation answers: the response without the wire.
type response struct {
	status int
	header http.Header // beyond those that every response has; nil for none
	body   any         // marshalled as JSON; a []byte is sent as it is; nil for no body
	rules  []string    // that decided it
}

// A txn is what one request may read and change. There is one at a time in each
// world.
type txn struct {
	*store
	now   time.Time // on the world's clock
	world *World    // for reading its name, account and settings
}

func (tx txn) settings() *settings { return &tx.world.server.settings }

// A plan is an operation that has checked everything and changed nothing yet.
type plan struct {
	reserve    func(txn)                   // marks what commit will need, so that other requests see it; nil for nothing
	commit     func(txn) (response, error) // does it; if it fails, it has changed nothing
	release    func(txn)                   // takes the mark back, after commit or instead of it; nil for nothing
	undeclared []string                    // properties of the body that the request schema does not name
}

// A prepareFunc checks a request for one operation and returns the plan for it.
// It depends on its arguments alone and changes nothing; everything that an
// operation changes, it changes in the functions of the plan.
type prepareFunc func(txn, *request) (plan, error)

// prepare returns the function of each operation, by operationId.
var prepare = map[string]prepareFunc{
	"create-keys":           createKey,
	"create-auth-keys-code": createCode,
	"list-keys":             listKeys,
	"get-key":               getKey,
	"update-keys":           updateKey,
	"delete-keys":           deleteKey,
	"get-current-key":       currentKey,
	"exchange-auth-code":    exchangeCode,
}

// draw takes n random bytes, at most 32, from the seed of the world. The same
// seed and the same draws before give the same bytes, on any machine.
func (tx txn) draw(purpose string, n int) []byte {
	tx.draws++
	return derive(tx.world.root, purpose, tx.draws)[:n]
}

// marker begins the digits of every secret that is minted, so that nobody takes
// one for real and a secret scanner can be told.
const marker = "fa4e"

// mint draws a secret and returns it with the key that it opens, which has a
// hash, a label and a creation time and nothing else.
func (tx txn) mint() (secret string, k Key) {
	digits := marker + hex.EncodeToString(tx.draw("key", 30))
	prefix := tx.world.server.prefix
	secret = prefix + digits
	return secret, Key{
		Hash:    hashOf(secret),
		Label:   prefix + digits[:3] + "..." + digits[len(digits)-3:],
		Created: tx.now,
	}
}

// putKey stores a key and lets its secret lead to this world.
func (tx txn) putKey(k Key) {
	tx.store.putKey(k)
	tx.world.server.index.putKey(k.Hash, tx.world)
}

// putCode stores an authorization code and lets it lead to this world.
func (tx txn) putCode(c authCode) {
	tx.codes[c.ID] = c
	tx.world.server.index.putCode(c.ID, tx.world)
}

// A call is one request on its way through a world, and its response.
//
//	receive ─► perform ─► finish ─► send
//
// The world's lock is taken once by receive, once by perform (twice if a fault
// holds the request in the middle of its operation) and once by finish. Nothing is
// encoded, redacted, logged or sent under it.
type call struct {
	world  *World
	op     *apispec.Operation // nil if the API has no such operation
	page   bool               // it is for the consent page
	method string
	base   string // the base path that the client used
	path   string // below the base path
	req    *request

	// Set by receive.
	age        int64         // of the world
	root       []byte        // of the world's randomness
	arrived    time.Time     // on the world's clock
	earlyRetry string        // how the request is an early retry; "" if it is not
	fault      *fault.Firing // nil if no fault acts
	preference string        // the preference that is honoured; "" for none

	// Set by perform.
	undeclared []string
	resp       response
	refusal    *refusal // that was answered; nil for none
	injected   bool     // a fault made the response what it is; one that only delays or holds does not
	abandoned  bool     // there is no response: the client left, or the world started over

	// Set by finish.
	answered time.Time        // on the world's clock
	place    string           // at which the fault broke the response; "" for none
	header   http.Header      // of the response, before an effect
	data     []byte           // body of the response, before an effect
	redact   *redact.Redactor // made when it is first needed
}

// handle returns the handler of a route: of an operation, or, where op is nil, one
// that answers without an operation.
func (s *Server) handle(op *apispec.Operation, answer func(*call) (response, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := s.newCall(r)
		c.op = op
		c.world, c.req.caller = s.identify(r.Header, r.Header.Get(WorldHeader))
		if op != nil && op.Access == apispec.NoCredential {
			c.req.caller = caller{} // whatever credential was sent
			if issuer := s.codeWorld(c.req); issuer != nil {
				c.world = issuer
			}
		}
		s.serve(w, r, c, answer)
	})
}

// newCall reads a request.
func (s *Server) newCall(r *http.Request) *call {
	c := &call{method: r.Method, req: &request{
		vars: mux.Vars(r), query: r.URL.RawQuery, header: r.Header, body: form.ReadBody(r),
	}}
	c.base, c.path = splitPath(r.URL.Path)
	return c
}

// serve takes a request through its world and answers it.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, c *call, answer func(*call) (response, error)) {
	elapsed := stopwatch()
	err := c.receive()
	switch {
	case answer != nil:
		c.resp, err = answer(c)
	case err == nil:
		c.resp, err = c.perform(r.Context())
	}
	c.finish(err)
	defer func() { c.log(elapsed()) }()
	c.send(w, r)
}

// receive counts the request, checks its credential, and asks for a fault.
func (c *call) receive() error {
	w := c.world
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests++
	w.used = true
	c.req.number = w.requests
	c.arrived = w.clock.now()
	c.age, c.root = w.age, w.root
	c.earlyRetry = w.waits.check(c)
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
		return nil // net/http does not tell when such a client leaves, so nothing may wait for it
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
				u, _ := roll(w.root, "chance "+id, int64(matched))
				return u
			},
		})
	}
	return nil
}

// acts reports whether a fault acts on the call in the phase.
func (c *call) acts(p fault.Phase) bool { return c.fault != nil && c.fault.ActsIn(p) }

// perform runs the operation with the fault around it.
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

// silentStatus is the status of the headers that precede the silence of a stall.
// A reset or a hangup sends none.
func (c *call) silentStatus() int {
	if c.fault.Effect == fault.EffectStall {
		return c.op.Success
	}
	return 0
}

// operate runs the operation: at once, or in two steps where a fault keeps it
// waiting between its reservation and its commit.
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

// reserve prepares the operation and marks what its commit will need.
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

// commit ends an operation that was reserved: it commits the plan, or with an
// error of the wait only takes the reservation back.
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
	if err := tx.limit(w.limits, c.op, c.req.caller); err != nil {
		return tx, plan{}, err
	}
	p, err := prepare[c.op.ID](tx, c.req)
	if err == nil {
		c.undeclared = p.undeclared
	}
	return tx, p, err
}

// injectedRefusal is the response that a fault gives in place of the operation's.
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

// An abandonedError says that a request ended before it had a response.
type abandonedError struct{ cause error }

func (e *abandonedError) Error() string { return "the request was abandoned: " + e.cause.Error() }
func (e *abandonedError) Unwrap() error { return e.cause }

// errStartedOver ends a request that was held while its world was reset.
var errStartedOver = errors.New("its world started over")

// wait keeps the request waiting for the fault's delay, and then at its gate.
func (c *call) wait(ctx context.Context) error {
	if d := c.fault.Delay; d != nil {
		u, v := roll(c.root, "delay "+c.fault.ID, c.req.number)
		if err := wire.Sleep(ctx, d.Draw(u, v)); err != nil {
			return &abandonedError{err}
		}
	}
	if c.fault.Hold != "" {
		if err := c.world.hold(ctx, c.fault.Hold, c.age); err != nil {
			return &abandonedError{err}
		}
	}
	return nil
}
