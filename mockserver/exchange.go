package mockserver

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
)

// An exchange is one request on its way through a world, and its answer.
type exchange struct {
	world    *World
	route    route
	req      *request
	method   string
	arrived  time.Time // on the world's clock
	answered time.Time // likewise
	fault    Fault     // the zero Fault if none acted
	turn     int       // of the fault's acts so far, this one included
	broken   string    // the place that the fault violated; "" for none
	prefer   string    // the preference that was honoured; "" for none
	notes    []string  // undeclared properties of the body
	resp     response
	refused  *Error      // the refusal that was answered; nil for none
	left     bool        // the client left before there was an answer
	age      int64       // of the world when the request arrived
	early    string      // what to say of a retry that came too early; "" if it did not
	header   http.Header // of the answer, as the API meant it
	data     []byte      // likewise
	secrets  *masker     // made when it is first asked for
}

// play answers one request in the world. It is the only place where an
// operation meets the lock, the clock, the faults and the limits.
func (w *World) play(ctx context.Context, rt route, method string, req *request) *exchange {
	x := &exchange{world: w, route: rt, req: req, method: method}
	err := w.receive(x)
	switch {
	case rt.page != nil:
		x.resp = w.show(x)
	case rt.op == nil:
		x.resp, err = rt.dead(method, req.header)
	case err == nil:
		x.resp, err = w.perform(ctx, x)
	}
	w.conclude(x, err)
	return x
}

// receive counts the request, judges its credential, and asks for a fault.
func (w *World) receive(x *exchange) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests++
	x.req.number = w.requests
	x.arrived = w.clock.now()
	x.age = w.age
	w.noteArrival(x)
	if x.route.op == nil {
		return nil
	}
	tx := w.txnLocked()
	err := tx.admit(x.route.op, x.req.caller)
	if err != nil {
		if w.choice("auth.before-body") == "after" {
			_, bad := x.route.op.prepare(tx, x.req)
			if e, ok := errors.AsType[*Error](bad); ok && e.Status == 400 { // a 404 or 409 is no judgement of the body
				err = e
			}
		}
		return err
	}
	if x.fault, x.prefer, err = preferred(x.route.op, x.req.header); err != nil || x.prefer != "" {
		return err
	}
	if x.req.body.tooLong || x.req.body.err != nil {
		return nil // a client that was not read to its end is not seen to leave: nothing may wait for it
	}
	f := w.faults.next(x.route.op, x.req, func(fault string, seen int) float64 {
		u, _ := w.roll("chance "+fault, int64(seen))
		return u
	})
	x.fault, x.turn = f.fault, f.count
	return nil
}

// perform runs the operation with the fault around it.
func (w *World) perform(ctx context.Context, x *exchange) (response, error) {
	if x.fault.acts(Before) {
		if err := w.wait(ctx, x); err != nil {
			return response{}, err
		}
		switch {
		case x.fault.Status != 0:
			return w.injected(x)
		case x.fault.silent():
			return response{status: x.fault.silentStatus(x.route.op), rules: []string{"fault.injected"}}, nil
		}
	}
	resp, err := w.operate(ctx, x)
	if _, left := errors.AsType[*leftError](err); !left && x.fault.acts(After) {
		if err := w.wait(ctx, x); err != nil {
			return response{}, err
		}
		if x.fault.Status != 0 {
			return w.injected(x)
		}
	}
	return resp, err
}

// operate runs the operation. It holds the world's lock, but for the time that
// a fault parks it between its reservation and its commit.
func (w *World) operate(ctx context.Context, x *exchange) (response, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if x.age != w.age {
		return response{}, &leftError{errStartedOver}
	}
	tx := w.txnLocked()
	if err := tx.limit(w.limits, x.route.op, x.req.caller); err != nil {
		return response{}, err
	}
	p, err := x.route.op.prepare(tx, x.req)
	if err != nil {
		return response{}, err
	}
	x.notes = p.notes
	if x.fault.acts(During) {
		if p.reserve != nil {
			if err := p.reserve(tx); err != nil {
				return response{}, err
			}
		}
		w.mu.Unlock()
		err := w.wait(ctx, x)
		w.mu.Lock()
		if x.age != w.age {
			return response{}, &leftError{errStartedOver}
		}
		tx = w.txnLocked()
		if p.release != nil {
			defer p.release(tx)
		}
		if err != nil {
			return response{}, err
		}
	}
	return p.commit(tx)
}

// injected is the answer that a fault gives in place of the operation's.
func (w *World) injected(x *exchange) (response, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return response{}, x.fault.refusal(w.txnLocked())
}

// conclude turns what the operation returned into the answer, and writes the
// journal.
func (w *World) conclude(x *exchange, err error) {
	w.settle(x, err)
	if !x.left {
		x.data = x.resp.encode()
		x.header = http.Header{}
		x.head(x.header, len(x.data))
	}
	r := newRecord(x)
	w.mu.Lock()
	defer w.mu.Unlock()
	if x.age != w.age {
		return // the world that the request was for is gone
	}
	w.noteAnswer(x)
	w.journal.add(r)
	w.server.count(x, len(r.entry.Findings))
}

// settle decides the answer.
func (w *World) settle(x *exchange, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	x.answered = w.clock.now()
	if _, left := errors.AsType[*leftError](err); left {
		x.left = true
	} else if err != nil {
		x.refused = w.refusal(x, err)
		x.resp = response{status: x.refused.Status, body: x.refused, header: x.refused.header(), rules: x.refused.rules}
		if allow, ok := x.refused.Metadata["allow"].([]string); ok {
			x.resp.header.Set("Allow", strings.Join(allow, ", "))
		}
	}
	if x.fault.Status != 0 && x.refused != nil && slices.Contains(x.refused.rules, "fault.injected") {
		x.fault.retryAfter(x.resp.header, x.answered)
	}
	if x.fault.Effect == EffectViolate && !x.left && x.age == w.age {
		w.violateLocked(x)
	}
}

// violateLocked breaks the answer as its fault has it. A fault whose place the
// answer does not have has not acted. w.mu must be held.
func (w *World) violateLocked(x *exchange) {
	data := x.resp.encode()
	broken, place, ok := violate(x.route.op.id, x.resp.status, data, x.fault.At, x.turn-1)
	if !ok {
		w.faults.giveBack(x.fault.ID)
		x.fault = Fault{}
		return
	}
	x.resp.body, x.broken = broken, place
}

// refusal is what the client is told about err: the Error that it wraps, or a
// 500, so that no undocumented body can leave the server.
func (w *World) refusal(x *exchange, err error) *Error {
	known, ok := errors.AsType[*Error](err)
	if !ok {
		w.server.log.Error("an operation failed", "world", w.name, "operation", x.route.op.id, "error", err)
		known = refuse(500, "server.error")
	}
	e := *known
	if c := x.req.caller; c.refusal == nil && c.hash != "" && !(e.Status == 401 && x.fault.Status == 401) {
		e.UserID = w.user
	}
	return &e
}
