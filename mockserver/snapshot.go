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
	return snapshot.State{Version: snapshot.Version, Worlds: []snapshot.World{w.state()}}.Write(to)
}

// Snapshot writes the state of all worlds at one moment, as World.Snapshot does.
func (s *Server) Snapshot(to io.Writer) error { return s.state().Write(to) }

func (w *World) state() snapshot.World {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stateLocked()
}

// state returns the state of all worlds that have been used.
func (s *Server) state() snapshot.State {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := slices.Sorted(maps.Keys(s.worlds))
	for _, name := range names { // nothing else takes the locks of two worlds
		s.worlds[name].mu.Lock()
		defer s.worlds[name].mu.Unlock()
	}
	st := snapshot.State{Version: snapshot.Version, Worlds: []snapshot.World{}}
	for _, name := range names {
		if w := s.worlds[name]; w.used {
			st.Worlds = append(st.Worlds, w.stateLocked())
		}
	}
	return st
}

// stateLocked returns the state, which later changes of w leave as it is. The
// caller holds w.mu.
func (w *World) stateLocked() snapshot.World {
	clock := w.clock.load()
	clock.Since = clock.Since.Round(0).UTC()
	st := snapshot.World{
		Name: w.name, Seed: w.seed, Requests: w.requests, Clock: clock, State: w.store.State(),
		Faults: snapshot.Faults{LastID: w.faults.LastID(), List: w.faults.All()},
		Limits: w.limits.State(), Gates: []snapshot.Gate{},
	}
	for _, g := range w.gates.All() {
		st.Gates = append(st.Gates, snapshot.Gate{Name: g.Name, Open: g.Open})
	}
	return st
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
	w.mu.Lock()
	defer w.mu.Unlock()
	if pointer, other := w.server.index.Replace(w, &w.store, &st.Worlds[0].State); other != nil {
		return &strictjson.Error{Kind: strictjson.InvalidValue, Pointer: "/worlds/0" + pointer, Message: fmt.Sprintf("belongs to the world %q", other.name)}
	}
	w.restoreLocked(&st.Worlds[0])
	w.used = true
	return nil
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
	s.mu.Lock()
	defer s.mu.Unlock()
	states := map[string]*snapshot.World{}
	for i := range st.Worlds {
		states[st.Worlds[i].Name] = &st.Worlds[i]
	}
	if full := s.roomForWorlds(slices.Collect(maps.Keys(states))...); full != nil {
		return fmt.Errorf("state: %w", full)
	}
	for name := range states {
		if s.worlds[name] == nil {
			s.worlds[name] = newWorld(s, name)
		}
	}
	for _, w := range s.worlds {
		w.mu.Lock()
		defer w.mu.Unlock()
		s.index.Forget(&w.store)
	}
	for name, w := range s.worlds {
		state, ok := states[name]
		w.used = ok
		if !ok {
			w.begin(s.seed)
			continue
		}
		// The old keys and codes are forgotten, and another world may have them now. No
		// two worlds of a valid snapshot share one.
		var none account.Store
		_, _ = s.index.Replace(w, &none, &state.State)
		w.restoreLocked(state)
	}
	return nil
}

// restoreLocked sets w to a valid state. The caller holds w.mu.
func (w *World) restoreLocked(st *snapshot.World) {
	w.begin(st.Seed)
	w.requests = st.Requests
	w.clock.restore(st.Clock)
	w.store = account.Restore(st.State)
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
