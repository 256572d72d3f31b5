package mockserver_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/internal/testrequest"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

func TestNewRefusesInvalidConfig(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		cfg  mockserver.Config
		want string // in the message
	}{
		{"a setting of an unknown rule names the nearest", mockserver.Config{Rules: map[string]string{"keys.negativ-limit": "accept"}}, "did you mean keys.negative-limit?"},
		{"a setting of a fixed rule", mockserver.Config{Rules: map[string]string{"keys.name-empty": "accept"}}, "cannot be changed"},
		{"a setting that the rule does not have", mockserver.Config{Rules: map[string]string{"keys.negative-limit": "maybe"}}, "refuse, accept"},
		{"an empty management key", mockserver.Config{ManagementKeys: []string{""}}, "empty"},
		{"a management key of two words", mockserver.Config{ManagementKeys: []string{"my key"}}, "contains a space"},
		{"strict keys without a key", mockserver.Config{StrictKeys: true}, "nobody could use"},
		{"a prefix with a space", mockserver.Config{KeyPrefix: "sk x"}, `"sk x"`},
		{"a fault that does nothing", mockserver.Config{Faults: []fault.Fault{{Operation: "*"}}}, "does nothing"},
		{"a fault for an unknown operation", mockserver.Config{Faults: []fault.Fault{{Operation: "create-key", Status: 500}}}, "did you mean create-keys?"},
		{"a rate limit without requests", mockserver.Config{RateLimits: []ratelimit.Limit{{Operation: "*", Per: time.Second}}}, "want 1 to"},
		{"a journal of negative size", mockserver.Config{Journal: mockserver.JournalSize{Entries: -1}}, "journal of -1 entries"},
		{"a journal of negative bytes", mockserver.Config{Journal: mockserver.JournalSize{Bytes: -1}}, "and -1 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := mockserver.New(tt.cfg)
			if err == nil || !strings.Contains(err.Error(), tt.want) || s != nil {
				t.Errorf("New: %v, %v; want an error with %q", s, err, tt.want)
			}
		})
	}
}

// transcript plays a fixed sequence of requests and returns every byte of the
// responses, including headers.
func transcript(t testing.TB, s *mockserver.Server, world string) string {
	var out strings.Builder
	credential := []string{"Authorization", "Bearer sk-mg-mgmt-" + world}
	secret := ""
	for i, c := range []struct{ method, path, body string }{
		{"POST", "/api/v1/keys", `{"name": "one", "limit": 5}`},
		{"POST", "/api/v1/keys", `{"name": ""}`},
		{"POST", "/api/v1/keys", `{"name": "two", "limit_reset": "daily"}`},
		{"POST", "/api/v1/auth/keys/code", `{"callback_url": "https://app.test/cb"}`},
		{"POST", "/api/v1/auth/keys/code", `{"callback_url": "https://other.test/cb"}`},
		{"GET", "/api/v1/nowhere", ``},
	} {
		a := call(t, s, c.method, c.path, c.body, credential...)
		fmt.Fprintf(&out, "%d %s %s\n%d\n", i, c.method, c.path, a.status)
		for _, name := range sortedNames(a) {
			fmt.Fprintf(&out, "%s: %s\n", name, a.header.Values(name))
		}
		out.WriteString(a.body + "\n")
		if key, ok := a.json["key"].(string); ok {
			secret = key
		}
	}
	a := call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`, "Authorization", "Bearer "+secret)
	return out.String() + a.body
}

func sortedNames(a response) []string {
	var names []string
	for name := range a.header {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func TestEqualSeedsGiveEqualBytes(t *testing.T) {
	t.Parallel()
	one := transcript(t, newServer(t, mockserver.Config{Seed: 7}), "a")
	if two := transcript(t, newServer(t, mockserver.Config{Seed: 7}), "a"); one != two {
		t.Errorf("two servers of one seed differ:\n%s\n----\n%s", one, two)
	}
	if other := transcript(t, newServer(t, mockserver.Config{Seed: 8}), "a"); one == other {
		t.Error("two seeds give the same bytes")
	}
	s := newServer(t, mockserver.Config{Seed: 7})
	if other := transcript(t, s, "b"); one == other {
		t.Error("two worlds give the same bytes")
	}
	if again := transcript(t, s, "a"); one != again {
		t.Errorf("a world beside another differs from one alone:\n%s\n----\n%s", one, again)
	}
	worldOf(t, s, "a").Reset()
	if again := transcript(t, s, "a"); one != again {
		t.Errorf("a world that was reset differs from a new one:\n%s\n----\n%s", one, again)
	}
	seed := uint64(9)
	worldOf(t, s, "a").ResetSeed(seed)
	if other := transcript(t, s, "a"); one == other {
		t.Error("a world that was reset with another seed gives the same bytes")
	}
}

func TestResetRemovesKeys(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	secret, _ := createKey(t, s, `{"name": "k"}`)
	const code = `{"callback_url": "https://a.test"}`
	if a := call(t, s, "POST", "/api/v1/auth/keys/code", code, "Authorization", "Bearer "+secret); a.status != 200 {
		t.Fatalf("before the reset: %d", a.status)
	}
	worldOf(t, s, "default").Reset()
	if a := call(t, s, "POST", "/api/v1/auth/keys/code", code, "Authorization", "Bearer "+secret); a.status != 401 {
		t.Errorf("after the reset: %d, want 401", a.status)
	}
}

func TestDateHeaderIsOnTheWorldsClock(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Clock: mockserver.ClockSetting{Now: time.Date(2096, 2, 29, 23, 59, 59, 0, time.UTC), Frozen: true}})
	a := call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`)
	if got, want := a.header.Get("Date"), "Wed, 29 Feb 2096 23:59:59 GMT"; got != want {
		t.Errorf("Date is %q, want %q", got, want)
	}
	if got := a.at("data.created_at"); got != "2096-02-29T23:59:59.000Z" {
		t.Errorf("created_at is %v", got)
	}
}

func TestNoDebugHeaders(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{NoDebugHeaders: true, Faults: []fault.Fault{{Operation: "create-keys", Status: 500, Skip: 1}}})
	for range 2 {
		a := call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`)
		for name := range a.header {
			if strings.HasPrefix(name, "Mockgates-") {
				t.Errorf("the %d has %s", a.status, name)
			}
		}
	}
}

func TestRequestLogLine(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := newServer(t, mockserver.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	secret, _ := createKey(t, s, `{"name": "k"}`)
	call(t, s, "GET", "/api/v1/"+secret+"?token="+secret, "")
	call(t, s, "POST", "/api/v1/keys", `{"name": "k", "limit": "`+secret+`"}`)
	if n := strings.Count(log.String(), "\n"); n != 4 {
		t.Errorf("%d lines for three requests, of which one breaks a rule of the API:\n%s", n, &log)
	}
	for _, want := range []string{
		"operation=create-keys", "status=201", "rule=keys.created", "world=default", "status=404",
		"level=WARN msg=violation world=default request=2 kind=secret-in-url", `reason="Invalid request: /limit must be a number or null, `,
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %s in the log:\n%s", want, &log)
		}
	}
	if strings.Contains(log.String(), secret[20:40]) {
		t.Errorf("the log has a secret:\n%s", &log)
	}
}

// TestClientThatLeaves disconnects a client while a fault delays its request. The
// journal and the log say so, and the operation has not run.
func TestClientThatLeaves(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := newServer(t, mockserver.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	w := worldOf(t, s, mockserver.DefaultWorld)
	addFault(t, w, "create-keys delay=1h")
	ctx, leave := context.WithCancel(t.Context())
	leave()
	r := testrequest.New("POST", "/api/v1/keys", nightly, "Authorization", "Bearer sk-mg-mgmt-default").WithContext(ctx)
	func() {
		defer func() {
			if p := recover(); p != http.ErrAbortHandler {
				t.Errorf("ServeHTTP panics with %v, want http.ErrAbortHandler", p)
			}
		}()
		s.ServeHTTP(httptest.NewRecorder(), r)
	}()
	if e := w.Journal(mockserver.Filter{})[0]; !e.ClientLeft || e.Status != 0 || e.Injected {
		t.Errorf("the journal has status %d, client left %t, injected %t; want 0, true, false", e.Status, e.ClientLeft, e.Injected)
	}
	if !strings.Contains(log.String(), "client_left=true") || countKeys(t, s) != 0 {
		t.Errorf("%d keys, and the log\n%s\nwant none and client_left=true", countKeys(t, s), &log)
	}
}
