package mockserver

import (
	"context"
	"errors"
	"time"
)

// A leftError says that the client left before there was an answer.
type leftError struct{ cause error }

func (e *leftError) Error() string { return "the client left: " + e.cause.Error() }
func (e *leftError) Unwrap() error { return e.cause }

// errStartedOver ends a request that was parked while its world was reset.
var errStartedOver = errors.New("its world started over")

// wait parks the request for the fault's delay, then at its gate.
func (w *World) wait(ctx context.Context, x *exchange) error {
	if d := x.fault.Delay; d != nil {
		w.mu.Lock()
		u, v := w.roll("delay "+x.fault.ID, x.req.number)
		w.mu.Unlock()
		if err := pause(ctx, d.draw(u, v)); err != nil {
			return &leftError{err}
		}
	}
	if x.fault.Hold != "" {
		if err := w.park(ctx, x.fault.Hold, x.age); err != nil {
			return &leftError{err}
		}
	}
	return nil
}

// pause waits for d on the machine's clock, or until ctx is done, whose error
// it returns then.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
