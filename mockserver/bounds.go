package mockserver

import (
	"fmt"
	"net/http"

	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/snapshot"
)

// The defaults of the bounds in Config.
const (
	DefaultMaxWorlds = 10_000
	DefaultMaxFaults = 1000
	DefaultMaxGates  = 1000
	DefaultMaxCodes  = 100_000
)

// newBounds returns the bounds of a Config, with the defaults for 0.
func newBounds(cfg Config) (snapshot.Bounds, error) {
	b := snapshot.Bounds{Worlds: cfg.MaxWorlds, Faults: cfg.MaxFaults, Gates: cfg.MaxGates, Codes: cfg.MaxCodes, Uncounted: DefaultWorld}
	for _, x := range []struct {
		name  string
		value *int
		usual int
	}{
		{"worlds", &b.Worlds, DefaultMaxWorlds},
		{"faults", &b.Faults, DefaultMaxFaults},
		{"gates", &b.Gates, DefaultMaxGates},
		{"codes", &b.Codes, DefaultMaxCodes},
	} {
		if *x.value < 0 {
			return snapshot.Bounds{}, fmt.Errorf("at most %d %s: want 1 or more, or 0 for %d", *x.value, x.name, x.usual)
		}
		if *x.value == 0 {
			*x.value = x.usual
		}
	}
	return b, nil
}

// A BoundError reports that a call would exceed a bound of Config. The call has
// changed nothing.
type BoundError struct {
	Bound string // "max-worlds", "max-faults", "max-gates", "max-codes" or "max-count"
	Max   int    // the bound
	What  string // what it bounds, such as "worlds" or "faults in a world"
}

func (e *BoundError) Error() string {
	return fmt.Sprintf("%s is reached: the server keeps at most %d %s", e.Bound, e.Max, e.What)
}

// refusal returns the 503 for a request that would exceed the bound.
func (e *BoundError) refusal() *refusal {
	return refuse(http.StatusServiceUnavailable, "fake.bounds").withMessage("Service Unavailable: " + e.Error())
}

// room returns an error if the counters of the store leave no room for n more keys
// and codes.
func (tx txn) room(n int) *BoundError {
	if !tx.HasRoom(n) {
		return &BoundError{"max-count", apispec.MaxCount, "secrets of a seed; reset the world with another"}
	}
	return nil
}

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
