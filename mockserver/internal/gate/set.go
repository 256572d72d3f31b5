package gate

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
)

// ErrEnded reports that the Set has ended, because its world was reset.
var ErrEnded = errors.New("the gates have ended")

// A Status is a gate and how many requests it holds.
type Status struct {
	Name string
	Open bool
	Held int
}

// A Set is the gates of a world. Its methods may be called at any time, from any
// goroutine.
type Set struct {
	ended chan struct{} // closed by End

	mu    sync.Mutex // guards all below
	gates map[string]*gate
}

type gate struct {
	named    bool // a fault names it, or it was opened; false if it is only watched
	open     bool
	held     int           // number of requests
	watchers int           // number of calls of WaitForHeld in progress
	opened   chan struct{} // closed when the gate opens
	change   chan struct{} // closed and replaced when held changes
}

// NewSet returns a Set without gates.
func NewSet() *Set { return &Set{ended: make(chan struct{}), gates: map[string]*gate{}} }

// End ends every wait with ErrEnded. It must be called at most once.
func (s *Set) End() { close(s.ended) }

// at returns the gate with a name. A new gate is shut. The caller holds s.mu.
func (s *Set) at(name string) *gate {
	g := s.gates[name]
	if g == nil {
		g = &gate{opened: make(chan struct{}), change: make(chan struct{})}
		s.gates[name] = g
	}
	return g
}

// view returns the gate as a Status.
func (g *gate) view(name string) Status { return Status{name, g.open, g.held} }

// add changes the number of requests that are held.
func (g *gate) add(n int) {
	g.held += n
	close(g.change)
	g.change = make(chan struct{})
}

// Shut shuts a gate.
func (s *Set) Shut(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.at(name)
	g.named = true
	if g.open {
		g.open, g.opened = false, make(chan struct{})
	}
}

// Open opens a gate, which stays open until it is shut. It returns the gate as it
// was just before.
func (s *Set) Open(name string) Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.at(name)
	was := g.view(name)
	g.named = true
	if !g.open {
		g.open = true
		close(g.opened)
	}
	return was
}

// All returns every gate that was shut or opened, by name. The result is never nil.
func (s *Set) All() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []Status{}
	for _, name := range slices.Sorted(maps.Keys(s.gates)) {
		if g := s.gates[name]; g.named {
			list = append(list, g.view(name))
		}
	}
	return list
}

// Count returns the number of gates that were shut or opened, and of those among
// names that would be new.
func (s *Set) Count(names ...string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, added := 0, map[string]bool{}
	for _, g := range s.gates {
		if g.named {
			n++
		}
	}
	for _, name := range names {
		if g := s.gates[name]; !added[name] && (g == nil || !g.named) {
			added[name] = true
			n++
		}
	}
	return n
}

// Hold holds a request at a gate until it opens. If ctx is done first, it returns
// the cause. If the Set has ended, it returns ErrEnded.
func (s *Set) Hold(ctx context.Context, name string) error {
	s.mu.Lock()
	g := s.at(name)
	g.named = true
	g.add(1)
	opened := g.opened
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		g.add(-1)
	}()
	select {
	case <-opened:
	case <-s.ended:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	select {
	case <-s.ended: // perhaps both
		return ErrEnded
	default:
		return nil
	}
}

// WaitForHeld waits until at least n requests are held at a gate. If ctx is done
// first, it returns the cause. If the Set has ended, it returns ErrEnded.
func (s *Set) WaitForHeld(ctx context.Context, name string, n int) (Status, error) {
	s.watch(name, 1)
	defer s.watch(name, -1)
	for {
		now, change := s.look(name)
		if now.Held >= n {
			return now, nil
		}
		select {
		case <-change:
		case <-s.ended:
			return now, ErrEnded
		case <-ctx.Done():
			return now, context.Cause(ctx)
		}
	}
}

// watch adds n to the number of watchers of a gate. A gate that is only watched is
// removed with its last watcher.
func (s *Set) watch(name string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.at(name)
	if g.watchers += n; g.watchers <= 0 && !g.named {
		delete(s.gates, name)
	}
}

// look returns a gate, and a channel that is closed when the gate changes.
func (s *Set) look(name string) (Status, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.at(name)
	return g.view(name), g.change
}
