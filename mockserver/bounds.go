package mockserver

import (
	"fmt"
	"sync/atomic"

	"github.com/mockgates/mockgates/mockserver/internal/refusal"
	"github.com/mockgates/mockgates/mockserver/internal/snapshot"
)

// The defaults of the bounds in Config.
const (
	DefaultMaxWorlds  = 10_000
	DefaultMaxFaults  = 1000
	DefaultMaxGates   = 1000
	DefaultMaxCodes   = 100_000
	DefaultMaxWaiting = 4096
)

// A waitingRoom counts the requests and calls that wait, in all worlds. Each has a
// goroutine and a connection, and a request its body.
type waitingRoom struct {
	max int64
	now atomic.Int64
}

// enter counts one more until leave is called. It returns an error, and counts none,
// if that would be too many.
func (r *waitingRoom) enter() (leave func(), full *BoundError) {
	if r.now.Add(1) > r.max {
		r.now.Add(-1)
		return nil, &BoundError{"max-waiting", int(r.max), "requests that a fault delays or holds, or that wait for these"}
	}
	return func() { r.now.Add(-1) }, nil
}

// newBounds returns the bounds of a Config, with the defaults for 0.
func newBounds(cfg Config) (b snapshot.Bounds, waiting int, err error) {
	b, waiting = snapshot.Bounds{Worlds: cfg.MaxWorlds, Faults: cfg.MaxFaults, Gates: cfg.MaxGates, Codes: cfg.MaxCodes, Uncounted: DefaultWorld}, cfg.MaxWaiting
	for _, x := range []struct {
		name  string
		value *int
		usual int
	}{
		{"worlds", &b.Worlds, DefaultMaxWorlds},
		{"faults", &b.Faults, DefaultMaxFaults},
		{"gates", &b.Gates, DefaultMaxGates},
		{"codes", &b.Codes, DefaultMaxCodes},
		{"waiting requests", &waiting, DefaultMaxWaiting},
	} {
		if *x.value < 0 {
			return snapshot.Bounds{}, 0, fmt.Errorf("at most %d %s: want 1 or more, or 0 for %d", *x.value, x.name, x.usual)
		}
		if *x.value == 0 {
			*x.value = x.usual
		}
	}
	return b, waiting, nil
}

// A BoundError reports that a call would exceed a bound of Config. The call has
// changed nothing.
type BoundError struct {
	Bound string // "max-worlds", "max-faults", "max-gates", "max-codes", "max-waiting" or "max-count"
	Max   int    // the bound
	What  string // what it bounds, such as "worlds" or "faults in a world"
}

func (e *BoundError) Error() string { return e.full().Error() }

// refusal returns the 503 for a request that would exceed the bound.
func (e *BoundError) refusal() *refusal.Refusal { return e.full().Refusal() }

func (e *BoundError) full() *refusal.Full { return (*refusal.Full)(e) }

// roomForWorlds returns an error if the server cannot have the named worlds, each
// named once, beside those that it has. The default world does not count. The caller
// holds s.mu.
func (s *Server) roomForWorlds(names ...string) *BoundError {
	others := len(s.worlds)
	if s.worlds[DefaultWorld] != nil {
		others--
	}
	for _, name := range names {
		if name != DefaultWorld && s.worlds[name] == nil {
			others++
		}
	}
	if most := s.bounds.Worlds; others > most {
		return &BoundError{"max-worlds", most, "worlds"}
	}
	return nil
}
