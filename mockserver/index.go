package mockserver

import "sync"

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
