package account

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
// may be called while the store changes, and does what takes time with many keys: Freeze
// itself takes no longer with more keys, and looks at each code once.
func (s *Store) Freeze() func() State {
	keys, deleted, apps := s.order.Copy(), s.deleted.Copy(), s.apps.Copy() // share all nodes with the trees until they change
	st := State{Draws: s.draws, Created: s.created}
	codes := make([]*Code, len(s.oldest))
	for i, hash := range s.oldest {
		codes[i] = s.codes[hash]
	}
	return func() State {
		st.Keys, st.Deleted = keys.Items(), deleted.Items()
		st.Codes = make([]Code, len(codes))
		for i, c := range codes {
			st.Codes[i] = *c
		}
		st.Apps = make(map[string]int, apps.Len())
		apps.Scan(func(origin string, number int) bool {
			st.Apps[origin] = number
			return true
		})
		return st
	}
}

// Restore returns the Store with a valid State, whose keys it keeps.
func Restore(st State) Store {
	s := NewStore()
	s.keys = newTable(len(st.Keys))
	for _, k := range st.Keys {
		s.PutKey(k)
	}
	s.draws, s.created = st.Draws, st.Created
	for _, hash := range st.Deleted {
		s.deleted.Set(hash)
	}
	for _, c := range st.Codes {
		s.putCode(&c)
	}
	for origin, number := range st.Apps {
		s.apps.Set(origin, number)
	}
	return s
}
