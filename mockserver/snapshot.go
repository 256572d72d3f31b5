package mockserver

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/gate"
	"github.com/mockgates/mockgates/mockserver/internal/snapshot"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

// Snapshot writes the state of the world, without its journal and violations, as
// JSON for Restore. The OpenAPI document of the control API has its schema.
func (w *World) Snapshot(to io.Writer) error {
	return snapshot.State{Version: snapshot.Version, Worlds: []snapshot.World{w.state()}}.Write(to, "")
}

// Snapshot writes the state of all worlds at one moment, as World.Snapshot does.
func (s *Server) Snapshot(to io.Writer) error { return s.state().Write(to, "") }

// SnapshotIndent is like Snapshot, but each member and each item has a line of its own
// and is indented, as json.MarshalIndent does it. An indent consists of spaces and tabs.
func (s *Server) SnapshotIndent(to io.Writer, indent string) error {
	return s.state().Write(to, indent)
}

func (w *World) state() snapshot.World {
	w.mu.Lock()
	st := w.freezeLocked()
	w.mu.Unlock()
	return st()
}

// state returns the state of all worlds that have been used.
func (s *Server) state() snapshot.State {
	st := snapshot.State{Version: snapshot.Version, Worlds: []snapshot.World{}}
	for _, world := range s.freeze() {
		st.Worlds = append(st.Worlds, world())
	}
	return st
}

// freeze returns functions that return the states of all worlds that have been used, as
// they are now.
func (s *Server) freeze() (worlds []func() snapshot.World) {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := slices.Sorted(maps.Keys(s.worlds))
	for _, name := range names { // nothing else takes the locks of two worlds
		s.worlds[name].mu.Lock()
		defer s.worlds[name].mu.Unlock()
	}
	for _, name := range names {
		if w := s.worlds[name]; w.used {
			worlds = append(worlds, w.freezeLocked())
		}
	}
	return worlds
}

// freezeLocked returns a function that returns the state as it is now. It may be called
// while w changes. The caller holds w.mu.
func (w *World) freezeLocked() func() snapshot.World {
	clock := w.clock.load()
	clock.Since = clock.Since.Round(0).UTC()
	st := snapshot.World{
		Name: w.name, Seed: w.seed, Requests: w.requests, Clock: clock,
		Faults: snapshot.Faults{LastID: w.faults.LastID(), List: w.faults.All()},
		Limits: w.limits.State(), Gates: []snapshot.Gate{},
	}
	for _, g := range w.gates.All() {
		st.Gates = append(st.Gates, snapshot.Gate{Name: g.Name, Open: g.Open})
	}
	keys := w.store.Freeze()
	return func() snapshot.World {
		st.State = keys()
		return st
	}
}

// Restore sets the world to the state in a snapshot, with an empty journal.
// Requests in progress end without a response. Restore returns an error, and
// changes nothing, if the snapshot is not valid, or is not of this world alone.
func (w *World) Restore(from io.Reader) error {
	st, err := snapshot.Read(from, w.server.bounds)
	if err != nil {
		return err
	}
	if len(st.Worlds) != 1 {
		return fmt.Errorf("the state has %d worlds; want only %q", len(st.Worlds), w.name)
	}
	if name := st.Worlds[0].Name; name != w.name {
		return &strictjson.Error{Kind: strictjson.InvalidValue, Pointer: "/worlds/0/name", Message: fmt.Sprintf("is %q; want the name of the world to restore, %q", name, w.name)}
	}
	w.server.restoring.Lock()
	defer w.server.restoring.Unlock()
	state, store := &st.Worlds[0], account.Restore(st.Worlds[0].State)
	if pointer, other := w.server.index.Claim(w, &state.State); other != nil {
		w.release(&state.State)
		return &strictjson.Error{Kind: strictjson.InvalidValue, Pointer: "/worlds/0" + pointer, Message: fmt.Sprintf("belongs to the world %q", other.name)}
	}
	old := w.swap(state, store)
	gone := old.State()
	w.release(&gone)
	return nil
}

// swap sets the world to a valid state, whose keys, codes and apps are in a store, and
// returns its old store.
func (w *World) swap(state *snapshot.World, store account.Store) (old account.Store) {
	w.mu.Lock()
	defer w.mu.Unlock()
	old = w.store
	w.restoreLocked(state, store)
	w.used = true
	return old
}

// release takes those keys and codes of a state out of the server's index that are not
// in the store of the world. Requests go on meanwhile.
func (w *World) release(state *account.State) {
	w.server.index.Release(w, state, &w.mu, &w.store)
}

// Restore sets every world to the state in a snapshot. Worlds that are not in the
// snapshot are reset. Restore returns an error, and changes nothing, if the
// snapshot is not valid, or a *BoundError if the server would have more than
// Config.MaxWorlds, those that are reset included.
func (s *Server) Restore(from io.Reader) error {
	st, err := snapshot.Read(from, s.bounds)
	if err != nil {
		return err
	}
	s.restoring.Lock()
	defer s.restoring.Unlock()
	restored, err := s.worldsOf(&st)
	if err != nil {
		return err
	}
	// All that takes time comes before the locks.
	stores, index := make(map[*World]account.Store, len(restored)), account.NewIndex[World]()
	for w, state := range restored {
		stores[w] = account.Restore(state.State)
		_, _ = index.Claim(w, &state.State) // no two worlds of a valid snapshot share a key or a code
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.worlds {
		w.mu.Lock()
		defer w.mu.Unlock()
		state, ok := restored[w]
		w.used = ok
		if ok {
			w.restoreLocked(state, stores[w])
		} else {
			w.begin(s.seed)
		}
	}
	s.index.Adopt(index)
	return nil
}

// worldsOf returns the worlds of a valid snapshot with their states. It creates those
// that the server does not have, or none if it cannot have all.
func (s *Server) worldsOf(st *snapshot.State) (map[*World]*snapshot.World, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := make([]string, len(st.Worlds))
	for i := range st.Worlds {
		names[i] = st.Worlds[i].Name
	}
	if full := s.roomForWorlds(names...); full != nil {
		return nil, fmt.Errorf("state: %w", full)
	}
	worlds := make(map[*World]*snapshot.World, len(names))
	for i, name := range names {
		if s.worlds[name] == nil {
			s.worlds[name] = newWorld(s, name)
		}
		worlds[s.worlds[name]] = &st.Worlds[i]
	}
	return worlds, nil
}

// restoreLocked sets w to a valid state, whose keys, codes and apps are in a store. The
// caller holds w.mu.
func (w *World) restoreLocked(st *snapshot.World, store account.Store) {
	w.begin(st.Seed)
	w.requests = st.Requests
	w.clock.restore(st.Clock)
	w.store = store
	w.faults = fault.Restore(st.Faults.LastID, st.Faults.List)
	w.limits = ratelimit.Restore(st.Limits)
	w.gates = gate.NewSet() // without those of the server's faults, which no request has seen
	for _, g := range st.Gates {
		w.gates.Shut(g.Name)
		if g.Open {
			w.gates.Open(g.Name)
		}
	}
}
