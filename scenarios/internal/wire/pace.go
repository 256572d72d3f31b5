package wire

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// MaxRetryWait is how long a run waits in all for a live target that answers 429.
const MaxRetryWait = 60 * time.Second

// A RetryWait bounds how long a run waits in all.
type RetryWait struct {
	Sleep func(context.Context, time.Duration) error // waits, or returns an error when the context is done

	mu   sync.Mutex // guards left
	left time.Duration
}

// NewRetryWait returns a RetryWait for a run that has not waited yet. With a nil sleep it
// waits in real time.
func NewRetryWait(sleep func(context.Context, time.Duration) error) *RetryWait {
	if sleep == nil {
		sleep = pause
	}
	return &RetryWait{Sleep: sleep, left: MaxRetryWait}
}

// pause returns after d, or with an error when ctx is done.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// Wait waits for d. It returns false at once if the run would then have waited
// too long, and false if ctx is done.
func (w *RetryWait) Wait(ctx context.Context, d time.Duration) bool {
	w.mu.Lock()
	enough := d <= w.left
	if enough {
		w.left -= d
	}
	w.mu.Unlock()
	return enough && w.Sleep(ctx, d) == nil
}

// RetryAfter returns how long the header Retry-After asks to wait. It is at least one
// second, and one second if the header is absent or not valid.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	d := time.Second
	if seconds, err := strconv.ParseUint(text, 10, 63); err == nil {
		d = time.Duration(min(seconds, math.MaxInt64/uint64(time.Second))) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		d = at.Sub(now)
	}
	return max(d, time.Second)
}
