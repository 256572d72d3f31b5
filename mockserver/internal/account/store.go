package account

import (
	"time"

	"github.com/tidwall/btree"

	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

// A Store holds the keys, the codes and the apps of one account. Only its methods
// change what it holds: the keys that callers get are for reading. A Store does no
// locking.
type Store struct {
	created    int64               // number of keys created so far
	draws      int64               // number of secrets and ids derived from the seed so far
	keys       table               // immutable keys: an update replaces one
	order      *btree.BTreeG[*Key] // the same keys, oldest first
	deleted    *btree.BTreeG[Hash] // of the keys that were deleted
	workspaces map[string]*workspace
	codes      map[Hash]*Code         // immutable, as keys are
	oldest     []Hash                 // of the codes, in the order of creation
	dropped    int                    // number of the oldest codes that AddCode has dropped
	apps       btree.Map[string, int] // app number by origin of the callback
	reserved   map[string]int64       // number of the request that has reserved the app of an origin
}

// NewStore returns an empty Store.
func NewStore() Store {
	return Store{
		keys: newTable(0), order: newTree(older), deleted: newTree(Hash.less), workspaces: map[string]*workspace{},
		codes: map[Hash]*Code{}, reserved: map[string]int64{},
	}
}

// Draw counts a draw from the seed and returns its number, from 1.
func (s *Store) Draw() int64 {
	s.draws++
	return s.draws
}

// HasRoom reports whether the counters leave room for n more keys and codes.
func (s *Store) HasRoom(n int) bool { return max(s.draws, s.created) <= apispec.MaxCount-int64(n) }

// Created returns how many keys were created, including those that are deleted.
func (s *Store) Created() int64 { return s.created }

// Codes returns how many codes the store holds.
func (s *Store) Codes() int { return len(s.codes) }

// Key returns the key with a hash, which must not be changed, or nil.
func (s *Store) Key(hash Hash) *Key { return s.keys.get(hash) }

// Deleted reports whether a key with the hash was deleted.
func (s *Store) Deleted(hash Hash) bool {
	_, ok := s.deleted.Get(hash)
	return ok
}

// PutKey stores a key: a new one after the others, or an existing one in its place.
// An existing key cannot change its workspace. The store keeps k, which must not be
// changed any more.
func (s *Store) PutKey(k *Key) {
	if old := s.keys.get(k.Hash); old != nil {
		k.seq = old.seq
	} else {
		s.created++
		k.seq = s.created
	}
	s.keys.put(k)
	s.order.Set(k)
	w := s.workspaces[k.Workspace]
	if w == nil {
		w = newWorkspace(older)
		s.workspaces[k.Workspace] = w
	}
	w.put(k)
}

// DeleteKey deletes a key and records its hash as deleted.
func (s *Store) DeleteKey(hash Hash) {
	k := s.keys.get(hash)
	if k == nil {
		return
	}
	s.keys.delete(hash)
	s.order.Delete(k)
	s.deleted.Set(hash)
	s.workspaces[k.Workspace].delete(k)
}

// Page returns up to limit keys of a workspace, newest first, after the first offset
// ones. They must not be changed.
func (s *Store) Page(workspace string, withDisabled bool, offset, limit int) []*Key {
	w := s.workspaces[workspace]
	if w == nil {
		return nil
	}
	return w.page(withDisabled, offset, limit)
}

// Newest returns when the newest key was created, or the zero time if there is none.
// A key that was created before it can have a later time, if the clock was set back.
func (s *Store) Newest() time.Time {
	k, ok := s.order.Max()
	if !ok {
		return time.Time{}
	}
	return k.Created
}

// Code returns the authorization code with a hash.
func (s *Store) Code(hash Hash) (Code, bool) {
	c, ok := s.codes[hash]
	if !ok {
		return Code{}, false
	}
	return *c, true
}

// AddCode stores a new authorization code after the others. It drops those before it
// that have expired by the time it is created, up to the first that has not.
func (s *Store) AddCode(c Code) {
	for s.dropped < len(s.oldest) {
		old := s.codes[s.oldest[s.dropped]]
		if !old.Used && !old.Expired(c.Created) {
			break
		}
		s.codes[old.Hash] = old.dropped()
		s.dropped++
	}
	s.putCode(&c)
}

func (s *Store) putCode(c *Code) {
	s.codes[c.Hash] = c
	s.oldest = append(s.oldest, c.Hash)
}

// UseCode records that a code is used, and drops it. The Store must have the code.
func (s *Store) UseCode(hash Hash) {
	c := *s.codes[hash]
	c.Used = true
	s.codes[hash] = c.dropped()
}

// MakeRoomForCode makes room for one more code among at most so many. If there is
// none, it removes the oldest code, if that one is used or expired, and returns its
// hash; otherwise it returns false and changes nothing.
func (s *Store) MakeRoomForCode(most int, now time.Time) (removed *Hash, ok bool) {
	if len(s.codes) < most {
		return nil, true
	}
	c := s.codes[s.oldest[0]]
	if !c.Used && !c.Expired(now) {
		return nil, false
	}
	delete(s.codes, c.Hash)
	s.oldest, s.dropped = s.oldest[1:], max(s.dropped-1, 0)
	return &c.Hash, true
}

// AddApp returns the number of the app with an origin, and adds the app if it is
// new.
func (s *Store) AddApp(origin string) int {
	number, known := s.apps.Get(origin)
	if !known {
		number = s.apps.Len() + 1
		s.apps.Set(origin, number)
	}
	return number
}

// ReserveApp reserves a new app for a request. It does nothing for an app that is
// known.
func (s *Store) ReserveApp(origin string, request int64) {
	if _, known := s.apps.Get(origin); !known {
		s.reserved[origin] = request
	}
}

// ReleaseApp undoes ReserveApp.
func (s *Store) ReleaseApp(origin string, request int64) {
	if s.reserved[origin] == request {
		delete(s.reserved, origin)
	}
}

// AppReserved reports whether an app is new and reserved for another request.
func (s *Store) AppReserved(origin string, request int64) bool {
	_, known := s.apps.Get(origin)
	holder, taken := s.reserved[origin]
	return !known && taken && holder != request
}
