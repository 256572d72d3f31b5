package mockserver

import (
	"context"
	"maps"
	"slices"
)

// A Gate is a named place where faults park requests until it is opened.
type Gate struct {
	Name   string `json:"name"`
	Open   bool   `json:"open"`
	Parked int    `json:"parked"` // requests that wait at it now
}

// gates are the gates of one world. They do no locking.
type gates map[string]*gate

type gate struct {
	parked int
	opened chan struct{} // closed when the gate opens
	change chan struct{} // closed and replaced whenever parked changes
	open   bool
}

// reset opens every gate and wakes who watches it, so that nobody waits for a
// world that is gone. It shuts the gates of the faults that are now in force.
func (gs *gates) reset(initial []Fault) {
	for _, g := range *gs {
		g.unlock()
		g.add(0)
	}
	*gs = gates{}
	for _, f := range initial {
		if f.Hold != "" {
			gs.shut(f.Hold)
		}
	}
}

// at returns the gate, closed if it is new.
func (gs gates) at(name string) *gate {
	g := gs[name]
	if g == nil {
		g = &gate{opened: make(chan struct{}), change: make(chan struct{})}
		gs[name] = g
	}
	return g
}

// shut closes a gate that was opened before, for a new fault that holds there.
func (gs gates) shut(name string) {
	if g := gs.at(name); g.open {
		g.open, g.opened = false, make(chan struct{})
	}
}

func (g *gate) unlock() {
	if !g.open {
		g.open = true
		close(g.opened)
	}
}

func (g *gate) add(n int) {
	g.parked += n
	close(g.change)
	g.change = make(chan struct{})
}

// OpenGate opens a gate, which stays open until a new fault holds there. It
// returns the gate as it was just before.
func (w *World) OpenGate(name string) Gate {
	w.mu.Lock()
	defer w.mu.Unlock()
	g := w.gates.at(name)
	was := Gate{Name: name, Open: g.open, Parked: g.parked}
	g.unlock()
	return was
}

// Gates returns every gate that a fault named or that was opened, by name.
func (w *World) Gates() []Gate {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := []Gate{}
	for _, name := range slices.Sorted(maps.Keys(w.gates)) {
		g := w.gates[name]
		list = append(list, Gate{Name: name, Open: g.open, Parked: g.parked})
	}
	return list
}

// AwaitParked waits until at least n requests are parked at a gate, or ctx is
// done, whose error it returns then.
func (w *World) AwaitParked(ctx context.Context, name string, n int) (Gate, error) {
	for {
		w.mu.Lock()
		g := w.gates.at(name)
		now := Gate{Name: name, Open: g.open, Parked: g.parked}
		change := g.change
		w.mu.Unlock()
		if now.Parked >= n {
			return now, nil
		}
		select {
		case <-change:
		case <-ctx.Done():
			return now, context.Cause(ctx)
		}
	}
}

// park waits at a gate until it opens, or ctx is done, whose error it returns.
// It fails in a world that has started over since age.
func (w *World) park(ctx context.Context, name string, age int64) error {
	w.mu.Lock()
	if w.age != age {
		w.mu.Unlock()
		return errStartedOver
	}
	g := w.gates.at(name)
	opened := g.opened
	g.add(1)
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		g.add(-1)
	}()
	select {
	case <-opened:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.age != age {
		return errStartedOver
	}
	return nil
}
