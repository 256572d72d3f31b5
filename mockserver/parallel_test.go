package mockserver_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

// concurrently runs f for 0 to n-1 concurrently and waits for all.
func concurrently(n int, f func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { f(i) })
	}
	all.Wait()
}

// TestConcurrentRequestsInOneWorld runs a hundred clients in one world and
// checks that each of their keys and requests is there exactly once.
func TestConcurrentRequestsInOneWorld(t *testing.T) {
	t.Parallel()
	const clients, each = 100, 5
	s := newServer(t, mockserver.Config{})
	world := worldOf(t, s, "default")
	_, shared := createKey(t, s, `{"name": "shared", "limit": 1000000}`)
	hash := shared["hash"].(string)
	if _, err := world.AddFault(fault.Fault{Operation: "create-auth-keys-code", Status: 500, Times: clients}); err != nil {
		t.Fatal(err)
	}
	concurrently(clients, func(i int) {
		for j := range each {
			call(t, s, "POST", "/api/v1/keys", fmt.Sprintf(`{"name": "k-%d-%d"}`, i, j))
		}
		call(t, s, "POST", "/api/v1/auth/keys/code", fmt.Sprintf(`{"callback_url": "https://app%d.test/"}`, i))
		call(t, s, "POST", "/api/v1/auth/keys/code", fmt.Sprintf(`{"callback_url": "https://app%d.test/"}`, i))
		if _, err := world.Spend(hash, mockserver.Usage{USD: 0.01}); err != nil {
			t.Error(err)
		}
		world.CountRequests(mockserver.Filter{Status: 500})
	})
	state := world.State()
	assertKeysOnce(t, state, hash, clients*each+1, clients*0.01)
	apps := map[int]bool{}
	for _, c := range state.Codes {
		apps[c.App] = true
	}
	if len(state.Codes) != clients || len(apps) != len(state.Apps) {
		t.Errorf("%d codes of %d apps of %d; want %d codes", len(state.Codes), len(apps), len(state.Apps), clients)
	}
	if a := world.Faults()[0]; a.Matched != 2*clients || a.Fired != clients || a.Remaining != 0 {
		t.Errorf("the fault's counters: %+v", a)
	}
	assertRequestsOnce(t, world.Journal(mockserver.Filter{}), clients*(each+2)+1)
	var total int64
	for _, r := range s.Coverage() {
		total += r.Behaviour + r.Injection
	}
	if want := int64(clients*(each+2) + 1); total != want || state.Requests != want {
		t.Errorf("coverage of %d responses to %d requests; want %d", total, state.Requests, want)
	}
}

// assertKeysOnce checks that a world has n different keys, one of which has spent
// usd.
func assertKeysOnce(t *testing.T, state mockserver.WorldState, hash string, n int, usd float64) {
	t.Helper()
	names, ids := map[string]bool{}, map[string]bool{}
	for _, k := range state.Keys {
		names[k.Name], ids[k.Hash.String()] = true, true
		if k.Hash.String() == hash && k.Spent[0].USD != usd {
			t.Errorf("spent %v; want %v", k.Spent[0].USD, usd)
		}
	}
	if len(state.Keys) != n || len(names) != n || len(ids) != n || state.Created != int64(n) {
		t.Errorf("%d keys, %d names, %d hashes, %d created; want %d of each", len(state.Keys), len(names), len(ids), state.Created, n)
	}
}

// assertRequestsOnce checks that a journal has n entries with different numbers.
func assertRequestsOnce(t *testing.T, entries []mockserver.Entry, n int) {
	t.Helper()
	seqs, requests := map[int64]bool{}, map[int64]bool{}
	for _, e := range entries {
		seqs[e.Seq], requests[e.ID] = true, true
	}
	if len(entries) != n || len(seqs) != n || len(requests) != n {
		t.Errorf("%d entries, %d places, %d ids; want %d of each", len(entries), len(seqs), len(requests), n)
	}
}

// TestConcurrentWorldsAreIndependent uses a hundred worlds concurrently. Some of them are
// also used alone, and must respond with the same bytes.
func TestConcurrentWorldsAreIndependent(t *testing.T) {
	t.Parallel()
	worlds := 100
	if testing.Short() {
		worlds = 25
	}
	name := func(i int) string { return fmt.Sprintf("w%d", i) }
	journal := func(s *mockserver.Server, world string) string {
		data, err := json.Marshal(worldOf(t, s, world).Journal(mockserver.Filter{}))
		if err != nil {
			t.Error(err)
		}
		return string(data)
	}
	crowd := newServer(t, mockserver.Config{})
	got := make([]string, worlds)
	concurrently(worlds, func(i int) { got[i] = transcript(t, crowd, name(i)) })
	for i := range worlds {
		alone := newServer(t, mockserver.Config{})
		if diff := cmp.Diff(transcript(t, alone, name(i)), got[i]); diff != "" {
			t.Fatalf("the world %s among others (-alone +among):\n%s", name(i), diff)
		}
		if diff := cmp.Diff(journal(alone, name(i)), journal(crowd, name(i))); diff != "" {
			t.Fatalf("its journal (-alone +among):\n%s", diff)
		}
	}
	if got[0] == got[1] {
		t.Error("two worlds give the same bytes; want their own secrets")
	}
}

// TestRemovedFaultsLeaveNoTrace checks that a server on which faults were added and
// removed responds with the same bytes as one that never had any.
func TestRemovedFaultsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	never, once := newServer(t, mockserver.Config{}), newServer(t, mockserver.Config{})
	world := worldOf(t, once, "default")
	for _, f := range []fault.Fault{
		{Operation: "*", Status: 500},
		{Operation: "create-keys", Effect: fault.EffectReset, Probability: 0.5},
		{Operation: "create-auth-keys-code", Hold: "door", Phase: fault.During},
	} {
		if _, err := world.AddFault(f); err != nil {
			t.Fatal(err)
		}
	}
	world.RemoveFaults()
	world.Journal(mockserver.Filter{})
	snapshot(t, once)
	if diff := cmp.Diff(transcript(t, never, "default"), transcript(t, once, "default")); diff != "" {
		t.Errorf("never (-) and no longer (+):\n%s", diff)
	}
}

// TestResetWhileRequestsAreHeld resets a world while it holds a request. The
// request ends without a response and changes nothing in the new world.
func TestResetWhileRequestsAreHeld(t *testing.T) {
	t.Parallel()
	for _, phase := range []fault.Phase{fault.Before, fault.During, fault.After} {
		t.Run(string(phase), func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			web := httptest.NewServer(s)
			t.Cleanup(web.Close)
			world := worldOf(t, s, "default")
			fresh := stateText(t, s)
			if _, err := world.AddFault(fault.Fault{Operation: "create-keys", Hold: "door", Phase: phase}); err != nil {
				t.Fatal(err)
			}
			done := make(chan any)
			go func() {
				defer func() { done <- recover() }()
				call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`)
			}()
			if _, err := world.WaitForHeld(t.Context(), "door", 1); err != nil {
				t.Fatal(err)
			}
			world.Reset()
			if <-done == nil {
				t.Error("the held request got a response; want its connection to end")
			}
			if diff := cmp.Diff(fresh, stateText(t, s)); diff != "" {
				t.Errorf("the world is not as it was when it began:\n%s", diff)
			}
			if n := world.CountRequests(mockserver.Filter{}); n != 0 {
				t.Errorf("%d entries in the new journal; want none", n)
			}
		})
	}
}
