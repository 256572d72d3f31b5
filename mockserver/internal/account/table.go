package account

import "encoding/binary"

// A table finds keys by their hash. The map of most keys has the first eight bytes
// of the hash, since a map of whole hashes takes almost three times the memory.
type table struct {
	short map[uint64]*Key
	whole map[Hash]*Key // keys whose first eight bytes were taken when they were stored
}

// newTable returns an empty table with room for n keys.
func newTable(n int) table { return table{make(map[uint64]*Key, n), map[Hash]*Key{}} }

// short returns the first eight bytes of the hash.
func (h Hash) short() uint64 { return binary.BigEndian.Uint64(h[:]) }

// get returns the key with a hash, or nil.
func (t *table) get(h Hash) *Key {
	if k := t.short[h.short()]; k != nil && k.Hash == h {
		return k
	}
	return t.whole[h]
}

// put stores a key, in the place of the one with the same hash if there is one.
func (t *table) put(k *Key) {
	short := k.Hash.short()
	taken := t.short[short]
	if t.whole[k.Hash] != nil || taken != nil && taken.Hash != k.Hash {
		t.whole[k.Hash] = k
		return
	}
	t.short[short] = k
}

func (t *table) delete(h Hash) {
	if k := t.short[h.short()]; k != nil && k.Hash == h {
		delete(t.short, h.short())
		return
	}
	delete(t.whole, h)
}
