package mockserver

import (
	"fmt"
	"sync"

	"github.com/mockgates/mockgates/internal/strictjson"
)

// An index maps keys and codes to their worlds. It is the only state that worlds
// share.
type index struct {
	mu    sync.RWMutex // guards both; taken within a World's lock, never around it
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

func (x *index) dropCode(id string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.codes, id)
}

// key returns the world that minted the key with a hash, or nil. It includes
// deleted keys.
func (x *index) key(hash string) *World {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.keys[hash]
}

// code returns the world that issued a code, or nil.
func (x *index) code(id string) *World {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.codes[id]
}

// forget removes the keys and codes of w. The caller holds w.mu.
func (x *index) forget(w *World) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for hash := range w.store.keys {
		delete(x.keys, hash)
	}
	for hash := range w.store.deleted {
		delete(x.keys, hash)
	}
	for id := range w.store.codes {
		delete(x.codes, id)
	}
}

// claim replaces the keys and codes of w by those of a state. It returns an error,
// and changes nothing, if one of them belongs to another world. The caller holds
// w.mu.
func (x *index) claim(w *World, st *worldState) error {
	if err := x.owned(w, st); err != nil {
		return err
	}
	x.forget(w)
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, k := range st.Keys {
		x.keys[k.Hash] = w
	}
	for _, hash := range st.Deleted {
		x.keys[hash] = w
	}
	for _, c := range st.Codes {
		x.codes[c.ID] = w
	}
	return nil
}

// owned returns an error if a key or a code of the state belongs to another world.
func (x *index) owned(w *World, st *worldState) error {
	x.mu.RLock()
	defer x.mu.RUnlock()
	check := func(pointer string, by *World) error {
		if by == nil || by == w {
			return nil
		}
		return &strictjson.Error{Kind: strictjson.InvalidValue, Pointer: "/worlds/0/" + pointer, Message: fmt.Sprintf("belongs to the world %q", by.name)}
	}
	for i, k := range st.Keys {
		if err := check(fmt.Sprintf("keys/%d/hash", i), x.keys[k.Hash]); err != nil {
			return err
		}
	}
	for i, hash := range st.Deleted {
		if err := check(fmt.Sprintf("deleted/%d", i), x.keys[hash]); err != nil {
			return err
		}
	}
	for i, c := range st.Codes {
		if err := check(fmt.Sprintf("codes/%d/id", i), x.codes[c.ID]); err != nil {
			return err
		}
	}
	return nil
}
