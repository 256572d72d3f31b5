package mockserver_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
)

func TestJournalEntry(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	world := worldOf(t, s, "default")
	secret, data := createKey(t, s, `{"name": "nightly", "limit": 5}`, "X-Title", "suite")
	call(t, s, "GET", "/v1/nowhere?page=2", "")
	entries := world.Journal(mockserver.Filter{})
	if len(entries) != 2 {
		t.Fatalf("%d entries; want 2", len(entries))
	}
	e := entries[0]
	got := []any{e.Seq, e.ID, e.Time, e.World, e.Operation, e.Method, e.BasePath, e.Path, e.Query, e.Status, e.Rules, e.Fault, e.Injected, len(e.Violations)}
	want := []any{
		int64(1), int64(1), noon, "default", "create-keys", "POST", "/api/v1", "/keys", "", 201,
		[]string{"keys.created"},
		"", false, 0,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entry (-want +got):\n%s", diff)
	}
	if got := string(e.Request.Body); got != `{"name": "nightly", "limit": 5}` {
		t.Errorf("request body: %s", got)
	}
	if got := e.Request.Headers.Get("X-Title"); got != "suite" {
		t.Errorf("X-Title: %q", got)
	}
	var body struct {
		Data struct{ Hash string }
		Key  string
	}
	if err := json.Unmarshal(e.Response.Body, &body); err != nil || body.Data.Hash != data["hash"] {
		t.Errorf("response body: %s (%v)", e.Response.Body, err)
	}
	if label := data["label"]; body.Key != label || body.Key == secret {
		t.Errorf("key in the journal: %q; want its label %q", body.Key, label)
	}
	if got := e.Response.Headers.Get("Mockgates-Rule"); got != "keys.created" {
		t.Errorf("rule header: %q", got)
	}
	if e := entries[1]; e.Operation != "" || e.BasePath != "/v1" || e.Path != "/nowhere" || e.Query != "page=2" || e.Status != 404 {
		t.Errorf("an unknown path: %+v", e)
	}
}

func TestJournalReturnsCopies(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	world := worldOf(t, s, "default")
	createKey(t, s, nightly, "X-Title", "suite")
	e := world.Journal(mockserver.Filter{})[0]
	e.Request.Headers.Set("X-Title", "changed")
	e.Rules[0] = "changed"
	if e := world.Journal(mockserver.Filter{})[0]; e.Request.Headers.Get("X-Title") != "suite" || e.Rules[0] != "keys.created" {
		t.Error("a change of an entry has changed the journal")
	}
}

func TestJournalFilter(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	world := worldOf(t, s, "default")
	createKey(t, s, `{"name": "one"}`)
	call(t, s, "POST", "/api/v1/keys", `{"name": ""}`)
	createKey(t, s, `{"name": "two", "colour": "red"}`)
	call(t, s, "POST", "/api/v1/keys", `{"name": "three"}`, "Prefer", "code=500")
	call(t, s, "GET", "/api/v1/keys", "")
	yes, no := true, false
	for _, tt := range []struct {
		name   string
		filter mockserver.Filter
		want   string // sequence numbers
	}{
		{"all", mockserver.Filter{}, "1 2 3 4 5"},
		{"by operation", mockserver.Filter{Operation: "create-keys"}, "1 2 3 4"},
		{"by method", mockserver.Filter{Method: "GET"}, "5"},
		{"by status", mockserver.Filter{Status: 201}, "1 3"},
		{"by rule", mockserver.Filter{Rule: "keys.name-empty"}, "2"},
		{"by fault", mockserver.Filter{Fault: "prefer"}, "4"},
		{"injected", mockserver.Filter{Injected: &yes}, "4"},
		{"by behaviour", mockserver.Filter{Injected: &no}, "1 2 3 5"},
		{"with a violation", mockserver.Filter{Violation: "undeclared-property"}, "3"},
		{"by a member of the body", mockserver.Filter{When: map[string]any{"name": "two"}}, "3"},
		{"after a place", mockserver.Filter{Since: 3}, "4 5"},
		{"several together", mockserver.Filter{Operation: "create-keys", Since: 1, Status: 201}, "3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, e := range world.Journal(tt.filter) {
				got = append(got, fmt.Sprint(e.Seq))
			}
			if strings.Join(got, " ") != tt.want || world.CountRequests(tt.filter) != len(got) {
				t.Errorf("got %v, count %d; want %s", got, world.CountRequests(tt.filter), tt.want)
			}
		})
	}
}

func TestJournalIsBounded(t *testing.T) {
	t.Parallel()
	t.Run("in entries", func(t *testing.T) {
		t.Parallel()
		s := newServer(t, mockserver.Config{Journal: mockserver.JournalSize{Entries: 3}})
		for i := range 10 {
			createKey(t, s, fmt.Sprintf(`{"name": "k%d"}`, i))
		}
		world := worldOf(t, s, "default")
		entries := world.Journal(mockserver.Filter{})
		if len(entries) != 3 || entries[0].Seq != 8 || world.Evicted() != 7 {
			t.Errorf("%d entries from %d, %d evicted; want 3 from 8, 7 evicted", len(entries), entries[0].Seq, world.Evicted())
		}
		world.ClearJournal()
		createKey(t, s, `{"name": "later"}`)
		entries = world.Journal(mockserver.Filter{Since: 10})
		if len(entries) != 1 || entries[0].Seq != 11 || world.Evicted() != 0 {
			t.Errorf("after clearing: %+v, %d evicted; want one whose Seq goes on", entries, world.Evicted())
		}
	})
	t.Run("in bytes", func(t *testing.T) {
		t.Parallel()
		s := newServer(t, mockserver.Config{Journal: mockserver.JournalSize{Bytes: 10_000}})
		for range 20 {
			createKey(t, s, `{"name": "`+strings.Repeat("x", 1000)+`"}`)
		}
		world := worldOf(t, s, "default")
		if n := len(world.Journal(mockserver.Filter{})); n < 2 || n > 5 || world.Evicted() != int64(20-n) {
			t.Errorf("%d entries, %d evicted; want a few that fit, and the rest evicted", n, world.Evicted())
		}
		createKey(t, s, `{"name": "`+strings.Repeat("x", 50_000)+`"}`)
		entries := world.Journal(mockserver.Filter{})
		if e := entries[len(entries)-1]; !e.Truncated || e.Request.Body != nil || e.Status != 201 {
			t.Errorf("an entry over the bound: truncated %v, %d bytes; want it without its bodies", e.Truncated, len(e.Request.Body))
		}
	})
}

// TestClearedEntriesLeaveTheirRoom adds as many entries as a journal has room for, clears
// it, and adds as many again.
func TestClearedEntriesLeaveTheirRoom(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Journal: mockserver.JournalSize{Bytes: 10_000}})
	add := func(n int) {
		for range n {
			createKey(t, s, `{"name": "`+strings.Repeat("x", 1000)+`"}`)
		}
	}
	add(20)
	w := worldOf(t, s, "default")
	most := w.CountRequests(mockserver.Filter{})
	w.ClearJournal()
	add(most)
	if n := w.CountRequests(mockserver.Filter{}); most < 2 || n != most || w.Evicted() != 0 {
		t.Errorf("%d entries, and %d evicted; want as many as before, %d, and none evicted", n, w.Evicted(), most)
	}
}

func TestWorldsHaveTheirOwnJournals(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	createKey(t, s, `{"name": "a"}`, "Authorization", "Bearer sk-mg-mgmt-a")
	createKey(t, s, `{"name": "b"}`, "Authorization", "Bearer sk-mg-mgmt-b")
	call(t, s, "POST", "/api/v1/keys", `{"name": "c"}`, "Authorization", "", "Mockgates-World", "a")
	if a, b := worldOf(t, s, "a").CountRequests(mockserver.Filter{}), worldOf(t, s, "b").CountRequests(mockserver.Filter{}); a != 2 || b != 1 {
		t.Errorf("%d and %d entries; want 2 and 1", a, b)
	}
}

func TestResetEmptiesTheJournal(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	createKey(t, s, `{"name": "a", "colour": "red"}`)
	world := worldOf(t, s, "default")
	world.Reset()
	createKey(t, s, `{"name": "b"}`)
	entries := world.Journal(mockserver.Filter{})
	if len(entries) != 1 || entries[0].Seq != 1 || entries[0].ID != 1 || len(world.Violations()) != 0 {
		t.Errorf("after a reset: %+v", entries)
	}
	if s.ViolationCount() != 1 {
		t.Errorf("the server counts %d violations; want 1: a reset forgives nothing", s.ViolationCount())
	}
}

// TestJournal_management checks that an entry says whether a management key of its world
// was sent, in whatever form it was sent, and however the journal shows the header.
func TestJournal_management(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{ManagementKeys: []string{"own"}})
	here := worldOf(t, s, "here")
	secret, _ := createKey(t, s, nightly, "Authorization", "Bearer "+here.ManagementKey())
	for _, test := range []struct {
		name, authorization, path string
		want                      bool
	}{
		{"the management key", "Bearer " + here.ManagementKey(), "/keys", true},
		{"the management key after a scheme in lower case", "bearer " + here.ManagementKey(), "/keys", true},
		{"the management key, where none is needed", "Bearer " + here.ManagementKey(), "/auth/keys", true},
		{"another key", "Bearer " + secret, "/keys", false},
		{"what begins like a management key and is none", "Bearer " + here.ManagementKey() + "!", "/keys", false},
		{"nothing", "", "/keys", false},
	} {
		call(t, s, "POST", "/api/v1"+test.path, nightly, "Authorization", test.authorization, mockserver.WorldHeader, "here")
		entries := here.Journal(mockserver.Filter{})
		if e := entries[len(entries)-1]; int(e.ID) != len(entries) || e.Path != test.path || e.Management != test.want {
			t.Errorf("%s: %s in the world %s with management %t; want %s and %t", test.name, e.Path, e.World, e.Management, test.path, test.want)
		}
	}
	code := newCode(t, s, "", "Authorization", "Bearer "+here.ManagementKey())
	call(t, s, "POST", "/api/v1/auth/keys", `{"code": "`+code+`"}`, "Authorization", "Bearer sk-mg-mgmt-elsewhere")
	if e := here.Journal(mockserver.Filter{Operation: "exchange-auth-code", Status: 200}); len(e) != 1 || e[0].Management {
		t.Errorf("the management key of another world than that of the code: %+v", e)
	}
	call(t, s, "POST", "/api/v1/keys", nightly, "Authorization", "Bearer own")
	configured := slices.IndexFunc(s.Worlds(), func(w *mockserver.World) bool { return w.ManagementKey() == "own" })
	if e := s.Worlds()[configured].Journal(mockserver.Filter{})[0]; !e.Management {
		t.Error("a configured management key is none in the journal")
	}
}
