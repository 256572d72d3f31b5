package account

import (
	"fmt"
	"sync"
)

// An Index says which account has a key or a code, for accounts of any type. It is
// the only state that accounts share, and may be used from any goroutine.
type Index[A any] struct {
	mu    sync.RWMutex // guards both
	keys  map[Hash]*A  // deleted ones included
	codes map[Hash]*A
}

// NewIndex returns an empty Index.
func NewIndex[A any]() *Index[A] { return &Index[A]{keys: map[Hash]*A{}, codes: map[Hash]*A{}} }

// PutKey records that an account has a key.
func (x *Index[A]) PutKey(hash Hash, a *A) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.keys[hash] = a
}

// PutCode records that an account has a code.
func (x *Index[A]) PutCode(hash Hash, a *A) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.codes[hash] = a
}

// RemoveCode forgets a code.
func (x *Index[A]) RemoveCode(hash Hash) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.codes, hash)
}

// Key returns the account that has a key, or had it before it was deleted, or nil.
func (x *Index[A]) Key(hash Hash) *A {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.keys[hash]
}

// Code returns the account that has a code, or nil.
func (x *Index[A]) Code(hash Hash) *A {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.codes[hash]
}

// Forget forgets the keys and the codes of a store.
func (x *Index[A]) Forget(s *Store) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.forget(s)
}

func (x *Index[A]) forget(s *Store) {
	for k := range s.keys.all() {
		delete(x.keys, k.Hash)
	}
	for hash := range s.deleted {
		delete(x.keys, hash)
	}
	for hash := range s.codes {
		delete(x.codes, hash)
	}
}

// Replace replaces the keys and the codes of an account, which has the store s, by
// those of a state. If another account has one of them, it changes nothing and
// returns that account with the pointer to the hash.
func (x *Index[A]) Replace(a *A, s *Store, st *State) (pointer string, other *A) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if pointer, other = x.conflict(a, st); other != nil {
		return pointer, other
	}
	x.forget(s)
	for _, k := range st.Keys {
		x.keys[k.Hash] = a
	}
	for _, hash := range st.Deleted {
		x.keys[hash] = a
	}
	for i := range st.Codes {
		x.codes[st.Codes[i].Hash] = a
	}
	return "", nil
}

// conflict returns the first hash of the state that another account has.
func (x *Index[A]) conflict(a *A, st *State) (pointer string, other *A) {
	others := func(has *A) bool { return has != nil && has != a }
	for i, k := range st.Keys {
		if other = x.keys[k.Hash]; others(other) {
			return fmt.Sprintf("/keys/%d/hash", i), other
		}
	}
	for i, hash := range st.Deleted {
		if other = x.keys[hash]; others(other) {
			return fmt.Sprintf("/deleted/%d", i), other
		}
	}
	for i := range st.Codes {
		if other = x.codes[st.Codes[i].Hash]; others(other) {
			return fmt.Sprintf("/codes/%d/hash", i), other
		}
	}
	return "", nil
}
