package ratelimit

import (
	"maps"
	"slices"
	"time"

	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

// A Set holds limits with the current window of each caller. The zero Set has no
// limits. A Set does no locking. A window that has ended may be forgotten, and then
// does not come back if the clock is set back.
type Set struct{ counters []*counter }

// A counter is a limit with the current windows, by hash of the caller's token. Some
// of them may have ended; see prune.
type counter struct {
	Limit
	windows map[string]window
	pruneAt int // number of windows at which to prune them
}

// minWindows is the number of windows that a counter keeps without looking for those
// that have ended.
const minWindows = 64

type window struct {
	ends time.Time
	used int
}

// A Refusal says that a limit is used up.
type Refusal struct {
	Limit Limit
	Ends  time.Time // when the caller's window ends
}

// A State is a limit with the windows of its callers, as a snapshot has it.
type State struct {
	Limit   Limit    `json:"limit"`
	Windows []Window `json:"windows"` // by caller
}

// A Window is the window of one caller.
type Window struct {
	Caller string    `json:"caller"` // hash of the caller's token
	Ends   time.Time `json:"ends"`   // in UTC
	Used   int       `json:"used"`   // number of requests
}

// NewSet returns a Set of valid limits.
func NewSet(limits []Limit) Set {
	var s Set
	for _, l := range limits {
		s.counters = append(s.counters, newCounter(l))
	}
	return s
}

func newCounter(l Limit) *counter {
	return &counter{Limit: l, windows: map[string]window{}, pruneAt: minWindows}
}

// Any reports whether there is a limit.
func (s *Set) Any() bool { return len(s.counters) > 0 }

// Limits returns the limits in the order of NewSet. The result is never nil.
func (s *Set) Limits() []Limit {
	list := make([]Limit, 0, len(s.counters))
	for _, c := range s.counters {
		list = append(list, c.Limit)
	}
	return list
}

// Take counts a request of a caller for an operation at a time. If a limit is used
// up, it counts the request against none and returns the refusal. If several limits
// are used up, the refusal is that of the one with the longest wait.
func (s *Set) Take(operation, caller string, now time.Time) *Refusal {
	op := apispec.OperationByID(operation)
	if op == nil {
		return nil
	}
	var full *Refusal
	for _, c := range s.counters {
		if w := c.window(caller, now); c.matches(op) && w.used >= c.Requests && (full == nil || w.ends.After(full.Ends)) {
			full = &Refusal{c.Limit, w.ends}
		}
	}
	if full != nil {
		return full
	}
	for _, c := range s.counters {
		if c.matches(op) {
			c.prune(now)
			w := c.window(caller, now)
			w.used++
			c.windows[caller] = w
		}
	}
	return nil
}

// window returns the caller's window at now. It is a new one if the last has ended,
// or begins in the future because the clock was set back.
func (c *counter) window(caller string, now time.Time) window {
	w := c.windows[caller]
	if c.over(w, now) {
		return window{ends: apispec.ClampTime(now.Add(c.Per))}
	}
	return w
}

// over reports whether the window has ended at now, or begins in the future.
func (c *counter) over(w window, now time.Time) bool {
	return !now.Before(w.ends) || w.ends.Sub(now) > c.Per
}

// prune removes the windows that are over, once there are twice as many windows as
// it left the last time. So it takes constant time a request on average, and at most
// half of more than minWindows windows are over.
func (c *counter) prune(now time.Time) {
	if len(c.windows) < c.pruneAt {
		return
	}
	maps.DeleteFunc(c.windows, func(_ string, w window) bool { return c.over(w, now) })
	c.pruneAt = max(minWindows, 2*len(c.windows))
}

// State returns the limits and their windows. The result is never nil.
func (s *Set) State() []State {
	list := []State{}
	for _, c := range s.counters {
		st := State{c.Limit, []Window{}}
		for _, caller := range slices.Sorted(maps.Keys(c.windows)) {
			st.Windows = append(st.Windows, Window{caller, c.windows[caller].ends, c.windows[caller].used})
		}
		list = append(list, st)
	}
	return list
}

// Restore returns the Set with a valid state.
func Restore(list []State) Set {
	var s Set
	for _, st := range list {
		c := newCounter(st.Limit)
		for _, w := range st.Windows {
			c.windows[w.Caller] = window{w.Ends.UTC(), w.Used}
		}
		s.counters = append(s.counters, c)
	}
	return s
}
