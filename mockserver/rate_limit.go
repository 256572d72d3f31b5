package mockserver

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

// A RateLimit limits how many requests a caller can make in a window of time, on
// the world's clock. A window begins with the first request after the previous
// window has ended. Operations that do not document 429 are neither counted nor
// refused. The text form of a RateLimit is "create-keys 3/1m".
type RateLimit struct {
	Operation string        // operationId, or "*" for all operations together
	Requests  int           // per window; at least 1
	Per       time.Duration // the length of a window; a millisecond to 366 days
}

// maxWindow is the longest window of a RateLimit.
const maxWindow = 366 * 24 * time.Hour

// ParseRateLimit parses the text form: an operationId or *, a space, and
// REQUESTS/DURATION, where s, m and h mean 1s, 1m and 1h.
func ParseRateLimit(s string) (RateLimit, error) {
	fields := strings.Fields(s)
	if len(fields) != 2 {
		return RateLimit{}, fmt.Errorf("rate limit %q: want OPERATION REQUESTS/DURATION, such as create-keys 3/1m", s)
	}
	requests, per, ok := strings.Cut(fields[1], "/")
	n, err := strconv.Atoi(requests)
	if !ok || err != nil {
		return RateLimit{}, fmt.Errorf("rate limit %q: %q is not REQUESTS/DURATION such as 3/1m", s, fields[1])
	}
	if per == "s" || per == "m" || per == "h" {
		per = "1" + per
	}
	d, err := time.ParseDuration(per)
	if err != nil {
		return RateLimit{}, fmt.Errorf("rate limit %q: %q is not a duration such as 1m", s, per)
	}
	r := RateLimit{Operation: fields[0], Requests: n, Per: d}
	if err := r.validate(); err != nil {
		return RateLimit{}, err
	}
	return r, nil
}

// String returns the text form.
func (r RateLimit) String() string { return fmt.Sprintf("%s %d/%v", r.Operation, r.Requests, r.Per) }

// MarshalText writes the text form.
func (r RateLimit) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the text form.
func (r *RateLimit) UnmarshalText(data []byte) (err error) {
	*r, err = ParseRateLimit(string(data))
	return err
}

func (r RateLimit) validate() error {
	switch {
	case r.Requests < 1:
		return fmt.Errorf("rate limit %q: %d requests; want at least 1", r, r.Requests)
	case r.Per < time.Millisecond || r.Per > maxWindow:
		return fmt.Errorf("rate limit %q: the window is %v; want 1ms to %v", r, r.Per, maxWindow)
	}
	if _, err := apispec.Matching(r.Operation); err != nil {
		return fmt.Errorf("rate limit %q: %w", r, err)
	}
	var limited []string
	for _, op := range apispec.Operations {
		if r.matches(op) {
			return nil
		}
		if op.Documents(429) {
			limited = append(limited, op.ID)
		}
	}
	return fmt.Errorf("rate limit %q: the operation does not document 429; want one of *, %s", r, strings.Join(limited, ", "))
}

// matches reports whether the limit counts requests for the operation.
func (r RateLimit) matches(op *apispec.Operation) bool {
	return (r.Operation == "*" || r.Operation == op.ID) && op.Documents(429)
}

// A rateLimit is a RateLimit with the current window of each caller.
type rateLimit struct {
	RateLimit
	windows map[string]window // by hash of the caller's token
}

type window struct {
	ends time.Time
	used int
}

// window returns the caller's window at now. It is a new one if the last has ended,
// or begins in the future because the clock was set back.
func (l *rateLimit) window(c caller, now time.Time) window {
	w := l.windows[c.hash]
	if !now.Before(w.ends) || w.ends.Sub(now) > l.Per {
		return window{ends: apispec.ClampTime(now.Add(l.Per))}
	}
	return w
}

func newRateLimits(rates []RateLimit) []*rateLimit {
	var out []*rateLimit
	for _, r := range rates {
		out = append(out, &rateLimit{r, map[string]window{}})
	}
	return out
}

// limit counts a request, or refuses it if a limit is used up. A request that one
// limit refuses does not count against the others. If several refuse it, the
// response is that of the limit with the longest wait.
func (tx txn) limit(limits []*rateLimit, op *apispec.Operation, c caller) error {
	var full *rateLimit
	var until window
	for _, l := range limits {
		if w := l.window(c, tx.now); l.matches(op) && w.used >= l.Requests && (full == nil || w.ends.After(until.ends)) {
			full, until = l, w
		}
	}
	if full != nil {
		return tooMany(full.RateLimit, until, tx)
	}
	for _, l := range limits {
		if l.matches(op) {
			w := l.window(c, tx.now)
			w.used++
			l.windows[c.hash] = w
		}
	}
	return nil
}

// tooMany returns the 429 of a limit that is used up.
func tooMany(r RateLimit, w window, tx txn) error {
	e := refuse(429, "limits.rate")
	e.limit = &limitHeaders{limit: r.Requests, reset: w.ends}
	e.retryAfter = w.ends.Sub(tx.now)
	return e
}
