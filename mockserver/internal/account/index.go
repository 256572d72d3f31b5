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

// shrink gives back the memory of maps that have become empty: a map keeps room for as
// many entries as it ever had.
func (x *Index[A]) shrink() {
	if len(x.keys) == 0 {
		x.keys = map[Hash]*A{}
	}
	if len(x.codes) == 0 {
		x.codes = map[Hash]*A{}
	}
}

// part is how many keys or codes Claim and Release look at while they hold a lock.
const part = 1024

// Claim records that an account has the keys and the codes of a state, beside those
// that it has. If another account has one of them, it returns that account with the
// pointer to the hash, and Release must undo what it has done until then. It holds the
// lock for a part of them at a time. It must not run at the same time as Adopt.
func (x *Index[A]) Claim(a *A, st *State) (pointer string, other *A) {
	claim := func(m map[Hash]*A, h Hash) bool {
		if has := m[h]; has != nil && has != a {
			other = has
			return false
		}
		m[h] = a
		return true
	}
	for _, list := range []struct {
		n       int
		hash    func(i int) Hash
		of      map[Hash]*A
		pointer string
	}{
		{len(st.Keys), func(i int) Hash { return st.Keys[i].Hash }, x.keys, "/keys/%d/hash"},
		{len(st.Deleted), func(i int) Hash { return st.Deleted[i] }, x.keys, "/deleted/%d"},
		{len(st.Codes), func(i int) Hash { return st.Codes[i].Hash }, x.codes, "/codes/%d/hash"},
	} {
		if i := inParts(&x.mu, list.n, func(i int) bool { return claim(list.of, list.hash(i)) }); i < list.n {
			return fmt.Sprintf(list.pointer, i), other
		}
	}
	return "", nil
}

// Release forgets the keys and the codes of a state that an account has no longer in
// its store, which a lock guards. It holds the locks for a part of them at a time. It must
// not run at the same time as Claim.
func (x *Index[A]) Release(a *A, st *State, lock sync.Locker, store *Store) {
	both := &lockers{lock, &x.mu}
	inParts(both, len(st.Keys), func(i int) bool { return x.releaseKey(a, st.Keys[i].Hash, store) })
	inParts(both, len(st.Deleted), func(i int) bool { return x.releaseKey(a, st.Deleted[i], store) })
	inParts(both, len(st.Codes), func(i int) bool {
		h := st.Codes[i].Hash
		if _, has := store.codes[h]; !has && x.codes[h] == a {
			delete(x.codes, h)
		}
		return true
	})
	x.mu.Lock()
	defer x.mu.Unlock()
	x.shrink()
}

func (x *Index[A]) releaseKey(a *A, h Hash, store *Store) bool {
	if store.keys.get(h) == nil && !store.Deleted(h) && x.keys[h] == a {
		delete(x.keys, h)
	}
	return true
}

// Adopt replaces the contents of the index by those of another, which must not be used
// any more. It takes no longer with more keys.
func (x *Index[A]) Adopt(other *Index[A]) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.keys, x.codes = other.keys, other.codes
}

// inParts calls do for the numbers below n until it returns false, and returns the
// number of calls that returned true. It holds the lock for a part of the calls at a
// time.
func inParts(lock sync.Locker, n int, do func(i int) bool) (done int) {
	for done < n {
		lock.Lock()
		more := true
		for end := min(done+part, n); more && done < end; {
			if more = do(done); more {
				done++
			}
		}
		lock.Unlock()
		if !more {
			break
		}
	}
	return done
}

// lockers are two locks that are held together.
type lockers struct{ outer, inner sync.Locker }

// Lock implements sync.Locker.
func (l *lockers) Lock() {
	l.outer.Lock()
	l.inner.Lock()
}

// Unlock implements sync.Locker.
func (l *lockers) Unlock() {
	l.inner.Unlock()
	l.outer.Unlock()
}
