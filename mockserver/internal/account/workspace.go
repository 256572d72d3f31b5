package account

import "github.com/tidwall/btree"

// A workspace holds the keys of one workspace in the order of their creation. Each
// operation takes logarithmic time, and a page at any offset as well.
type workspace struct {
	all, enabled *btree.BTreeG[*Key]
}

// newWorkspace returns an empty workspace with an order of keys.
func newWorkspace(less func(a, b *Key) bool) *workspace {
	return &workspace{newTree(less), newTree(less)}
}

// newTree returns an empty tree with an order.
func newTree[T any](less func(a, b T) bool) *btree.BTreeG[T] {
	return btree.NewBTreeGOptions(less, btree.Options{NoLocks: true})
}

// older reports whether a was created before b.
func older(a, b *Key) bool { return a.seq < b.seq }

// put stores a key, in the place of the one with the same number if there is one.
func (w *workspace) put(k *Key) {
	w.all.Set(k)
	if k.Disabled {
		w.enabled.Delete(k)
	} else {
		w.enabled.Set(k)
	}
}

func (w *workspace) delete(k *Key) {
	w.all.Delete(k)
	w.enabled.Delete(k)
}

// page returns up to limit keys, newest first, after the first offset ones.
func (w *workspace) page(withDisabled bool, offset, limit int) []*Key {
	list := w.enabled
	if withDisabled {
		list = w.all
	}
	newest, ok := list.GetAt(list.Len() - 1 - offset)
	if !ok {
		return nil
	}
	page := make([]*Key, 0, min(limit, list.Len()-offset))
	list.Descend(newest, func(k *Key) bool {
		page = append(page, k)
		return len(page) < limit
	})
	return page
}
