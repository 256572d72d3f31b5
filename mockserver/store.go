package mockserver

import (
	"cmp"
	"maps"
	"slices"
)

// A store is everything that one account remembers. It keeps values, not
// pointers: what a caller gets is a copy, and only put and drop change the
// store. It does no locking; the World lends it to one transaction at a time.
type store struct {
	created int64               // keys created so far: the place of the next in their order
	draws   int64               // secrets and ids drawn from the seed so far
	keys    map[string]Key      // by hash
	deleted map[string]bool     // hashes of keys that were deleted
	codes   map[string]authCode // by id
	apps    map[string]int      // app number by origin of the callback
	pending map[string]int64    // origins whose record a request has reserved, by the number of that request
	spaces  map[string]*space   // keys by workspace, in order
}

// newStore returns an empty store.
func newStore() store {
	return store{
		keys: map[string]Key{}, deleted: map[string]bool{}, codes: map[string]authCode{},
		apps: map[string]int{}, pending: map[string]int64{}, spaces: map[string]*space{},
	}
}

// A space lists the keys of one workspace, oldest first, so that a page costs
// the same wherever it begins. Disabled keys are in all and not in enabled.
type space struct {
	all, enabled []place
}

// A place is a key's position in the order of creation.
type place struct {
	seq  int64
	hash string
}

func (p place) compare(q place) int { return cmp.Compare(p.seq, q.seq) }

// putKey stores a key: a new one at the end of its workspace, a known one in
// its old place.
func (s *store) putKey(k Key) {
	if old, ok := s.keys[k.Hash]; ok {
		k.seq = old.seq
	} else {
		s.created++
		k.seq = s.created
	}
	s.keys[k.Hash] = k
	delete(s.deleted, k.Hash)
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

// deleteKey deletes a key and remembers that there was one.
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

// pageOfKeys returns at most most keys of a workspace, newest first, after
// skipping offset of them. It is never nil, so that none is [] and not null.
func (s *store) pageOfKeys(workspace string, disabledToo bool, offset, most int) []Key {
	page := []Key{}
	sp := s.spaces[workspace]
	if sp == nil {
		return page
	}
	list := sp.enabled
	if disabledToo {
		list = sp.all
	}
	for i := len(list) - 1 - offset; i >= 0 && len(page) < most; i-- {
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
