package mockserver

import (
	"context"
	"errors"

	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/gate"
)

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
// first, it returns the cause. The name must satisfy fault.ValidateGate.
func (w *World) WaitForHeld(ctx context.Context, name string, n int) (Gate, error) {
	if err := fault.ValidateGate(name); err != nil {
		return Gate{}, err
	}
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
