package mockserver

import (
	"context"
	"maps"
	"slices"

	"github.com/mockgates/mockgates/mockserver/fault"
)

// A Gate is a named barrier at which faults hold requests until it is opened.
type Gate struct {
	Name string `json:"name"`
	Open bool   `json:"open"`
	Held int    `json:"held"` // requests that wait at it now
}

// gates are the gates of one world. They do no locking.
type gates map[string]*gate

type gate struct {
	named    bool // by a fault, or by opening it; others are there for their watchers alone
	open     bool
	held     int           // requests
	watchers int           // calls of WaitForHeld
	opened   chan struct{} // closed when the gate opens
	change   chan struct{} // closed and replaced when held changes
}

// reset opens every gate and wakes those who watch it, so that nobody waits for a
// world that has started over, and forgets them.
func (gs *gates) reset() {
	for _, g := range *gs {
		g.unlock()
		g.add(0)
	}
	*gs = gates{}
}

// at returns the gate with a name. A new gate is shut.
func (gs gates) at(name string) *gate {
	g := gs[name]
	if g == nil {
		g = &gate{opened: make(chan struct{}), change: make(chan struct{})}
		gs[name] = g
	}
	return g
}

// shutFor shuts the gate at which a new fault holds requests, if it does.
func (gs gates) shutFor(f fault.Fault) {
	if f.Hold == "" {
		return
	}
	g := gs.at(f.Hold)
	g.named = true
	if g.open {
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
	g.held += n
	close(g.change)
	g.change = make(chan struct{})
}

// names returns the names of the gates that have been named, sorted.
func (gs gates) names() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(gs)) {
		if gs[name].named {
			names = append(names, name)
		}
	}
	return names
}

// view returns the gate as callers see it.
func (g *gate) view(name string) Gate { return Gate{Name: name, Open: g.open, Held: g.held} }

// OpenGate opens a gate, which stays open until a new fault holds requests there.
// It returns the gate as it was just before. It refuses a name that
// fault.ValidateGate refuses.
func (w *World) OpenGate(name string) (Gate, error) {
	if err := fault.ValidateGate(name); err != nil {
		return Gate{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	g := w.gates.at(name)
	was := g.view(name)
	g.named, w.used = true, true
	g.unlock()
	return was, nil
}

// Gates returns every gate that a fault has named or that was opened, by name. It
// is never nil.
func (w *World) Gates() []Gate {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := []Gate{}
	for _, name := range w.gates.names() {
		list = append(list, w.gates[name].view(name))
	}
	return list
}

// WaitForHeld waits until at least n requests are held at a gate, or until ctx is
// done, whose cause it returns then. It refuses a name that fault.ValidateGate
// refuses.
func (w *World) WaitForHeld(ctx context.Context, name string, n int) (Gate, error) {
	if err := fault.ValidateGate(name); err != nil {
		return Gate{}, err
	}
	w.watch(name, 1)
	defer w.watch(name, -1)
	for {
		now, change := w.look(name)
		if now.Held >= n {
			return now, nil
		}
		select {
		case <-change:
		case <-ctx.Done():
			return now, context.Cause(ctx)
		}
	}
}

// watch counts a watcher of a gate in or out. A gate that is only watched is
// forgotten with its last watcher.
func (w *World) watch(name string, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g := w.gates.at(name)
	if g.watchers += n; g.watchers <= 0 && !g.named {
		delete(w.gates, name)
	}
}

// look returns a gate, and a channel that is closed when it changes.
func (w *World) look(name string) (Gate, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g := w.gates.at(name)
	return g.view(name), g.change
}

// hold keeps a request at a gate until it opens, or until ctx is done, whose cause
// it returns then. It fails in a world that has started over since age.
func (w *World) hold(ctx context.Context, name string, age int64) error {
	g, opened := w.arrive(name, age)
	if g == nil {
		return errStartedOver
	}
	defer w.leave(g)
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

// arrive counts a request at a gate. It returns nil in a world that has started
// over since age.
func (w *World) arrive(name string, age int64) (*gate, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.age != age {
		return nil, nil
	}
	g := w.gates.at(name)
	g.named = true
	g.add(1)
	return g, g.opened
}

func (w *World) leave(g *gate) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g.add(-1)
}
