package mockserver_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

// TestWorldStaysValidThroughRestore checks that a World obtained before a restore is
// still the server's world after it.
func TestWorldStaysValidThroughRestore(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	empty := snapshot(t, s)
	before := worldOf(t, s, "team")
	old, err := before.AddKeys([]mockserver.Key{{Name: "old"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Restore(bytes.NewReader(empty)); err != nil {
		t.Fatal(err)
	}
	if got := len(s.Worlds()); got != 0 {
		t.Errorf("%d worlds after the restore of none", got)
	}
	current := func(secret string) int {
		return call(t, s, "GET", "/api/v1/key", "", "Authorization", "Bearer "+secret).status
	}
	if got := current(old[0].Secret); got != 401 {
		t.Errorf("a key from before the restore: got %d, want 401", got)
	}
	fresh, err := before.AddKeys([]mockserver.Key{{Name: "new"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := current(fresh[0].Secret); got != 200 {
		t.Errorf("a key added through the old World: got %d, want 200", got)
	}
	if worldOf(t, s, "team") != before {
		t.Error("the server has another World by the same name")
	}
	if before.Reset(); current(fresh[0].Secret) != 401 {
		t.Error("a key from before a reset still opens the world")
	}
}

// TestWaitForHeldCreatesNoGate checks that waiting at a gate does not create it.
func TestWaitForHeldCreatesNoGate(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	w := worldOf(t, s, "team")
	before := snapshot(t, s)
	if g, err := w.WaitForHeld(t.Context(), "door", 0); err != nil || g != (mockserver.Gate{Name: "door"}) {
		t.Errorf("got %+v, %v", g, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.WaitForHeld(ctx, "door", 1); err != context.Canceled {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if got := w.Gates(); len(got) != 0 {
		t.Errorf("there are gates: %+v", got)
	}
	if after := snapshot(t, s); !bytes.Equal(before, after) {
		t.Errorf("the state was %s and is %s", before, after)
	}
}

func TestGateNamesAreValidated(t *testing.T) {
	t.Parallel()
	w := worldOf(t, newServer(t, mockserver.Config{}), "team")
	if _, err := w.OpenGate("a b"); err == nil {
		t.Error("OpenGate took a name with a space")
	}
	if _, err := w.WaitForHeld(t.Context(), "", 0); err == nil {
		t.Error("WaitForHeld took an empty name")
	}
	if _, err := w.AddFault(fault.Fault{Operation: "*", Hold: "a/b"}); err == nil {
		t.Error("AddFault took a name with a slash")
	}
	if got := w.Gates(); len(got) != 0 {
		t.Errorf("there are gates: %+v", got)
	}
}

func TestWorldsAreThoseThatWereUsed(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	names := func() (list []string) {
		for _, w := range s.Worlds() {
			list = append(list, w.Name())
		}
		return list
	}
	if got := names(); got != nil {
		t.Errorf("of a new server: got %q", got)
	}
	if _, err := worldOf(t, s, "z").OpenGate("door"); err != nil {
		t.Fatal(err)
	}
	worldOf(t, s, "y") // is only asked for
	call(t, s, "POST", "/api/v1/keys", nightly, "Authorization", "Bearer sk-mg-mgmt-b")
	call(t, s, "POST", "/api/v1/keys", nightly, "Authorization", "") // in the default world
	if _, ok := s.WorldOfKey("sk-mg-mgmt-a"); !ok {
		t.Error("WorldOfKey refuses a management key")
	}
	if w, ok := s.WorldOfKey("sk-mg-v1-x"); ok || w != "" {
		t.Errorf("WorldOfKey of another token: got %v", w)
	}
	if got, want := names(), []string{"b", "default", "z"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	used := snapshot(t, worldOf(t, s, "b"))
	other := newServer(t, mockserver.Config{})
	worldOf(t, other, "y")
	if err := other.Restore(bytes.NewReader(used)); err != nil {
		t.Fatal(err)
	}
	if list := other.Worlds(); len(list) != 1 || list[0].Name() != "b" {
		t.Errorf("after a restore: got %d worlds, want only b", len(list))
	}
}
