package scenarios

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/mockgates/mockgates/scenarios/internal/envelope"
)

// A Rate is how many requests a run may send to a live target in a time. The
// zero value asks for the default: no bound for a target on this machine, and
// 60 requests a minute for any other.
type Rate struct {
	Requests int           // 0 for the default, negative for no bound
	Per      time.Duration // one second, minute or hour
}

// NoRate is no bound.
var NoRate = Rate{Requests: -1}

// defaultRate holds for a target that is not on this machine.
var defaultRate = Rate{Requests: 60, Per: time.Minute}

// ParseRate parses a rate such as 60/m: requests per second (s), minute (m) or
// hour (h), or none.
func ParseRate(text string) (Rate, error) {
	if text == "none" {
		return NoRate, nil
	}
	count, unit, _ := strings.Cut(text, "/")
	n, err := strconv.Atoi(count)
	per := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}[unit]
	if err != nil || n < 1 || per == 0 {
		return Rate{}, fmt.Errorf("%q is not a valid rate; want requests per second, minute or hour, such as 60/m, or none", text)
	}
	return Rate{n, per}, nil
}

// limiter returns what spaces the requests of a run, nil for no bound. Requests
// are sent one by one, without bursts.
func (o Options) limiter() *rate.Limiter {
	interval := o.interval()
	if interval == 0 {
		return nil
	}
	return rate.NewLimiter(rate.Every(interval), 1)
}

// maxInterval is the longest time between two requests to a live target. A
// scenario of 15 calls then ends within a quarter of the ten minutes of $SOON,
// because scenarios do not run in parallel at such a rate.
const maxInterval = 10 * time.Second

// interval returns the time between two requests, 0 for no bound.
func (o Options) interval() time.Duration {
	r := o.Rate
	if r.Requests == 0 && o.live() && !isLoopback(o.Target) {
		r = defaultRate
	}
	if r.Requests <= 0 {
		return 0
	}
	return r.Per / time.Duration(r.Requests)
}

// isLoopback reports whether a URL leads to this machine.
func isLoopback(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || strings.HasSuffix(u.Hostname(), ".localhost") || ip != nil && ip.IsLoopback()
}

// maxRetryWait is how long a run waits in all for a live target that answers 429.
const maxRetryWait = 60 * time.Second

// A retryWait keeps account of how long a run has waited.
type retryWait struct {
	sleep func(context.Context, time.Duration) error

	mu   sync.Mutex // guards left
	left time.Duration
}

func newRetryWait(sleep func(context.Context, time.Duration) error) *retryWait {
	if sleep == nil {
		sleep = pause
	}
	return &retryWait{sleep: sleep, left: maxRetryWait}
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

// wait waits for d. It returns false at once if the run would then have waited
// too long, and false if ctx is done.
func (w *retryWait) wait(ctx context.Context, d time.Duration) bool {
	w.mu.Lock()
	enough := d <= w.left
	if enough {
		w.left -= d
	}
	w.mu.Unlock()
	return enough && w.sleep(ctx, d) == nil
}

// retryAfter returns how long the header Retry-After asks to wait: at least one
// second, also if it is absent or says nothing that can be understood.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	d := time.Second
	if seconds, err := strconv.ParseUint(text, 10, 63); err == nil {
		d = time.Duration(min(seconds, math.MaxInt64/uint64(time.Second))) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		d = at.Sub(now)
	}
	return max(d, time.Second)
}

// send sends a call and reads the response, at the rate of the run. If a live
// target answers 429, and the script does not ask for that, it waits as the
// response says and sends the call again. The error is one of the script; a
// response that does not arrive, or not completely, is in the result.
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
		if !s.retries.wait(ctx, retryAfter(done.ResponseHeader, time.Now())) {
			done.gaveUp = true
			return done, nil
		}
		limited = append(limited, done)
	}
}
