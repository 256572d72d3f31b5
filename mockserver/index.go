package mockserver

import (
	"fmt"
	"sync"
)

// An index finds the world of a credential. It is the one thing that worlds
// share, and holds no more than is needed for that.
type index struct {
	mu    sync.RWMutex // guards both; taken inside of a World's lock, never around it
	keys  map[string]*World
	codes map[string]*World
}

func newIndex() *index {
	return &index{keys: map[string]*World{}, codes: map[string]*World{}}
}

func (x *index) putKey(hash string, w *World) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.keys[hash] = w
}

func (x *index) putCode(id string, w *World) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.codes[id] = w
}

// key returns the world that minted a key, also one that was deleted since.
func (x *index) key(hash string) *World {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.keys[hash]
}

// code returns the world that issued a code.
func (x *index) code(id string) *World {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.codes[id]
}

// forget drops all that leads to w, which starts over. w.mu must be held.
func (x *index) forget(w *World) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for hash := range w.store.keys {
		delete(x.keys, hash)
	}
	for hash := range w.store.dropped {
		delete(x.keys, hash)
	}
	for id := range w.store.codes {
		delete(x.codes, id)
	}
}

// claim makes the keys and codes of a state lead to w, and nothing else. It
// refuses one that leads to another world, and then changes nothing. w.mu must
// be held.
func (x *index) claim(w *World, st WorldState) error {
	if err := x.owned(w, st); err != nil {
		return err
	}
	x.forget(w)
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, k := range st.Keys {
		x.keys[k.Hash] = w
	}
	for _, hash := range st.Dropped {
		x.keys[hash] = w
	}
	for _, c := range st.Codes {
		x.codes[c.ID] = w
	}
	return nil
}

// owned refuses a state with a key or a code that leads to another world.
func (x *index) owned(w *World, st WorldState) error {
	x.mu.RLock()
	defer x.mu.RUnlock()
	taken := func(list string, i int, member string, by *World) error {
		return &decodeError{
			pointer: fmt.Sprintf("/worlds/0/%s/%d%s", list, i, member),
			message: fmt.Sprintf("belongs to the world %q", by.name),
		}
	}
	for i, k := range st.Keys {
		if by := x.keys[k.Hash]; by != nil && by != w {
			return taken("keys", i, "/hash", by)
		}
	}
	for i, hash := range st.Dropped {
		if by := x.keys[hash]; by != nil && by != w {
			return taken("dropped", i, "", by)
		}
	}
	for i, c := range st.Codes {
		if by := x.codes[c.ID]; by != nil && by != w {
			return taken("codes", i, "/id", by)
		}
	}
	return nil
}
