package mockserver_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

// TestServer_usage compares the amounts with what was done in two worlds.
func TestServer_usage(t *testing.T) {
	t.Parallel()
	s, err := mockserver.New(mockserver.Config{MaxWorlds: 3, MaxFaults: 4, MaxGates: 5, MaxCodes: 6, Journal: mockserver.JournalSize{Entries: 7, Bytes: 100_000}})
	if err != nil {
		t.Fatal(err)
	}
	want := mockserver.ServerUsage{
		Worlds: mockserver.Amount{Max: 3}, Keys: mockserver.Amount{Max: 1<<53 - 1}, Codes: mockserver.Amount{Max: 6}, Faults: mockserver.Amount{Max: 4},
		Gates: mockserver.Amount{Max: 5}, JournalEntries: mockserver.Amount{Max: 7}, JournalBytes: mockserver.Amount{Max: 100_000},
		Violations: mockserver.Amount{Max: 1000}, ViolationBytes: mockserver.Amount{Max: 100_000},
		Waiting: mockserver.Amount{Max: mockserver.DefaultMaxWaiting},
	}
	if diff := cmp.Diff(want, s.Usage()); diff != "" {
		t.Errorf("a new server (-want +got):\n%s", diff)
	}
	post := func(world, path, body string) {
		req := newRequest(t, "POST", path, body)
		req.Header.Set("Authorization", "Bearer sk-mg-mgmt-"+world)
		res, err := s.Client().Do(req)
		if err != nil || res.StatusCode >= 300 {
			t.Fatalf("%s %s: %v %v", path, body, res, err)
		}
		_ = res.Body.Close()
	}
	for i := range 2 {
		post("one", "/keys", fmt.Sprintf(`{"name": "k%d", "colour": 1}`, i))
	}
	post("two", "/auth/keys/code", `{"callback_url": "https://app.example/cb"}`)
	one, err := s.World("one")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := one.AddFaults(fault.Fault{Operation: "create-keys", Hold: "door", Skip: 9}, fault.Fault{Operation: "*", Status: 500, Skip: 9}); err != nil {
		t.Fatal(err)
	}
	got := s.Usage()
	if got.JournalBytes.Now == 0 || got.ViolationBytes.Now == 0 || got.JournalBytes.Now > 100_000 {
		t.Errorf("%d bytes of journal and %d of violations; want some", got.JournalBytes.Now, got.ViolationBytes.Now)
	}
	want.Worlds.Now, want.Keys.Now, want.Codes.Now, want.Faults.Now, want.Gates.Now = 2, 2, 1, 2, 1
	want.JournalEntries.Now, want.Violations.Now = 2, 2
	want.JournalBytes.Now, want.ViolationBytes.Now = got.JournalBytes.Now, got.ViolationBytes.Now
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("after requests (-want +got):\n%s", diff)
	}
}

// newRequest returns a request to the API.
func newRequest(t *testing.T, method, path, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://fake.test"+mockserver.BasePath+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	return req
}
