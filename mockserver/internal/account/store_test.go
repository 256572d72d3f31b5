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

// TestStorePagesLikeAList compares a store with a plain list of keys through random
// changes.
func TestStorePagesLikeAList(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, list := NewStore(), []Key(nil) // oldest first
		made := 0
		some := func() int { return rapid.IntRange(0, len(list)-1).Draw(t, "key") }
		workspaces := rapid.SampledFrom([]string{"a", "b"})
		t.Repeat(map[string]func(*rapid.T){
			"create": func(t *rapid.T) {
				for range rapid.IntRange(1, 200).Draw(t, "keys") {
					made++
					k := numbered(made, workspaces.Draw(t, "workspace"))
					k.Disabled = rapid.Bool().Draw(t, "disabled")
					k.Created = time.Unix(rapid.Int64Range(0, 9).Draw(t, "created"), 0)
					s.PutKey(new(k))
					list = append(list, k)
				}
			},
			"update": func(t *rapid.T) {
				if len(list) == 0 {
					t.Skip()
				}
				k := &list[some()]
				k.Disabled, k.Name = rapid.Bool().Draw(t, "disabled"), "new"
				s.PutKey(new(*k))
			},
			"delete": func(t *rapid.T) {
				if len(list) == 0 {
					t.Skip()
				}
				i := some()
				s.DeleteKey(list[i].Hash)
				if s.Key(list[i].Hash) != nil || !s.Deleted(list[i].Hash) {
					t.Fatal("a deleted key is still there, or not known as deleted")
				}
				list = slices.Delete(list, i, i+1)
			},
			"": func(t *rapid.T) {
				workspace, withDisabled := workspaces.Draw(t, "workspace"), rapid.Bool().Draw(t, "with disabled")
				offset, limit := rapid.IntRange(0, len(list)+1).Draw(t, "offset"), rapid.IntRange(1, 100).Draw(t, "limit")
				var want []Hash
				for _, k := range slices.Backward(list) {
					if k.Workspace == workspace && (withDisabled || !k.Disabled) {
						want = append(want, k.Hash)
					}
				}
				want = want[min(offset, len(want)):]
				want = want[:min(limit, len(want))]
				var got []Hash
				for _, k := range s.Page(workspace, withDisabled, offset, limit) {
					got = append(got, k.Hash)
					if i := slices.IndexFunc(list, func(l Key) bool { return l.Hash == k.Hash }); list[i].Name != k.Name {
						t.Fatalf("the page shows the name %q, want %q", k.Name, list[i].Name)
					}
				}
				var newest time.Time
				if len(list) > 0 {
					newest = list[len(list)-1].Created
				}
				if !s.Newest().Equal(newest) {
					t.Fatalf("the newest key is of %v, want %v", s.Newest(), newest)
				}
				if !slices.Equal(got, want) {
					t.Fatalf("page of %q at %d: %d keys %v, want %v", workspace, offset, len(got), got, want)
				}
			},
		})
		st := s.State()
		if len(st.Keys) != len(list) || st.Created != int64(made) {
			t.Fatalf("the state has %d of %d keys, want %d of %d", len(st.Keys), st.Created, len(list), made)
		}
		for i, k := range st.Keys {
			if k.Hash != list[i].Hash {
				t.Fatalf("key %d of the state is not in the order of creation", i)
			}
		}
	})
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

// TestStoreDropsCodes creates a code a minute, uses some of them, and counts the codes
// that are kept whole.
func TestStoreDropsCodes(t *testing.T) {
	t.Parallel()
	s, start := NewStore(), time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)
	code := func(i int) Code {
		return Code{
			Hash: numbered(i, "").Hash, App: s.AddApp("https://a.test"), Callback: "https://a.test/cb", Challenge: "c", Method: "plain",
			Label: "l", Created: start.Add(time.Duration(i) * time.Minute),
		}
	}
	for i := range 600 {
		s.AddCode(code(i))
		if i%3 == 0 {
			s.UseCode(code(i).Hash)
		}
		whole := 0
		for j := range i + 1 {
			c, ok := s.Code(code(j).Hash)
			switch {
			case !ok || c.Used != (j%3 == 0):
				t.Fatalf("code %d of %d: found %v, used %v", j, i, ok, c.Used)
			case c.Used && c.Challenge != "":
				t.Fatalf("code %d of %d is used and kept whole", j, i)
			case c.Challenge != "":
				whole++
			case !c.Used && (!c.Expired(code(j).Created) || !c.Expired(time.Time{}.Add(1))):
				t.Fatalf("code %d of %d was dropped and can be exchanged again when the clock is set back", j, i)
			}
		}
		if most := int(CodeLife / time.Minute); whole > most {
			t.Fatalf("%d of %d codes are kept whole, want at most the %d that can be exchanged", whole, i, most)
		}
	}
	st := s.State()
	if err := st.Validate(NewSeen()); err != nil {
		t.Fatal(err)
	}
	again := Restore(st)
	if got := again.State(); !reflect.DeepEqual(got, st) {
		t.Error("the restored codes are others")
	}
	for i := range 700 {
		if _, ok := s.MakeRoomForCode(600, start.Add(24*time.Hour)); !ok {
			t.Fatalf("no room in place of a code that has expired")
		}
		s.AddCode(code(600 + i))
	}
	whole := 0
	for _, c := range s.codes {
		if c.Challenge != "" {
			whole++
		}
	}
	if most := int(CodeLife / time.Minute); len(s.codes) != 600 || whole > most {
		t.Errorf("%d codes and %d of them whole, want 600 and at most %d", len(s.codes), whole, most)
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
