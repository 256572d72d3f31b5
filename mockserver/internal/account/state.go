package account

import (
	"maps"
	"slices"
)

// A State is the contents of a Store as a snapshot has them. What requests in
// progress have reserved is not part of it.
type State struct {
	Draws   int64          `json:"draws"`   // number of secrets and ids derived from the seed
	Created int64          `json:"created"` // number of keys created, including deleted ones
	Keys    []*Key         `json:"keys"`    // oldest first
	Deleted []Hash         `json:"deleted"` // hashes of keys that were deleted, sorted
	Codes   []Code         `json:"codes"`   // oldest first
	Apps    map[string]int `json:"apps"`    // app numbers by the origin of the callback
}

// State returns the contents of the store.
func (s *Store) State() State { return s.Freeze()() }

// Freeze returns a function that returns the contents of the store as they are now. It
// may be called while the store changes, and does what takes time with many keys.
func (s *Store) Freeze() func() State {
	keys := s.order.Copy() // shares all nodes with the tree until they change
	st := State{
		Draws: s.draws, Created: s.created, Deleted: slices.AppendSeq(make([]Hash, 0, len(s.deleted)), maps.Keys(s.deleted)),
		Codes: make([]Code, 0, len(s.codes)), Apps: maps.Clone(s.apps),
	}
	for _, hash := range s.oldest {
		st.Codes = append(st.Codes, *s.codes[hash])
	}
	return func() State {
		st.Keys = make([]*Key, 0, keys.Len())
		keys.Scan(func(k *Key) bool {
			st.Keys = append(st.Keys, k)
			return true
		})
		slices.SortFunc(st.Deleted, func(a, b Hash) int { return slices.Compare(a[:], b[:]) })
		return st
	}
}

// Restore returns the Store with a valid State, whose keys it keeps.
func Restore(st State) Store {
	s := NewStore()
	for _, k := range st.Keys {
		s.PutKey(k)
	}
	s.draws, s.created = st.Draws, st.Created
	for _, hash := range st.Deleted {
		s.deleted[hash] = struct{}{}
	}
	for _, c := range st.Codes {
		s.putCode(&c)
	}
	maps.Copy(s.apps, st.Apps)
	return s
}
