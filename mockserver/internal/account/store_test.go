package account

import (
	"math/bits"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// numbered returns a key of a workspace whose hash is a number. Some hashes have the
// first eight bytes in common.
func numbered(n int, workspace string) Key {
	return Key{Hash: Hash{0: byte(n / 3 >> 8), 1: byte(n / 3), 31: byte(n % 3)}, Label: "l", Workspace: workspace}
}

// A storeModel is a store beside a plain list of the keys that it must hold.
type storeModel struct {
	store Store
	list  []Key // oldest first
	made  int   // keys that were ever created
}

var workspaces = rapid.SampledFrom([]string{"a", "b"})

// TestStorePagesLikeAList compares a store with a plain list of keys through random
// changes.
func TestStorePagesLikeAList(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := &storeModel{store: NewStore()}
		t.Repeat(map[string]func(*rapid.T){
			"create": m.create,
			"update": m.update,
			"delete": m.delete,
			"": func(t *rapid.T) {
				m.checkPage(t)
				m.checkNewest(t)
			},
		})
		m.checkState(t)
	})
}

// create adds up to 200 keys.
func (m *storeModel) create(t *rapid.T) {
	for range rapid.IntRange(1, 200).Draw(t, "keys") {
		m.made++
		k := numbered(m.made, workspaces.Draw(t, "workspace"))
		k.Disabled = rapid.Bool().Draw(t, "disabled")
		k.Created = time.Unix(rapid.Int64Range(0, 9).Draw(t, "created"), 0)
		m.store.PutKey(new(k))
		m.list = append(m.list, k)
	}
}

// draw returns the place of a key in the list. It skips the step if there is none.
func (m *storeModel) draw(t *rapid.T) int {
	if len(m.list) == 0 {
		t.Skip()
	}
	return rapid.IntRange(0, len(m.list)-1).Draw(t, "key")
}

// update renames a key, and enables or disables it.
func (m *storeModel) update(t *rapid.T) {
	k := &m.list[m.draw(t)]
	k.Disabled, k.Name = rapid.Bool().Draw(t, "disabled"), "new"
	m.store.PutKey(new(*k))
}

// delete deletes a key, which the store must then know as deleted.
func (m *storeModel) delete(t *rapid.T) {
	i := m.draw(t)
	hash := m.list[i].Hash
	m.store.DeleteKey(hash)
	if m.store.Key(hash) != nil || !m.store.Deleted(hash) {
		t.Fatal("a deleted key is still there, or not known as deleted")
	}
	m.list = slices.Delete(m.list, i, i+1)
}

// checkPage compares a page of a workspace with the same part of the list.
func (m *storeModel) checkPage(t *rapid.T) {
	workspace, withDisabled := workspaces.Draw(t, "workspace"), rapid.Bool().Draw(t, "with disabled")
	offset, limit := rapid.IntRange(0, len(m.list)+1).Draw(t, "offset"), rapid.IntRange(1, 100).Draw(t, "limit")
	type entry struct {
		hash Hash
		name string
	}
	var got, want []entry
	for _, k := range slices.Backward(m.list) {
		if k.Workspace == workspace && (withDisabled || !k.Disabled) {
			want = append(want, entry{k.Hash, k.Name})
		}
	}
	want = want[min(offset, len(want)):]
	want = want[:min(limit, len(want))]
	for _, k := range m.store.Page(workspace, withDisabled, offset, limit) {
		got = append(got, entry{k.Hash, k.Name})
	}
	if !slices.Equal(got, want) {
		t.Fatalf("page of %q at %d: %d keys %v, want %v", workspace, offset, len(got), got, want)
	}
}

// checkNewest compares the time of the newest key.
func (m *storeModel) checkNewest(t *rapid.T) {
	var want time.Time
	if len(m.list) > 0 {
		want = m.list[len(m.list)-1].Created
	}
	if got := m.store.Newest(); !got.Equal(want) {
		t.Fatalf("the newest key is of %v, want %v", got, want)
	}
}

// checkState compares the state, which has the keys in the order of their creation.
func (m *storeModel) checkState(t *rapid.T) {
	st := m.store.State()
	if len(st.Keys) != len(m.list) || st.Created != int64(m.made) {
		t.Fatalf("the state has %d of %d keys, want %d of %d", len(st.Keys), st.Created, len(m.list), m.made)
	}
	for i, k := range st.Keys {
		if k.Hash != m.list[i].Hash {
			t.Fatalf("key %d of the state is not in the order of creation", i)
		}
	}
}

// TestWorkspaceWorkIsLogarithmic counts the work of a change and of a page among few
// and many keys: the comparisons, and the entries of a node, which are what a change
// moves on each level.
func TestWorkspaceWorkIsLogarithmic(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1000, 40_000} {
		compared := 0
		w := newWorkspace(func(a, b *Key) bool {
			compared++
			return older(a, b)
		})
		limit := 10 * bits.Len(uint(n)) // comparisons
		most := func(what string, change func()) {
			compared = 0
			change()
			if compared > limit {
				t.Errorf("%s among %d keys takes %d comparisons, want at most %d", what, n, compared, limit)
			}
		}
		keys := make([]*Key, n)
		for i := range keys {
			keys[i] = &Key{seq: int64(i)}
			most("to create one", func() { w.put(keys[i]) })
		}
		w.all.Walk(func(entries []*Key) bool {
			if len(entries) >= 64 {
				t.Errorf("a node among %d keys has %d entries, want less than 64", n, len(entries))
			}
			return true
		})
		for _, offset := range []int{0, n / 2, n - 100} {
			most("a page", func() {
				if got := len(w.page(true, offset, 100)); got != 100 {
					t.Errorf("the page at %d has %d keys", offset, got)
				}
			})
		}
		for i := 0; i < n; i += n / 1000 {
			changed := *keys[i]
			changed.Disabled = true
			keys[i] = &changed
			most("to disable one", func() { w.put(&changed) })
		}
		for _, k := range keys[:n-1] {
			most("to delete the oldest", func() { w.delete(k) })
		}
		if w.all.Len() != 1 || w.enabled.Len() > 1 {
			t.Errorf("%d and %d keys are left", w.all.Len(), w.enabled.Len())
		}
	}
}

// codesStart is when the first of the codes is created.
var codesStart = time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)

// maxWhole is how many codes can be exchanged at a time, if one is created a minute.
const maxWhole = int(CodeLife / time.Minute)

// numberedCode returns a code whose hash is a number, created that many minutes after
// codesStart.
func numberedCode(s *Store, n int) Code {
	return Code{
		Hash: numbered(n, "").Hash, App: s.AddApp("https://a.test"), Callback: "https://a.test/cb", Challenge: "c", Method: "plain",
		Label: "l", Created: codesStart.Add(time.Duration(n) * time.Minute),
	}
}

// isThird reports whether the code with a number is one that the tests use.
func isThird(n int) bool { return n%3 == 0 }

// storeWithCodes returns a store with codes of which every third is used. It calls a
// function after each one.
func storeWithCodes(n int, added func(s *Store, codes int)) Store {
	s := NewStore()
	for i := range n {
		s.AddCode(numberedCode(&s, i))
		if isThird(i) {
			s.UseCode(numberedCode(&s, i).Hash)
		}
		added(&s, i+1)
	}
	return s
}

// TestStoreDropsCodes creates a code a minute and uses some of them. Only those that can
// still be exchanged are kept whole, and no other can be exchanged again.
func TestStoreDropsCodes(t *testing.T) {
	t.Parallel()
	storeWithCodes(600, func(s *Store, codes int) {
		whole := 0
		for i := range codes {
			c, ok := s.Code(numberedCode(s, i).Hash)
			if !ok || c.Used != isThird(i) {
				t.Fatalf("code %d of %d: found %v, used %v", i, codes, ok, c.Used)
			}
			if isWhole(t, c, i) {
				whole++
			}
		}
		if whole > maxWhole {
			t.Fatalf("%d of %d codes are kept whole, want at most the %d that can be exchanged", whole, codes, maxWhole)
		}
	})
}

// isWhole reports whether a code is kept whole. It fails the test for one that is and
// was used, and for one that is not and could be exchanged again.
func isWhole(t *testing.T, c Code, n int) bool {
	t.Helper()
	switch whole := c.Challenge != ""; {
	case whole && c.Used:
		t.Fatalf("code %d is used and kept whole", n)
	case whole:
		return true
	case !c.Used && (!c.Expired(codesStart.Add(time.Duration(n)*time.Minute)) || !c.Expired(time.Time{}.Add(1))):
		t.Fatalf("code %d was dropped and can be exchanged again when the clock is set back", n)
	}
	return false
}

// TestStoreRestoresCodes restores a store from its state, whose codes are partly whole.
func TestStoreRestoresCodes(t *testing.T) {
	t.Parallel()
	s := storeWithCodes(600, func(*Store, int) {})
	st := s.State()
	if err := st.Validate(NewSeen()); err != nil {
		t.Fatal(err)
	}
	again := Restore(st)
	if got := again.State(); !reflect.DeepEqual(got, st) {
		t.Error("the restored codes are others")
	}
}

// TestStoreMakesRoomForCodes adds codes to a full store, each in place of one that has
// expired.
func TestStoreMakesRoomForCodes(t *testing.T) {
	t.Parallel()
	s := storeWithCodes(600, func(*Store, int) {})
	for i := range 700 {
		if _, ok := s.MakeRoomForCode(600, codesStart.Add(24*time.Hour)); !ok {
			t.Fatal("no room in place of a code that has expired")
		}
		s.AddCode(numberedCode(&s, 600+i))
	}
	whole := 0
	for _, c := range s.codes {
		if c.Challenge != "" {
			whole++
		}
	}
	if len(s.codes) != 600 || whole > maxWhole {
		t.Errorf("%d codes and %d of them whole, want 600 and at most %d", len(s.codes), whole, maxWhole)
	}
}

// TestFreeze_returnsTheStoreAsItWas changes a store after Freeze, and while the state
// is read.
func TestFreeze_returnsTheStoreAsItWas(t *testing.T) {
	t.Parallel()
	s := NewStore()
	for i := range 1000 {
		name := strconv.Itoa(i)
		s.PutKey(&Key{Hash: HashOf(name), Name: "before"})
		s.AddCode(Code{Hash: HashOf("code" + name), App: s.AddApp(name), Created: time.Unix(1, 0)})
		s.PutKey(&Key{Hash: HashOf("gone" + name)})
		s.DeleteKey(HashOf("gone" + name))
	}
	want, state := s.State(), s.Freeze()
	done := make(chan State)
	go func() { done <- state() }()
	for i := range 1000 {
		h := HashOf(strconv.Itoa(i))
		if i%2 == 0 {
			s.DeleteKey(h)
		} else {
			s.PutKey(&Key{Hash: h, Name: "after"})
		}
		s.PutKey(&Key{Hash: HashOf("new" + strconv.Itoa(i))})
		s.UseCode(HashOf("code" + strconv.Itoa(i)))
		s.AddCode(Code{Hash: HashOf("new code" + strconv.Itoa(i)), App: s.AddApp("new" + strconv.Itoa(i)), Created: time.Unix(1, 0)})
	}
	if got := <-done; !reflect.DeepEqual(want, got) { // which costs less than cmp.Diff
		t.Errorf("the state has changed:\n%.500s", cmp.Diff(want, got, cmp.AllowUnexported(Key{})))
	}
}
