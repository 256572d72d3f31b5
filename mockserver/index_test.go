package mockserver_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
)

// TestResetFreesHashesAndCodes checks that no key and no code of a world, deleted
// or not, leads to the world after a reset.
func TestResetFreesHashesAndCodes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		delete bool
	}{
		{"a key", false},
		{"a deleted key", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			w, other := worldOf(t, s, mockserver.DefaultWorld), worldOf(t, s, "other")
			secret, data := createKey(t, s, nightly)
			hash := data["hash"].(string)
			if tt.delete {
				deleteKey(t, s, "/api/v1/keys/"+hash)
			}
			same := []mockserver.Key{{Name: "same", Hash: hash, Label: "same"}}
			if _, err := other.AddKeys(same); err == nil {
				t.Fatal("the hash of a key of one world was added to another")
			}
			w.Reset()
			if _, err := other.AddKeys(same); err != nil {
				t.Fatalf("after a reset: %v", err)
			}
			a := call(t, s, "GET", "/api/v1/key", "", "Authorization", "Bearer "+secret)
			if a.status != 200 || a.header.Get(mockserver.WorldHeader) != "other" {
				t.Errorf("the key opens the world %q with %d, want other with 200", a.header.Get(mockserver.WorldHeader), a.status)
			}
		})
	}
	t.Run("a code", func(t *testing.T) {
		t.Parallel()
		s := newServer(t, mockserver.Config{})
		id := newCode(t, s, "", "Authorization", "Bearer sk-mg-mgmt-other")
		worldOf(t, s, "other").Reset()
		a := exchange(t, s, id, "")
		if a.rule() != "exchange.unknown" || a.header.Get(mockserver.WorldHeader) != mockserver.DefaultWorld {
			t.Errorf("the code is refused by %q in the world %q", a.rule(), a.header.Get(mockserver.WorldHeader))
		}
	})
}

// TestRestore_refusedTakesNoHash checks that the keys of a state that is refused, because
// another world has one of them, can still be used in any world.
func TestRestore_refusedTakesNoHash(t *testing.T) {
	t.Parallel()
	from := worldOf(t, newServer(t, mockserver.Config{}), "w")
	added, err := from.AddKeys([]mockserver.Key{{Name: "free"}, {Name: "taken"}})
	if err != nil {
		t.Fatal(err)
	}
	var state bytes.Buffer
	if err := from.Snapshot(&state); err != nil {
		t.Fatal(err)
	}
	s := newServer(t, mockserver.Config{})
	w, other := worldOf(t, s, "w"), worldOf(t, s, "other")
	if _, err := other.AddKeys([]mockserver.Key{added[1].Key}); err != nil {
		t.Fatal(err)
	}
	if err := w.Restore(&state); err == nil || !strings.Contains(err.Error(), `/worlds/0/keys/1/hash belongs to the world "other"`) {
		t.Fatalf("got %v", err)
	}
	if _, err := other.AddKeys([]mockserver.Key{added[0].Key}); err != nil {
		t.Error(err)
	}
}
