package ratelimit

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

// A Limit says how many requests a caller can make in a window of time, on
// the world's clock. A window begins with the first request after the previous
// window has ended. Operations that do not document 429 are neither counted nor
// refused. The text form of a Limit is "create-keys 3/1m".
type Limit struct {
	Operation string        // operationId, or "*" for all operations together
	Requests  int           // per window; 1 to 2^53-1
	Per       time.Duration // the length of a window; a millisecond to 366 days
}

// maxWindow is the longest window of a Limit.
const maxWindow = 366 * 24 * time.Hour

// Parse parses the text form: an operationId or *, a space, and
// REQUESTS/DURATION, where s, m and h mean 1s, 1m and 1h.
func Parse(s string) (Limit, error) {
	fields := strings.Fields(s)
	if len(fields) != 2 {
		return Limit{}, fmt.Errorf("rate limit %q: want OPERATION REQUESTS/DURATION, such as create-keys 3/1m", s)
	}
	requests, per, ok := strings.Cut(fields[1], "/")
	n, err := strconv.Atoi(requests)
	if !ok || err != nil {
		return Limit{}, fmt.Errorf("rate limit %q: %q is not REQUESTS/DURATION such as 3/1m", s, fields[1])
	}
	if per == "s" || per == "m" || per == "h" {
		per = "1" + per
	}
	d, err := time.ParseDuration(per)
	if err != nil {
		return Limit{}, fmt.Errorf("rate limit %q: %q is not a duration such as 1m", s, per)
	}
	r := Limit{Operation: fields[0], Requests: n, Per: d}
	if err := r.Validate(); err != nil {
		return Limit{}, err
	}
	return r, nil
}

// String returns the text form.
func (l Limit) String() string { return fmt.Sprintf("%s %d/%v", l.Operation, l.Requests, l.Per) }

// MarshalText writes the text form.
func (l Limit) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the text form.
func (l *Limit) UnmarshalText(data []byte) (err error) {
	*l, err = Parse(string(data))
	return err
}

// Validate returns an error for a member with an unknown or impossible value.
func (l Limit) Validate() error {
	switch {
	case l.Requests < 1 || l.Requests > apispec.MaxCount:
		return fmt.Errorf("rate limit %q: %d requests; want 1 to %d", l, l.Requests, apispec.MaxCount)
	case l.Per < time.Millisecond || l.Per > maxWindow:
		return fmt.Errorf("rate limit %q: the window is %v; want 1ms to %v", l, l.Per, maxWindow)
	}
	if _, err := apispec.Matching(l.Operation); err != nil {
		return fmt.Errorf("rate limit %q: %w", l, err)
	}
	var limited []string
	for _, op := range apispec.Operations {
		if l.matches(op) {
			return nil
		}
		if op.Documents(429) {
			limited = append(limited, op.ID)
		}
	}
	return fmt.Errorf("rate limit %q: the operation does not document 429; want one of *, %s", l, strings.Join(limited, ", "))
}

// matches reports whether the limit counts requests for the operation.
func (l Limit) matches(op *apispec.Operation) bool {
	return (l.Operation == "*" || l.Operation == op.ID) && op.Documents(429)
}
