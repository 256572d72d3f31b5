package mockserver

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/gate"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

// stateVersion is the version of the snapshots that this package writes and reads.
const stateVersion = 1

// A serverState is a snapshot: the state of a server, or of one of its worlds,
// without journals and violations. Its JSON schema is the component State in the
// OpenAPI document of the control API.
type serverState struct {
	Version int          `json:"version"` // stateVersion
	Worlds  []worldState `json:"worlds"`  // by name
}

// A worldState is the state of one world. It does not include what requests in
// progress have not committed.
type worldState struct {
	Name     string            `json:"name"`
	Seed     uint64            `json:"seed"`
	Requests int64             `json:"requests"` // number that have arrived
	Draws    int64             `json:"draws"`    // number of secrets and ids derived from the seed
	Created  int64             `json:"created"`  // number of keys created, including deleted ones
	Clock    clockState        `json:"clock"`
	Keys     []Key             `json:"keys"`    // oldest first
	Deleted  []string          `json:"deleted"` // hashes of keys that were deleted, sorted
	Codes    []authCode        `json:"codes"`   // by id
	Apps     map[string]int    `json:"apps"`    // app numbers by the origin of the callback
	Faults   faultState        `json:"faults"`
	Limits   []ratelimit.State `json:"limits"`
	Gates    []gateState       `json:"gates"` // by name
}

// A faultState is the faults of a world, with their counters.
type faultState struct {
	LastID int            `json:"last_id"` // number in the id of the last fault that was added
	List   []fault.Status `json:"list"`
}

type gateState struct {
	Name string `json:"name"`
	Open bool   `json:"open"`
}

// Snapshot writes the state of the world, without its journal and violations, as
// JSON for Restore. The OpenAPI document of the control API has its schema.
func (w *World) Snapshot(to io.Writer) error {
	return serverState{stateVersion, []worldState{w.state()}}.write(to)
}

// Snapshot writes the state of all worlds at one moment, as World.Snapshot does.
func (s *Server) Snapshot(to io.Writer) error { return s.state().write(to) }

func (st serverState) write(to io.Writer) error {
	data, err := json.Marshal(st)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	_, err = to.Write(append(data, '\n'))
	return err
}

func (w *World) state() worldState {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stateLocked()
}

// state returns the state of all worlds that have been used.
func (s *Server) state() serverState {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := slices.Sorted(maps.Keys(s.worlds))
	for _, name := range names { // nothing else takes the locks of two worlds
		s.worlds[name].mu.Lock()
		defer s.worlds[name].mu.Unlock()
	}
	st := serverState{Version: stateVersion, Worlds: []worldState{}}
	for _, name := range names {
		if w := s.worlds[name]; w.used {
			st.Worlds = append(st.Worlds, w.stateLocked())
		}
	}
	return st
}

// stateLocked returns a copy that shares no memory with w. The caller holds w.mu.
func (w *World) stateLocked() worldState {
	clock := w.clock.load()
	clock.Since = clock.Since.Round(0).UTC()
	st := worldState{
		Name: w.name, Seed: w.seed, Requests: w.requests, Draws: w.store.draws, Created: w.store.created,
		Clock:   clock,
		Keys:    []Key{},
		Deleted: slices.AppendSeq([]string{}, maps.Keys(w.store.deleted)),
		Codes:   []authCode{},
		Apps:    maps.Clone(w.store.apps),
		Faults:  faultState{w.faults.LastID(), w.faults.All()},
		Limits:  w.limits.State(), Gates: []gateState{},
	}
	slices.Sort(st.Deleted)
	for _, k := range w.store.allKeys() {
		st.Keys = append(st.Keys, k.clone())
	}
	for _, id := range slices.Sorted(maps.Keys(w.store.codes)) {
		st.Codes = append(st.Codes, w.store.codes[id].clone())
	}
	for _, g := range w.gates.All() {
		st.Gates = append(st.Gates, gateState{g.Name, g.Open})
	}
	return st
}

// clone returns a copy that shares no memory with c.
func (c authCode) clone() authCode {
	if c.Limit != nil {
		limit := *c.Limit
		c.Limit = &limit
	}
	return c
}

// readState reads a snapshot and validates it, within the bounds of a server. Errors give the line and column,
// both from 1, and the JSON pointer.
func readState(from io.Reader, most bounds) (serverState, error) {
	data, err := io.ReadAll(from)
	if err != nil {
		return serverState{}, fmt.Errorf("state: %w", err)
	}
	var st serverState
	err = strictjson.Unmarshal(data, &st)
	if err == nil {
		err = st.validate(most)
	}
	if err == nil {
		return st, nil
	}
	if e, ok := err.(*strictjson.Error); ok && e.Line == 0 {
		e.Line, e.Column = strictjson.Locate(data, e.Pointer)
	}
	return serverState{}, fmt.Errorf("state: %w", err)
}

// Restore sets the world to the state in a snapshot, with an empty journal.
// Requests in progress end without a response. Restore returns an error, and
// changes nothing, if the snapshot is not valid, or is not of this world alone.
func (w *World) Restore(from io.Reader) error {
	st, err := readState(from, w.server.bounds)
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
	if err := w.server.index.claim(w, &st.Worlds[0]); err != nil {
		return err
	}
	w.restoreLocked(&st.Worlds[0])
	w.used = true
	return nil
}

// Restore sets every world to the state in a snapshot. Worlds that are not in the
// snapshot are reset. Restore returns an error, and changes nothing, if the
// snapshot is not valid.
func (s *Server) Restore(from io.Reader) error {
	st, err := readState(from, s.bounds)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	states := map[string]*worldState{}
	for i := range st.Worlds {
		name := st.Worlds[i].Name
		states[name] = &st.Worlds[i]
		if s.worlds[name] == nil {
			s.worlds[name] = newWorld(s, name)
		}
	}
	for _, w := range s.worlds {
		w.mu.Lock()
		defer w.mu.Unlock()
		s.index.forget(w)
	}
	for name, w := range s.worlds {
		state, ok := states[name]
		w.used = ok
		if !ok {
			w.begin(s.seed)
			continue
		}
		_ = s.index.claim(w, state) // no two worlds of a valid snapshot share a key or a code
		w.restoreLocked(state)
	}
	return nil
}

// restoreLocked sets w to a valid state. The caller holds w.mu.
func (w *World) restoreLocked(st *worldState) {
	w.begin(st.Seed)
	w.requests = st.Requests
	w.clock.restore(st.Clock)
	for _, k := range st.Keys {
		w.store.putKey(k)
	}
	w.store.draws, w.store.created = st.Draws, st.Created
	for _, hash := range st.Deleted {
		w.store.deleted[hash] = true
	}
	for _, c := range st.Codes {
		w.store.codes[c.ID] = c
		w.store.oldest = append(w.store.oldest, c.ID)
	}
	slices.SortStableFunc(w.store.oldest, func(a, b string) int {
		return w.store.codes[a].Created.Compare(w.store.codes[b].Created)
	})
	maps.Copy(w.store.apps, st.Apps)
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
