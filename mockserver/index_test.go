package mockserver_test

import (
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
