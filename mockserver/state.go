package mockserver

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// StateVersion is the version of State that this package writes and reads.
const StateVersion = 1

// A State is everything that a server, or one world of it, remembers, but for
// its journal and client findings. Its JSON schema is the component State of
// control.yaml.
type State struct {
	Version int          `json:"version"` // StateVersion
	Worlds  []WorldState `json:"worlds"`  // by name
}

// A WorldState is what one world remembers. Requests on their way are not in
// it: what they have not committed has not happened.
type WorldState struct {
	Name     string         `json:"name"`
	Seed     uint64         `json:"seed"`
	Requests int64          `json:"requests"` // that have arrived
	Draws    int64          `json:"draws"`    // secrets and ids drawn from the seed
	Created  int64          `json:"created"`  // keys created, those deleted included
	Clock    ClockState     `json:"clock"`
	Keys     []Key          `json:"keys"`    // oldest first
	Dropped  []string       `json:"dropped"` // hashes of keys that were deleted, sorted
	Codes    []AuthCode     `json:"codes"`   // by id
	Apps     map[string]int `json:"apps"`    // app numbers by the origin of the callback
	Faults   FaultState     `json:"faults"`
	Limits   []LimitState   `json:"limits"`
	Gates    []GateState    `json:"gates"` // by name
}

// A ClockState is a clock that stands at a time, runs from one, or shows the
// machine's own.
type ClockState struct {
	Frozen bool      `json:"frozen"`
	At     time.Time `json:"at,omitzero"`    // where it stands, or ran from; zero is the machine's time
	Since  time.Time `json:"since,omitzero"` // the machine's time when it began to run from At; only if not frozen
}

// A FaultState is the faults of a world, with their accounts.
type FaultState struct {
	Given int            `json:"given"` // faults so far, for their ids
	List  []FaultAccount `json:"list"`
}

// A LimitState is a rate limit and how far each caller is in its window.
type LimitState struct {
	Limit   RateLimit     `json:"limit"`
	Windows []WindowState `json:"windows"` // by caller
}

// A WindowState is a caller's window of a rate limit.
type WindowState struct {
	Caller string    `json:"caller"` // the hash of its token
	Ends   time.Time `json:"ends"`
	Used   int       `json:"used"` // requests
}

// A GateState is a gate that is open or shut.
type GateState struct {
	Name string `json:"name"`
	Open bool   `json:"open"`
}

// Snapshot returns the state of the world.
func (w *World) Snapshot() WorldState {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.snapshotLocked()
}

// Snapshot returns the state of all worlds, of one moment.
func (s *Server) Snapshot() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := slices.Sorted(maps.Keys(s.worlds))
	for _, name := range names { // nobody else holds the locks of two worlds
		s.worlds[name].mu.Lock()
		defer s.worlds[name].mu.Unlock()
	}
	state := State{Version: StateVersion, Worlds: []WorldState{}}
	for _, name := range names {
		state.Worlds = append(state.Worlds, s.worlds[name].snapshotLocked())
	}
	return state
}

// snapshotLocked returns a copy that shares nothing with w. w.mu must be held.
func (w *World) snapshotLocked() WorldState {
	st := WorldState{
		Name: w.name, Seed: w.seed, Requests: w.requests, Draws: w.store.draws, Created: w.store.created,
		Clock:   ClockState{w.clock.frozen, w.clock.at, w.clock.since.Round(0).UTC()},
		Keys:    []Key{},
		Dropped: slices.AppendSeq([]string{}, maps.Keys(w.store.dropped)),
		Codes:   []AuthCode{},
		Apps:    maps.Clone(w.store.apps),
		Faults:  FaultState{w.faults.given, []FaultAccount{}},
		Limits:  []LimitState{}, Gates: []GateState{},
	}
	slices.Sort(st.Dropped)
	for _, k := range w.store.allKeys() {
		k = k.clone()
		k.seq = 0 // the order of the list says it
		st.Keys = append(st.Keys, k)
	}
	for _, id := range slices.Sorted(maps.Keys(w.store.codes)) {
		st.Codes = append(st.Codes, w.store.codes[id].clone())
	}
	for _, a := range w.faults.list {
		st.Faults.List = append(st.Faults.List, a.clone())
	}
	for _, l := range w.limits {
		limit := LimitState{l.RateLimit, []WindowState{}}
		for _, caller := range slices.Sorted(maps.Keys(l.windows)) {
			limit.Windows = append(limit.Windows, WindowState{caller, l.windows[caller].ends, l.windows[caller].used})
		}
		st.Limits = append(st.Limits, limit)
	}
	for _, name := range slices.Sorted(maps.Keys(w.gates)) {
		st.Gates = append(st.Gates, GateState{name, w.gates[name].open})
	}
	return st
}

// clone returns a copy that shares nothing with c.
func (c AuthCode) clone() AuthCode {
	c.Limit = copied(c.Limit)
	return c
}

// copied returns a pointer to a copy of what p points to.
func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// Restore makes the world what a snapshot of it was, with an empty journal. It
// refuses a state that could not have been one, also the state of another
// world, and then changes nothing. Requests on their way end without an answer.
func (w *World) Restore(st WorldState) error {
	if err := (State{StateVersion, []WorldState{st}}).validate(); err != nil {
		return err
	}
	if st.Name != w.name {
		return &decodeError{pointer: "/worlds/0/name", message: fmt.Sprintf("is %q; want that of the world to restore, %q", st.Name, w.name)}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.server.index.claim(w, st); err != nil {
		return err
	}
	w.restoreLocked(st)
	return nil
}

// Restore makes the server what a snapshot of it was. Worlds that the snapshot
// does not have are closed: they start over, and a World that was taken before
// is no longer the server's. It refuses a state that could not have been one,
// and then changes nothing.
func (s *Server) Restore(state State) error {
	if err := state.validate(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	states := map[string]WorldState{}
	for _, st := range state.Worlds {
		states[st.Name] = st
		if s.worlds[st.Name] == nil {
			s.worlds[st.Name] = newWorld(s, st.Name)
		}
	}
	for _, w := range s.worlds {
		w.mu.Lock()
		defer w.mu.Unlock()
		s.index.forget(w)
	}
	for name, w := range s.worlds {
		st, ok := states[name]
		if !ok {
			w.beginLocked(s.seed)
			delete(s.worlds, name)
			continue
		}
		_ = s.index.claim(w, st) // no two worlds of a valid state share a key or a code
		w.restoreLocked(st)
	}
	return nil
}

// restoreLocked makes w what a valid state says. w.mu must be held.
func (w *World) restoreLocked(st WorldState) {
	w.beginLocked(st.Seed)
	w.requests = st.Requests
	w.clock = clock{frozen: st.Clock.Frozen, at: st.Clock.At.UTC(), since: st.Clock.Since}
	for _, k := range st.Keys {
		w.store.putKey(k.clone())
	}
	w.store.draws, w.store.created = st.Draws, st.Created
	for _, hash := range st.Dropped {
		w.store.dropped[hash] = true
	}
	for _, c := range st.Codes {
		w.store.codes[c.ID] = c.clone()
	}
	maps.Copy(w.store.apps, st.Apps)
	w.faults = faults{given: st.Faults.Given}
	for _, a := range st.Faults.List {
		account := a.clone()
		w.faults.list = append(w.faults.list, &account)
	}
	w.limits = nil
	for _, l := range st.Limits {
		limit := &rateLimit{l.Limit, map[string]window{}}
		for _, at := range l.Windows {
			limit.windows[at.Caller] = window{at.Ends.UTC(), at.Used}
		}
		w.limits = append(w.limits, limit)
	}
	w.gates = gates{}
	for _, g := range st.Gates {
		if w.gates.at(g.Name); g.Open {
			w.gates.at(g.Name).unlock()
		}
	}
}
