package mockserver

import (
	"cmp"
	"maps"
	"slices"
)

// A store holds the keys, codes and apps of one world. It stores values, not
// pointers: callers get copies. It does no locking; only one transaction at a time
// uses it.
type store struct {
	created      int64               // number of keys created so far
	draws        int64               // number of secrets and ids derived from the seed so far
	keys         map[string]Key      // by hash
	deleted      map[string]bool     // hashes of keys that were deleted
	codes        map[string]authCode // by id
	oldest       []string            // ids of the codes, in the order of creation
	codesEvicted int64               // number of codes removed to make room
	apps         map[string]int      // app number by origin of the callback
	pending      map[string]int64    // number of the request that has reserved the app record of an origin
	spaces       map[string]*space   // keys by workspace, in order
}

// newStore returns an empty store.
func newStore() store {
	return store{
		keys: map[string]Key{}, deleted: map[string]bool{}, codes: map[string]authCode{},
		apps: map[string]int{}, pending: map[string]int64{}, spaces: map[string]*space{},
	}
}

// A space indexes the keys of one workspace, oldest first, so that every page of a
// list costs the same. Disabled keys are in all and not in enabled.
type space struct {
	all, enabled []place
}

// A place is a key's position in the order of creation.
type place struct {
	seq  int64
	hash string
}

func (p place) compare(q place) int { return cmp.Compare(p.seq, q.seq) }

// putKey stores a key: a new one at the end of its workspace, or an existing one in
// its place.
func (s *store) putKey(k Key) {
	if old, ok := s.keys[k.Hash]; ok {
		k.seq = old.seq
	} else {
		s.created++
		k.seq = s.created
	}
	s.keys[k.Hash] = k
	sp := s.spaces[k.Workspace]
	if sp == nil {
		sp = &space{}
		s.spaces[k.Workspace] = sp
	}
	at := place{k.seq, k.Hash}
	sp.all = insertPlace(sp.all, at)
	if k.Disabled {
		sp.enabled = removePlace(sp.enabled, at)
	} else {
		sp.enabled = insertPlace(sp.enabled, at)
	}
}

// deleteKey deletes a key and records its hash as deleted.
func (s *store) deleteKey(hash string) {
	k, ok := s.keys[hash]
	if !ok {
		return
	}
	delete(s.keys, hash)
	s.deleted[hash] = true
	sp, at := s.spaces[k.Workspace], place{k.seq, hash}
	sp.all, sp.enabled = removePlace(sp.all, at), removePlace(sp.enabled, at)
}

// pageOfKeys returns up to limit keys of a workspace, newest first, after the first
// offset ones. The result is never nil, so that JSON shows an empty one as [].
func (s *store) pageOfKeys(workspace string, withDisabled bool, offset, limit int) []Key {
	page := []Key{}
	sp := s.spaces[workspace]
	if sp == nil {
		return page
	}
	list := sp.enabled
	if withDisabled {
		list = sp.all
	}
	for i := len(list) - 1 - offset; i >= 0 && len(page) < limit; i-- {
		page = append(page, s.keys[list[i].hash])
	}
	return page
}

// allKeys returns every key, oldest first.
func (s *store) allKeys() []Key {
	return slices.SortedFunc(maps.Values(s.keys), func(a, b Key) int { return cmp.Compare(a.seq, b.seq) })
}

func insertPlace(list []place, p place) []place {
	i, found := slices.BinarySearchFunc(list, p, place.compare)
	if found {
		return list
	}
	return slices.Insert(list, i, p)
}

func removePlace(list []place, p place) []place {
	i, found := slices.BinarySearchFunc(list, p, place.compare)
	if !found {
		return list
	}
	return slices.Delete(list, i, i+1)
}
