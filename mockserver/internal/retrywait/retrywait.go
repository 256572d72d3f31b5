// Package retrywait remembers the waits that responses ask for with Retry-After,
// and finds the requests that come too early.
//
//	response ─► Set.Note ─► Set
//	request ──► Set.Check ─► a message about a request that is too early, or ""
package retrywait

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"
)

// Max is how many waits a Set keeps. A Set that is full forgets all of them.
const Max = 10_000

// A Caller is a caller of an operation.
type Caller struct {
	Token     [32]byte // hash of the caller's token
	Operation string   // operationId
}

// A Set is the waits of one world. The zero Set is empty. A Set does no locking.
type Set struct{ waits map[Caller]wait }

type wait struct {
	from, until time.Time // on the world's clock
	header      string    // Retry-After
}

// Check returns a message for a request that arrives before its wait is over, or
// "". It removes a wait that is over, or that begins in the future because the
// clock was set back.
func (s *Set) Check(c Caller, now time.Time) string {
	w, ok := s.waits[c]
	switch {
	case !ok:
		return ""
	case !now.Before(w.until) || now.Before(w.from):
		delete(s.waits, c)
		return ""
	}
	return fmt.Sprintf("sent %v too early; Retry-After: %s asked the client to wait until %s",
		w.until.Sub(now), w.header, w.until.UTC().Format(time.RFC3339))
}

// Note records the wait that a response at a time asks for. A header that is
// neither a number of seconds nor an HTTP date, or that asks for no wait, ends the
// wait before it.
func (s *Set) Note(c Caller, header string, now time.Time) {
	until, ok := parse(header, now)
	if !ok || !until.After(now) {
		delete(s.waits, c)
		return
	}
	if s.waits == nil || len(s.waits) >= Max {
		s.waits = map[Caller]wait{}
	}
	s.waits[c] = wait{now, until, header}
}

// parse parses a Retry-After header (RFC 9110, section 10.2.3), and also fractions
// of seconds. It caps waits at 200 years.
func parse(header string, now time.Time) (time.Time, bool) {
	if header == "" {
		return time.Time{}, false
	}
	if seconds, err := strconv.ParseFloat(header, 64); err == nil {
		if math.IsNaN(seconds) || seconds < 0 {
			return time.Time{}, false
		}
		const most = 200 * 365 * 24 * time.Hour
		return now.Add(time.Duration(min(seconds, most.Seconds()) * float64(time.Second))), true
	}
	t, err := http.ParseTime(header)
	return t, err == nil
}
