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
	Held int    `json:"held"` // number of requests that are held at it now
}

// gates are the gates of one world. They do no locking.
type gates map[string]*gate

type gate struct {
	named    bool // a fault names it, or it was opened; false if it is only watched
	open     bool
	held     int           // number of requests
	watchers int           // number of calls of WaitForHeld in progress
	opened   chan struct{} // closed when the gate opens
	change   chan struct{} // closed and replaced when held changes
}

// reset opens every gate, wakes its watchers, and removes it, so that nothing keeps
// waiting in a world that was reset.
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

// shutFor shuts the gate at which a new fault holds requests, if it has one.
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

// names returns the sorted names of the gates that are named.
func (gs gates) names() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(gs)) {
		if gs[name].named {
			names = append(names, name)
		}
	}
	return names
}

// view returns the gate in its exported form.
func (g *gate) view(name string) Gate { return Gate{Name: name, Open: g.open, Held: g.held} }

// OpenGate opens a gate, which stays open until a new fault names it. It returns
// the gate as it was just before. The name must satisfy fault.ValidateGate.
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

// Gates returns every gate that a fault names or that was opened, by name. The
// result is never nil.
func (w *World) Gates() []Gate {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := []Gate{}
	for _, name := range w.gates.names() {
		list = append(list, w.gates[name].view(name))
	}
	return list
}

// WaitForHeld waits until at least n requests are held at a gate. If ctx is done
// first, it returns the cause. The name must satisfy fault.ValidateGate.
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

// watch adds n to the number of watchers of a gate. A gate that is only watched is
// removed with its last watcher.
func (w *World) watch(name string, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g := w.gates.at(name)
	if g.watchers += n; g.watchers <= 0 && !g.named {
		delete(w.gates, name)
	}
}

// look returns a gate, and a channel that is closed when the gate changes.
func (w *World) look(name string) (Gate, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g := w.gates.at(name)
	return g.view(name), g.change
}

// hold holds a request at a gate until it opens. If ctx is done first, it returns
// the cause. It returns errStartedOver if the world is no longer of the given age.
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

// arrive counts a request at a gate. It returns nil if the world is no longer of
// the given age.
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
