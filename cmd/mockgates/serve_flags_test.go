package main

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/cmd/internal/serve"
	"github.com/mockgates/mockgates/mockserver"
)

const plainKey = `{"name": "k"}`

// serveFlags holds a test for each flag of serve.
var serveFlags = map[string]struct {
	args  []string
	check func(*testing.T, *fake)
}{
	"addr": {nil, func(t *testing.T, f *fake) {
		if strings.HasSuffix(f.base, ":0/api/v1") {
			t.Errorf("base = %s; want the port that was chosen", f.base)
		}
	}},
	"seed": {[]string{"--seed", "7"}, func(t *testing.T, f *fake) {
		want := firstSecret(t, mockserver.Config{Seed: 7}, serve.DefaultKey)
		if got := newSecret(t, f); got != want {
			t.Errorf("key = %s; want %s, as in Go with the same seed", got, want)
		}
	}},
	"clock": {[]string{"--clock", "2096-02-29T23:00:00+01:00"}, func(t *testing.T, f *fake) {
		if got := f.call(t, "/keys", serve.DefaultKey, plainKey).body; !strings.Contains(got, `"created_at":"2096-02-29T22:`) {
			t.Errorf("body = %s; want a creation time in 2096", got)
		}
	}},
	"clock-frozen": {[]string{"--clock", "2026-01-05T12:00:00Z", "--clock-frozen"}, func(t *testing.T, f *fake) {
		for range 2 {
			if got := f.call(t, "/keys", serve.DefaultKey, plainKey).header.Get("Date"); got != "Mon, 05 Jan 2026 12:00:00 GMT" {
				t.Errorf("Date = %q; want the frozen time", got)
			}
		}
	}},
	"documented-only": {[]string{"--documented-only"}, func(t *testing.T, f *fake) {
		if got := f.call(t, "/key", serve.DefaultKey, ""); got.status != 404 {
			t.Errorf("status of a companion = %d; want 404", got.status)
		}
	}},
	"management-key": {[]string{"--management-key", "<token>", "--management-key", "two,three"}, func(t *testing.T, f *fake) {
		for _, token := range []string{"<token>", "two,three", serve.DefaultKey} {
			if got := f.call(t, "/keys", token, plainKey); got.status != 201 {
				t.Errorf("status as %s = %d; want 201", token, got.status)
			}
		}
	}},
	"strict-keys": {[]string{"--strict-keys", "--management-key", "sk-mg-mgmt-mine"}, func(t *testing.T, f *fake) {
		if got := f.call(t, "/keys", serve.DefaultKey, plainKey); got.status != 401 {
			t.Errorf("status as the default key = %d; want 401", got.status)
		}
		if want := "export MODELGATES_API_KEY=sk-mg-mgmt-mine\n"; !strings.Contains(f.out.await(t, "curl"), want) {
			t.Errorf("out = %s; want %s", f.out, want)
		}
	}},
	"key-prefix": {[]string{"--key-prefix", "sk-test-"}, func(t *testing.T, f *fake) {
		if got := newSecret(t, f); !strings.HasPrefix(got, "sk-test-fa4e") {
			t.Errorf("key = %s; want the prefix sk-test-fa4e", got)
		}
	}},
	"fault": {[]string{"--fault", "create-keys status=429 retry_after=2s times=1", "--fault", "create-keys status=500 times=1"}, wantFaults},
	"rate-limit": {[]string{"--rate-limit", "create-keys 1/1h"}, func(t *testing.T, f *fake) {
		first, second := f.call(t, "/keys", serve.DefaultKey, plainKey), f.call(t, "/keys", serve.DefaultKey, plainKey)
		if first.status != 201 || second.status != 429 || second.header.Get("Retry-After") != "3600" {
			t.Errorf("statuses = %d, %d after %q; want 201, and 429 after 3600", first.status, second.status, second.header.Get("Retry-After"))
		}
	}},
	"rule": {[]string{"--rule", "keys.negative-limit=accept", "--rule", "keys.expires-at-past=accept"}, func(t *testing.T, f *fake) {
		body := `{"name": "k", "limit": -1, "expires_at": "2001-01-01T00:00:00Z"}`
		if got := f.call(t, "/keys", serve.DefaultKey, body); got.status != 201 {
			t.Errorf("status = %d; want 201: %s", got.status, got.body)
		}
	}},
	"keys": {[]string{"--keys", "7"}, func(t *testing.T, f *fake) {
		var list struct{ Data []any }
		got := f.call(t, "/keys?include_disabled=true", serve.DefaultKey, "")
		if err := json.Unmarshal([]byte(got.body), &list); err != nil || len(list.Data) != 7 {
			t.Errorf("%d keys, error %v; want 7", len(list.Data), err)
		}
	}},
	"no-debug-headers": {[]string{"--no-debug-headers"}, func(t *testing.T, f *fake) {
		for name := range f.call(t, "/keys", serve.DefaultKey, plainKey).header {
			if strings.HasPrefix(name, "Mockgates-") {
				t.Errorf("response has header %s", name)
			}
		}
	}},
	"admin-addr": {[]string{"--admin-addr", "127.0.0.1:0"}, func(t *testing.T, f *fake) {
		_, control, _ := strings.Cut(f.out.await(t, "/_mockgates/\n"), "control API on ")
		control, _, _ = strings.Cut(control, "\n")
		if got := call(t, control+"clock", serve.DefaultKey, ""); got.status != 200 {
			t.Errorf("status of the clock on the admin address = %d; want 200", got.status)
		}
		if got := call(t, f.root()+"/_mockgates/clock", serve.DefaultKey, ""); got.status != 404 {
			t.Errorf("status of the clock on the API address = %d; want 404", got.status)
		}
		if got := call(t, control+"../api/v1/key", serve.DefaultKey, ""); got.status != 404 {
			t.Errorf("status of the API on the admin address = %d; want 404", got.status)
		}
	}},
	"max-worlds": {[]string{"--max-worlds", "1"}, func(t *testing.T, f *fake) {
		if got := f.call(t, "/keys", "sk-mg-mgmt-first", plainKey); got.status != 201 {
			t.Errorf("status of the first world = %d; want 201", got.status)
		}
		if got := f.call(t, "/keys", "sk-mg-mgmt-second", plainKey); got.status != 503 {
			t.Errorf("status of the second world = %d; want 503", got.status)
		}
	}},
	"max-faults": {[]string{"--max-faults", "1"}, func(t *testing.T, f *fake) {
		wantSecondRefused(t, f, "/_mockgates/faults", `{"operation": "create-keys", "delay": "0s"}`, 201)
	}},
	"max-gates": {[]string{"--max-gates", "1"}, func(t *testing.T, f *fake) {
		wantSecondRefused(t, f, "/_mockgates/faults", `{"operation": "create-keys", "hold": "door"}`, 201)
	}},
	"max-codes": {[]string{"--max-codes", "1"}, func(t *testing.T, f *fake) {
		wantSecondRefused(t, f, "/api/v1/auth/keys/code", `{"callback_url": "https://app.example/cb"}`, 200)
	}},
	"max-waiting": {[]string{"--max-waiting", "7"}, func(t *testing.T, f *fake) {
		got := call(t, f.root()+serve.HealthPath+"?verbose=true", "", "")
		if got.status != 200 || !strings.Contains(got.body, `"waiting":{"now":0,"max":7}`) {
			t.Errorf("health: %d %s; want at most 7 waiting requests", got.status, got.body)
		}
	}},
	"max-streams": {[]string{"--max-streams", "1"}, func(t *testing.T, f *fake) {
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.root()+"/_mockgates/requests/stream", nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if got := call(t, f.root()+"/_mockgates/requests/stream", "", ""); res.StatusCode != 200 || got.status != 503 || !strings.Contains(got.body, "max-streams") {
			t.Errorf("two streams: %d, then %d %s; want 200, then 503", res.StatusCode, got.status, got.body)
		}
	}},
	"admin-token": {[]string{"--admin-token", "let-me-in"}, func(t *testing.T, f *fake) {
		if got := call(t, f.root()+"/_mockgates/clock", serve.DefaultKey, ""); got.status != 401 {
			t.Errorf("status without the token = %d; want 401", got.status)
		}
		if got := call(t, f.root()+serve.HealthPath, "", ""); got.status != 200 {
			t.Errorf("status of health = %d; want 200", got.status)
		}
	}},
	"allowed-host": {[]string{"--allowed-host", "fake.example.com", "--allowed-host", "other.example.com"}, func(t *testing.T, f *fake) {
		for name, want := range map[string]int{"fake.example.com": 200, "other.example.com:80": 200, "evil.example.com": 403} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.root()+"/_mockgates/clock", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Host = name
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			if res.StatusCode != want {
				t.Errorf("status as %s = %d; want %d", name, res.StatusCode, want)
			}
		}
	}},
	"fail-on-violation": {[]string{"--fail-on-violation"}, func(t *testing.T, f *fake) {
		f.call(t, "/keys", serve.DefaultKey, `{"name": "k", "nmae": "k"}`)
		if code := f.stop(); code != exit.Failed {
			t.Errorf("exit code = %d; want %d", code, exit.Failed)
		}
		if log := f.log.String(); !strings.Contains(log, "violation: undeclared-property in world default, request 1: ") {
			t.Errorf("log = %s; want the violation", log)
		} else if !strings.Contains(log, "mockgates: 1 client violation\n") {
			t.Errorf("log = %s; want the number of violations", log)
		}
	}},
	"log-format": {[]string{"--log-format", "json"}, func(t *testing.T, f *fake) {
		f.call(t, "/keys", serve.DefaultKey, plainKey)
		line, _, _ := strings.Cut(f.log.await(t, "\n"), "\n")
		var got struct {
			Msg, World, Method, Path, Operation, Rule string
			Status                                    int
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatalf("log line %q: %v", line, err)
		}
		want := got
		want.Msg, want.World, want.Method, want.Path = "request", "default", "POST", "/api/v1/keys"
		want.Operation, want.Rule, want.Status = "create-keys", "keys.created", 201
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("log line (-want +got):\n%s", diff)
		}
	}},
	"log-level": {[]string{"--log-level", "error"}, func(t *testing.T, f *fake) {
		f.call(t, "/keys", serve.DefaultKey, plainKey)
		if f.stop(); f.log.String() != "" {
			t.Errorf("log = %q; want none", f.log)
		}
	}},
}

// wantFaults expects a 429, then a 500, then a key.
func wantFaults(t *testing.T, f *fake) {
	t.Helper()
	first := f.call(t, "/keys", serve.DefaultKey, plainKey)
	second, third := f.call(t, "/keys", serve.DefaultKey, plainKey), f.call(t, "/keys", serve.DefaultKey, plainKey)
	got := []any{first.status, first.header.Get("Retry-After"), second.status, third.status}
	if diff := cmp.Diff([]any{429, "2", 500, 201}, got); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
}

// wantSecondRefused sends a body twice. The first must have a status, and the
// second must be refused for a bound of the fake. A second gate has another name.
func wantSecondRefused(t *testing.T, f *fake, path, body string, status int) {
	t.Helper()
	if got := call(t, f.root()+path, serve.DefaultKey, body); got.status != status {
		t.Errorf("the first: %d %s; want %d", got.status, got.body, status)
	}
	if got := call(t, f.root()+path, serve.DefaultKey, strings.Replace(body, "door", "gate", 1)); got.status != 503 {
		t.Errorf("the second: %d %s; want 503", got.status, got.body)
	}
}

// newSecret creates a key and returns its secret.
func newSecret(t *testing.T, f *fake) string {
	t.Helper()
	return secretIn(t, f.call(t, "/keys", serve.DefaultKey, plainKey).body)
}

// firstSecret returns the secret of the first key of a fake with a configuration.
func firstSecret(t *testing.T, config mockserver.Config, key string) string {
	t.Helper()
	server, err := mockserver.New(config)
	if err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodPost, "/api/v1/keys", strings.NewReader(plainKey))
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	server.ServeHTTP(w, req)
	return secretIn(t, w.Body.String())
}

func secretIn(t *testing.T, body string) string {
	t.Helper()
	var created struct{ Key string }
	if err := json.Unmarshal([]byte(body), &created); err != nil || created.Key == "" {
		t.Fatalf("no secret in %s: %v", body, err)
	}
	return created.Key
}

func TestServeFlags(t *testing.T) {
	t.Parallel()
	for flag, test := range serveFlags {
		t.Run(flag, func(t *testing.T) {
			t.Parallel()
			test.check(t, startFake(t, nil, test.args...))
		})
	}
}

// TestServeFlags_allTested compares the flags of serve with those in serveFlags,
// and those that have a test of their own.
func TestServeFlags_allTested(t *testing.T) {
	t.Parallel()
	tested := append(slices.Collect(maps.Keys(serveFlags)), "fault-file", "state", "ready-file", "port-file", "tls", "tls-host", "tls-dir", "plain-addr")
	slices.Sort(tested)
	if diff := cmp.Diff(flagsOf(t, "serve"), tested); diff != "" {
		t.Errorf("flags of serve (-all +tested):\n%s", diff)
	}
}
