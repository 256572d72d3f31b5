package mockserver

import "github.com/mockgates/mockgates/mockserver/internal/apispec"

// An Amount is how many of something there are, and the most there can be.
type Amount struct {
	Now int64 `json:"now"`
	Max int64 `json:"max"`
}

// A ServerUsage is how much of its bounds a server uses. Except for Worlds, Waiting and
// Held, an amount is that of the world that has the most: each world has these
// bounds for itself.
type ServerUsage struct {
	Worlds         Amount `json:"worlds"` // beyond the default one, those included that nothing has changed
	Keys           Amount `json:"keys"`   // created, including those that are deleted; memory may end before
	Codes          Amount `json:"codes"`
	Faults         Amount `json:"faults"`
	Gates          Amount `json:"gates"`
	JournalEntries Amount `json:"journal_entries"`
	JournalBytes   Amount `json:"journal_bytes"`
	Violations     Amount `json:"violations"`
	ViolationBytes Amount `json:"violation_bytes"`
	Waiting        Amount `json:"waiting"` // requests that faults delay or hold in all worlds, and calls that wait for them
	Held           int64  `json:"held"`    // requests that gates hold in all worlds
}

// Usage returns how much of its bounds the server uses. The amounts of different
// worlds are not taken at the same moment.
func (s *Server) Usage() ServerUsage {
	u := ServerUsage{
		Worlds:         Amount{Max: int64(s.bounds.Worlds)},
		Keys:           Amount{Max: apispec.MaxCount},
		Codes:          Amount{Max: int64(s.bounds.Codes)},
		Faults:         Amount{Max: int64(s.bounds.Faults)},
		Gates:          Amount{Max: int64(s.bounds.Gates)},
		JournalEntries: Amount{Max: int64(s.journal.Entries)},
		JournalBytes:   Amount{Max: int64(s.journal.Bytes)},
		Violations:     Amount{Max: maxViolations},
		ViolationBytes: Amount{Max: int64(s.journal.Bytes)},
		Waiting:        Amount{Now: s.waiting.now.Load(), Max: s.waiting.max},
	}
	for _, w := range s.openWorlds() {
		if w.name != DefaultWorld {
			u.Worlds.Now++
		}
		w.addTo(&u)
	}
	return u
}

// openWorlds returns every world, in no order.
func (s *Server) openWorlds() []*World {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*World, 0, len(s.worlds))
	for _, w := range s.worlds {
		list = append(list, w)
	}
	return list
}

// addTo adds what a world has.
func (w *World) addTo(u *ServerUsage) {
	w.mu.Lock()
	gates := w.gates
	u.Keys.atLeast(w.store.Created())
	u.Codes.atLeast(int64(w.store.Codes()))
	u.Faults.atLeast(int64(w.faults.Len()))
	u.JournalEntries.atLeast(int64(len(w.journal.records)))
	u.JournalBytes.atLeast(int64(w.journal.bytes))
	u.Violations.atLeast(int64(len(w.journal.violations)))
	u.ViolationBytes.atLeast(int64(w.journal.violationBytes))
	w.mu.Unlock()
	all := gates.All()
	u.Gates.atLeast(int64(len(all)))
	for _, g := range all {
		u.Held += int64(g.Held)
	}
}

// atLeast raises the amount to n.
func (a *Amount) atLeast(n int64) { a.Now = max(a.Now, n) }
