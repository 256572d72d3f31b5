package mockserver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/form"
	"github.com/mockgates/mockgates/mockserver/internal/gate"
	"github.com/mockgates/mockgates/mockserver/internal/refusal"
)

// ErrNoFault reports that no fault of the world has the given id.
var ErrNoFault = errors.New("no such fault")

// AddFault adds a fault after the existing ones and returns it with its id. It
// applies to every request that arrives after AddFault has returned. If it holds
// requests at a gate, the gate is shut.
func (w *World) AddFault(f fault.Fault) (fault.Status, error) {
	added, err := w.AddFaults(f)
	if err != nil {
		return fault.Status{}, err
	}
	return added[0], nil
}

// AddFaults is AddFault for several faults. If any of them is not valid, it adds
// none. The error is a *BoundError if the world would have more than
// Config.MaxFaults.
func (w *World) AddFaults(list ...fault.Fault) ([]fault.Status, error) {
	for _, f := range list {
		if err := f.Validate(); err != nil {
			return nil, err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.roomForFaults(list); err != nil {
		return nil, err
	}
	added := make([]fault.Status, 0, len(list))
	for _, f := range list {
		if f.Hold != "" {
			w.gates.Shut(f.Hold)
		}
		added = append(added, w.faults.Add(f))
		w.used = true
	}
	return added, nil
}

// Faults returns every fault of the world, including those that are used up, in
// the order in which they were added. The result is never nil.
func (w *World) Faults() []fault.Status {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.faults.All()
}

// RemoveFault removes a fault and returns it. Requests that it is holding stay held
// until their gate opens. The error wraps ErrNoFault if no fault has the id.
func (w *World) RemoveFault(id string) (fault.Status, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	removed, ok := w.faults.Remove(id)
	if !ok {
		return fault.Status{}, fmt.Errorf("fault %q: %w", id, ErrNoFault)
	}
	w.used = true
	return removed, nil
}

// RemoveFaults removes every fault and returns them.
func (w *World) RemoveFaults() []fault.Status {
	w.mu.Lock()
	defer w.mu.Unlock()
	removed := w.faults.Clear()
	w.used = w.used || len(removed) > 0
	return removed
}

// roomForFaults returns an error if the world cannot take more faults and the gates
// that they name. The caller holds w.mu.
func (w *World) roomForFaults(list []fault.Fault) error {
	most := w.server.bounds
	if w.faults.Len()+len(list) > most.Faults {
		return &BoundError{"max-faults", most.Faults, "faults in a world"}
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
	if most := w.server.bounds.Gates; w.gates.Count(names...) > most {
		return &BoundError{"max-gates", most, "gates in a world"}
	}
	return nil
}

// A Gate is a named barrier at which faults hold requests until it is opened.
type Gate struct {
	Name string `json:"name"`
	Open bool   `json:"open"`
	Held int    `json:"held"` // number of requests that are held at it now
}

// OpenGate opens a gate, which stays open until a new fault names it. It returns
// the gate as it was just before. The name must satisfy fault.ValidateGate. The error
// is a *BoundError if the world has Config.MaxGates already.
func (w *World) OpenGate(name string) (Gate, error) {
	if err := fault.ValidateGate(name); err != nil {
		return Gate{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.roomForGates(name); err != nil {
		return Gate{}, err
	}
	w.used = true
	return Gate(w.gates.Open(name)), nil
}

// Gates returns every gate that a fault names or that was opened, by name. The
// result is never nil.
func (w *World) Gates() []Gate {
	list := []Gate{}
	for _, g := range w.currentGates().All() {
		list = append(list, Gate(g))
	}
	return list
}

// WaitForHeld waits until at least n requests are held at a gate. If ctx is done
// first, it returns the cause. The name must satisfy fault.ValidateGate. If as many
// requests and calls as can wait do so already, it returns a *BoundError at once.
func (w *World) WaitForHeld(ctx context.Context, name string, n int) (Gate, error) {
	if err := fault.ValidateGate(name); err != nil {
		return Gate{}, err
	}
	leave, full := w.server.waiting.enter()
	if full != nil {
		return Gate{}, full
	}
	defer leave()
	for {
		g, err := w.currentGates().WaitForHeld(ctx, name, n)
		if !errors.Is(err, gate.ErrEnded) { // after a reset it goes on with the new gates
			return Gate(g), err
		}
	}
}

// currentGates returns the gates of the world until it is reset.
func (w *World) currentGates() *gate.Set {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.gates
}

// preferredFault reads "Prefer: code=429" (RFC 7240), which injects a fault into
// this one request. It also returns the value of Preference-Applied. The success
// status of the operation injects nothing. A status that the operation does not
// document returns 400.
func preferredFault(op *apispec.Operation, h http.Header) (*fault.Firing, string, error) {
	for _, line := range h.Values("Prefer") {
		for preference := range strings.SplitSeq(line, ",") {
			preference, _, _ = strings.Cut(preference, ";")
			name, value, _ := strings.Cut(preference, "=")
			if !strings.EqualFold(strings.TrimSpace(name), "code") {
				continue
			}
			value = strings.Trim(strings.TrimSpace(value), `"`)
			status, err := strconv.Atoi(value)
			if err == nil && status == op.Success {
				return nil, "", nil
			}
			f := fault.Fault{ID: "prefer", Operation: op.ID, Status: status}
			if err == nil {
				err = f.Validate()
			}
			if err != nil {
				e := refusal.New(400, apispec.Injected).WithMessage(
					fmt.Sprintf("Prefer: code=%s cannot be applied: want a status that %s documents", form.Quote(value), op.ID))
				e.Injected = true
				return nil, "", e
			}
			return &fault.Firing{Fault: f, Count: 1}, "code=" + value, nil
		}
	}
	return nil, "", nil
}
