package mockserver

import (
	"fmt"
	"net/http"

	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

// The defaults of the bounds in Config.
const (
	DefaultMaxWorlds = 10_000
	DefaultMaxFaults = 1000
	DefaultMaxGates  = 1000
	DefaultMaxCodes  = 100_000
)

// bounds are the bounds of a server and its worlds.
type bounds struct{ worlds, faults, gates, codes int }

// newBounds returns the bounds of a Config, with the defaults for 0.
func newBounds(cfg Config) (bounds, error) {
	b := bounds{cfg.MaxWorlds, cfg.MaxFaults, cfg.MaxGates, cfg.MaxCodes}
	for _, x := range []struct {
		name  string
		value *int
		usual int
	}{
		{"worlds", &b.worlds, DefaultMaxWorlds},
		{"faults", &b.faults, DefaultMaxFaults},
		{"gates", &b.gates, DefaultMaxGates},
		{"codes", &b.codes, DefaultMaxCodes},
	} {
		if *x.value < 0 {
			return bounds{}, fmt.Errorf("at most %d %s: want 1 or more, or 0 for %d", *x.value, x.name, x.usual)
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
func (s *store) room(n int) *BoundError {
	if max(s.draws, s.created) > apispec.MaxCount-int64(n) {
		return &BoundError{"max-count", apispec.MaxCount, "secrets of a seed; reset the world with another"}
	}
	return nil
}

// roomForFaults returns an error if the world cannot take more faults and the gates
// that they name. The caller holds w.mu.
func (w *World) roomForFaults(list []fault.Fault) error {
	most := w.server.bounds
	if w.faults.Len()+len(list) > most.faults {
		return &BoundError{"max-faults", most.faults, "faults in a world"}
	}
	if w.faults.LastID() > apispec.MaxCount-len(list) {
		return &BoundError{"max-count", apispec.MaxCount, "fault IDs in a world"}
	}
	names := []string{}
	for _, f := range list {
		if f.Hold != "" {
			names = append(names, f.Hold)
		}
	}
	return w.roomForGates(names...)
}

// roomForGates returns an error if the world cannot take the named gates. The caller
// holds w.mu.
func (w *World) roomForGates(names ...string) error {
	if most := w.server.bounds.gates; w.gates.Count(names...) > most {
		return &BoundError{"max-gates", most, "gates in a world"}
	}
	return nil
}
