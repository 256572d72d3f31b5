package mockserver_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

func TestJournalHoldsWhatPassed(t *testing.T) {
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
	entries[0].Request.Headers.Set("X-Title", "changed")
	entries[0].Rules[0] = "changed"
	if e := world.Journal(mockserver.Filter{})[0]; e.Request.Headers.Get("X-Title") != "suite" || e.Rules[0] != "keys.created" {
		t.Error("what a caller does to an entry changes the journal")
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
		{"with a finding", mockserver.Filter{Violation: "undeclared-property"}, "3"},
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
			t.Errorf("%d entries from %d, %d dropped; want 3 from 8, 7 dropped", len(entries), entries[0].Seq, world.Evicted())
		}
		world.ClearJournal()
		createKey(t, s, `{"name": "later"}`)
		entries = world.Journal(mockserver.Filter{Since: 10})
		if len(entries) != 1 || entries[0].Seq != 11 || world.Evicted() != 0 {
			t.Errorf("after clearing: %+v, %d dropped; want one that counts on", entries, world.Evicted())
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
			t.Errorf("%d entries, %d dropped; want a few that fit, and the rest dropped", n, world.Evicted())
		}
		createKey(t, s, `{"name": "`+strings.Repeat("x", 50_000)+`"}`)
		entries := world.Journal(mockserver.Filter{})
		if e := entries[len(entries)-1]; !e.Truncated || e.Request.Body != nil || e.Status != 201 {
			t.Errorf("an entry over the bound: cut %v, %d bytes; want it without its bodies", e.Truncated, len(e.Request.Body))
		}
	})
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

func TestFindings(t *testing.T) {
	t.Parallel()
	const body = `{"name": "k"}`
	for _, tt := range []struct {
		name               string
		method, path, body string
		headers            []string
		want               []string // kind and pointer
	}{
		{"a good request", "POST", "/api/v1/keys", body, nil, nil},
		{"a trailing slash", "POST", "/api/v1/keys/", body, nil, nil},
		{"an undeclared property", "POST", "/api/v1/keys", `{"name": "k", "nane": 1, "a/b": 2}`, nil, []string{"undeclared-property /a~1b", "undeclared-property /nane"}},
		{"a form", "POST", "/api/v1/keys", "name=k", []string{"Content-Type", "application/x-www-form-urlencoded"}, []string{"content-type"}},
		{"no content type", "POST", "/api/v1/keys", body, []string{"Content-Type", ""}, []string{"content-type"}},
		{"a parameter of the content type", "POST", "/api/v1/keys", body, []string{"Content-Type", "application/json; charset=utf-8"}, nil},
		{"no credential", "POST", "/api/v1/keys", body, []string{"Authorization", ""}, []string{"missing-credential"}},
		{"a basic credential", "POST", "/api/v1/keys", body, []string{"Authorization", "Basic a2V5"}, []string{"missing-credential"}},
		{"an unknown token is no missing one", "POST", "/api/v1/keys", body, []string{"Authorization", "Bearer nobody"}, nil},
		{"a key in the query", "POST", "/api/v1/keys?api_key=sk-mg-mgmt-default", body, nil, []string{"secret-in-url"}},
		{"a key in the path", "GET", "/api/v1/keys/sk-mg-v1-" + strings.Repeat("ab", 32), "", nil, []string{"secret-in-url"}},
		{"an escaped key in the query", "POST", "/api/v1/keys?t=sk%2dmg-mgmt%2Ddefault", body, nil, []string{"secret-in-url"}},
		{"the old base path", "POST", "/v1/keys", body, nil, []string{"base-path"}},
		{"no base path", "POST", "/keys", body, nil, []string{"base-path"}},
		{"a path that is nothing has no base", "POST", "/nothing", body, nil, nil},
		{"an exchange needs no credential", "POST", "/api/v1/auth/keys", `{"code": "auth_code_0123456789"}`, []string{"Authorization", ""}, nil},
		{"several at once", "POST", "/keys?key=sk-mg-mgmt-default", "x", []string{"Authorization", "", "Content-Type", "text/plain"}, []string{"secret-in-url", "base-path", "missing-credential", "content-type"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			call(t, s, tt.method, tt.path, tt.body, tt.headers...)
			world := worldOf(t, s, "default")
			var got []string
			for _, f := range world.Violations() {
				got = append(got, strings.TrimSpace(f.Kind+" "+f.Pointer))
				if f.Request != 1 || f.Message == "" || f.Kind != "secret-in-url" && f.Operation == "" {
					t.Errorf("finding: %+v", f)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(world.Violations(), append([]mockserver.Violation{}, world.Journal(mockserver.Filter{})[0].Violations...)); diff != "" {
				t.Errorf("the journal has others:\n%s", diff)
			}
			if s.ViolationCount() != len(tt.want) {
				t.Errorf("the server counts %d; want %d", s.ViolationCount(), len(tt.want))
			}
			world.ClearViolations()
			if s.ViolationCount() != 0 || len(world.Violations()) != 0 {
				t.Error("violations that were taken note of still count")
			}
		})
	}
}

func TestEarlyRetry(t *testing.T) {
	t.Parallel()
	const key = `{"name": "k"}`
	for _, tt := range []struct {
		name  string
		fault string        // ordered first
		wait  time.Duration // on the world's clock, before the retry
		want  int           // findings
	}{
		{"at once", "create-keys status=429 times=1 retry_after=2s", 0, 1},
		{"a moment early", "create-keys status=429 times=1 retry_after=2s", 1999 * time.Millisecond, 1},
		{"just in time", "create-keys status=429 times=1 retry_after=2s", 2 * time.Second, 0},
		{"after a 500 with the header", "create-keys status=500 times=1 retry_after=1m", time.Second, 1},
		{"after a 500 without it", "create-keys status=500 times=1", 0, 0},
		{"before a date", "create-keys status=429 times=1 retry_after=10s retry_after_form=date", 9 * time.Second, 1},
		{"at a date", "create-keys status=429 times=1 retry_after=10s retry_after_form=date", 10 * time.Second, 0},
		{"after a date that has passed", "create-keys status=429 times=1 retry_after_form=past", 0, 0},
		{"after zero seconds", "create-keys status=429 times=1 retry_after_form=zero", 0, 0},
		{"within a fraction of a second", "create-keys status=429 times=1 retry_after_form=fraction", 499 * time.Millisecond, 1},
		{"after a fraction of a second", "create-keys status=429 times=1 retry_after_form=fraction", 500 * time.Millisecond, 0},
		{"years before a huge wait is over", "create-keys status=429 times=1 retry_after_form=huge", 100 * 365 * 24 * time.Hour, 1},
		{"after junk", "create-keys status=429 times=1 retry_after_form=junk", 0, 0},
		{"without the header", "create-keys status=429 times=1 retry_after_form=absent", 0, 0},
		{"an answer that was never seen", "create-keys status=429 times=1 retry_after=2s effect=hangup", 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			world := worldOf(t, s, "default")
			fault, err := fault.Parse(tt.fault)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := world.AddFault(fault); err != nil {
				t.Fatal(err)
			}
			func() {
				defer func() { _ = recover() }() // a hangup
				call(t, s, "POST", "/api/v1/keys", key)
			}()
			if _, err := world.Advance(tt.wait); err != nil {
				t.Fatal(err)
			}
			call(t, s, "POST", "/api/v1/keys", key)
			got := world.Violations()
			if len(got) != tt.want {
				t.Fatalf("%d findings; want %d: %+v", len(got), tt.want, got)
			}
			if tt.want == 1 && (got[0].Kind != "early-retry" || got[0].Request != 2 || !strings.Contains(got[0].Message, "Retry-After: ")) {
				t.Errorf("finding: %+v", got[0])
			}
		})
	}
}

func TestEarlyRetryIsOfTheSameCallerAndOperation(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	world := worldOf(t, s, "default")
	secret, _ := createKey(t, s, `{"name": "caller"}`)
	if _, err := world.AddFault(fault.Fault{Operation: "create-keys", Status: 429, Times: 1, RetryAfter: time.Duration(time.Minute)}); err != nil {
		t.Fatal(err)
	}
	call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`)
	call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`, "Authorization", "Bearer "+secret)
	call(t, s, "POST", "/api/v1/auth/keys/code", `{"callback_url": "https://app.test/"}`)
	if got := world.Violations(); len(got) != 0 {
		t.Fatalf("another caller and another operation: %+v", got)
	}
	call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`)
	call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`)
	if got := world.Violations(); len(got) != 1 {
		t.Fatalf("a retry, answered, and a request after it: %+v; want one finding", got)
	}
	if _, err := world.AddFault(fault.Fault{Operation: "create-keys", Status: 429, Times: 1}); err != nil {
		t.Fatal(err)
	}
	call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`)
	if err := world.SetClock(mockserver.ClockSetting{Now: noon.Add(-time.Hour), Frozen: true}); err != nil {
		t.Fatal(err)
	}
	call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`)
	if got := world.Violations(); len(got) != 1 {
		t.Errorf("after the clock was set back: %+v; want no new finding", got)
	}
}
