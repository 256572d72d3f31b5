package mockserver_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
)

// control makes one call of the control API in the default world.
func control(t testing.TB, h http.Handler, method, path, body string, headers ...string) answer {
	t.Helper()
	return call(t, h, method, "/_mockgates/"+path, body, headers...)
}

// message is error.message of an answer.
func message(a answer) string {
	s, _ := a.at("error.message").(string)
	return s
}

func TestControlTellsWhatThisIs(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{
		Version: "1.2.3", OpenAPI: []byte("openapi: 3.1.0\n"),
		Choices:   map[string]string{"keys.negative-limit": "accept"},
		Scenarios: map[string][]string{"keys.negative-limit": {"keys_limits"}},
	})
	for path, want := range map[string]string{
		"health":                    `{"status":"ok"}`,
		"version":                   `{"version":"1.2.3"}`,
		"openapi.yaml":              "openapi: 3.1.0",
		"rules/keys.negative-limit": `{"id":"keys.negative-limit","source":"choice","text":"A negative limit is refused.","choices":["refuse","accept"],"setting":"accept","scenarios":["keys_limits"]}`,
		"worlds":                    `{"worlds":[]}`,
	} {
		a := control(t, s, "GET", path, "")
		if a.status != 200 || strings.TrimSpace(a.body) != want {
			t.Errorf("GET %s: %d %s; want %s", path, a.status, a.body, want)
		}
	}
	if a := control(t, s, "GET", "control.yaml", ""); a.body != string(mockserver.ControlDocument()) || a.header.Get("Content-Type") != "application/yaml" {
		t.Errorf("control.yaml: %d bytes of %s", len(a.body), a.header.Get("Content-Type"))
	}
	rules, _ := control(t, s, "GET", "rules", "").json["rules"].([]any)
	if len(rules) != len(mockserver.Rules()) || len(rules) == 0 {
		t.Errorf("%d rules; want %d", len(rules), len(mockserver.Rules()))
	}
	if a := control(t, newServer(t, mockserver.Config{}), "GET", "openapi.yaml", ""); a.status != 404 {
		t.Errorf("openapi.yaml of a server without one: %d", a.status)
	}
}

func TestControlFaults(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	a := control(t, s, "POST", "faults", `{"operation": "create-keys", "status": 429, "times": 1}`)
	if a.status != 201 || a.json["id"] != "f1" || a.json["left"] != 1.0 {
		t.Fatalf("order: %d %s", a.status, a.body)
	}
	if a := call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`); a.status != 429 {
		t.Errorf("the request after the order: %d; want 429", a.status)
	}
	if a := control(t, s, "GET", "faults/f1", ""); a.json["fired"] != 1.0 || a.json["left"] != 0.0 {
		t.Errorf("the account: %s", a.body)
	}
	a = control(t, s, "POST", "faults", `[{"operation": "*", "status": 500}, {"operation": "create-keys", "delay": "1ms"}]`)
	if list, _ := a.json["faults"].([]any); a.status != 201 || len(list) != 2 {
		t.Errorf("two at once: %d %s", a.status, a.body)
	}
	a = control(t, s, "POST", "faults", `[{"operation": "*", "status": 500}, {"operation": "create-keys"}]`)
	if a.status != 400 || len(s.World("default").Faults()) != 3 {
		t.Errorf("one bad of two: %d, %d in force; want 400 and none of them", a.status, len(s.World("default").Faults()))
	}
	if a := control(t, s, "DELETE", "faults/f2", ""); a.status != 200 || a.json["id"] != "f2" {
		t.Errorf("take one back: %d %s", a.status, a.body)
	}
	if a := control(t, s, "DELETE", "faults/f2", ""); a.status != 404 || !strings.Contains(message(a), "no fault \"f2\"") {
		t.Errorf("take it back twice: %d %s", a.status, a.body)
	}
	a = control(t, s, "DELETE", "faults", "")
	if list, _ := a.json["faults"].([]any); len(list) != 2 || len(s.World("default").Faults()) != 0 {
		t.Errorf("take all back: %s", a.body)
	}
	if a := control(t, s, "GET", "faults", ""); a.body != "{\"faults\":[]}\n" {
		t.Errorf("none left: %s", a.body)
	}
	if a := control(t, s, "GET", "faults/f1", ""); a.status != 404 || !strings.Contains(message(a), "none is ordered") {
		t.Errorf("one that is gone: %s", a.body)
	}
}

func TestControlGates(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	if a := control(t, s, "GET", "gates", ""); a.body != "{\"gates\":[]}\n" {
		t.Errorf("no gates: %s", a.body)
	}
	control(t, s, "POST", "faults", `{"operation": "create-keys", "hold": "door", "times": 1}`)
	done := make(chan answer)
	go func() { done <- call(t, s, "POST", "/api/v1/keys", `{"name": "held"}`) }()
	if a := control(t, s, "GET", "gates/door?parked=1", ""); a.json["parked"] != 1.0 || a.json["open"] != false {
		t.Errorf("the gate with one parked: %s", a.body)
	}
	if a := control(t, s, "GET", "gates/dor", ""); a.status != 404 || !strings.Contains(message(a), "did you mean door?") {
		t.Errorf("a gate that is not there: %d %s", a.status, a.body)
	}
	if a := control(t, s, "POST", "gates/door", ""); a.status != 200 || a.json["parked"] != 1.0 {
		t.Errorf("open: %d %s", a.status, a.body)
	}
	if a := <-done; a.status != 201 {
		t.Errorf("the request that was held: %d", a.status)
	}
	if a := control(t, s, "GET", "gates/door", ""); a.json["open"] != true || a.json["parked"] != 0.0 {
		t.Errorf("afterwards: %s", a.body)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequest("GET", "/_mockgates/gates/door?parked=9", nil).WithContext(ctx)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r) // returns, since the caller has left
}

func TestControlClock(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	for _, step := range []struct{ method, path, body, want string }{
		{"GET", "clock", "", `{"now":"2026-03-04T12:00:00Z","frozen":true}`},
		{"POST", "clock/advance", `{"by": "36h"}`, `{"now":"2026-03-06T00:00:00Z","frozen":true}`},
		{"POST", "clock/advance", `{"to": "next-week"}`, `{"now":"2026-03-09T00:00:00Z","frozen":true}`},
		{"POST", "clock/advance", `{"to": "next-month"}`, `{"now":"2026-04-01T00:00:00Z","frozen":true}`},
		{"PUT", "clock", `{"now": "2096-02-29T23:59:59+02:00", "frozen": true}`, `{"now":"2096-02-29T21:59:59Z","frozen":true}`},
		{"POST", "clock/advance", `{"to": "next-day"}`, `{"now":"2096-03-01T00:00:00Z","frozen":true}`},
	} {
		if a := control(t, s, step.method, step.path, step.body); a.status != 200 || strings.TrimSpace(a.body) != step.want {
			t.Errorf("%s %s %s: %d %s; want %s", step.method, step.path, step.body, a.status, a.body, step.want)
		}
	}
	if got := s.World("default").Clock().Now; !got.Equal(time.Date(2096, 3, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("the world's clock: %v", got)
	}
}

func TestControlUsageAndLimits(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	_, data := createKey(t, s, `{"name": "k", "limit": 5, "limit_reset": "daily", "include_byok_in_limit": true}`)
	a := control(t, s, "POST", "keys/"+data["hash"].(string)+"/usage", `{"usd": 1.25, "byok": 0.4}`)
	if a.status != 200 || a.at("data.usage") != 1.25 || a.at("data.byok_usage_daily") != 0.4 || a.at("data.limit_remaining") != 3.35 {
		t.Errorf("spend: %d %s", a.status, a.body)
	}
	if a := control(t, s, "POST", "keys/"+strings.Repeat("0", 64)+"/usage", `{"usd": 1}`); a.status != 404 {
		t.Errorf("spend on nothing: %d %s", a.status, a.body)
	}
	a = control(t, s, "PUT", "limits", `{"limits": ["create-keys 1/1m"]}`)
	if a.status != 200 || strings.TrimSpace(a.body) != `{"limits":["create-keys 1/1m0s"]}` {
		t.Errorf("limits: %d %s", a.status, a.body)
	}
	createKey(t, s, `{"name": "k"}`)
	if a := call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`); a.status != 429 {
		t.Errorf("over the limit: %d", a.status)
	}
	control(t, s, "PUT", "limits", `{"limits": []}`)
	if a := control(t, s, "GET", "limits", ""); strings.TrimSpace(a.body) != `{"limits":[]}` {
		t.Errorf("none: %s", a.body)
	}
	createKey(t, s, `{"name": "k"}`)
}

func TestControlJournal(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	createKey(t, s, `{"name": "one"}`)
	createKey(t, s, `{"name": "two", "colour": 1}`)
	list, _ := control(t, s, "GET", "requests?operation=create-keys&status=201&since=1", "").json["requests"].([]any)
	if len(list) != 1 {
		t.Errorf("filtered: %v", list)
	}
	if a := control(t, s, "POST", "requests/count", `{"when": {"/name": "two"}}`); a.json["count"] != 1.0 {
		t.Errorf("count: %s", a.body)
	}
	if a := control(t, s, "POST", "requests/count", ``); a.json["count"] != 2.0 {
		t.Errorf("count of all: %s", a.body)
	}
	found, _ := control(t, s, "GET", "violations", "").json["violations"].([]any)
	if len(found) != 1 {
		t.Errorf("violations: %v", found)
	}
	if a := control(t, s, "DELETE", "violations", ""); a.status != 204 || a.body != "" || s.Violations() != 0 {
		t.Errorf("take note: %d %q, %d left", a.status, a.body, s.Violations())
	}
	if a := control(t, s, "DELETE", "requests", ""); a.status != 204 || s.World("default").Count(mockserver.Filter{}) != 0 {
		t.Errorf("clear: %d", a.status)
	}
	if a := control(t, s, "GET", "requests", ""); strings.TrimSpace(a.body) != `{"requests":[],"dropped":0}` {
		t.Errorf("empty: %s", a.body)
	}
}

func TestControlReset(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	first, _ := createKey(t, s, `{"name": "k"}`)
	createKey(t, s, `{"name": "k"}`, "Authorization", "Bearer sk-mg-mgmt-other")
	if a := control(t, s, "POST", "reset", ""); strings.TrimSpace(a.body) != `{"worlds":["default"]}` {
		t.Errorf("reset: %d %s", a.status, a.body)
	}
	if again, _ := createKey(t, s, `{"name": "k"}`); again != first {
		t.Error("the same seed gave another secret")
	}
	control(t, s, "POST", "reset", `{"seed": 7}`)
	if seeded, _ := createKey(t, s, `{"name": "k"}`); seeded == first {
		t.Error("another seed gave the same secret")
	}
	if s.World("other").Count(mockserver.Filter{}) != 1 {
		t.Error("another world was reset too")
	}
	if a := control(t, s, "POST", "reset", `{"all": true, "seed": 0}`); strings.TrimSpace(a.body) != `{"worlds":["default","other"]}` {
		t.Errorf("reset of all: %d %s", a.status, a.body)
	}
	if s.World("other").Count(mockserver.Filter{}) != 0 {
		t.Error("the other world was not reset")
	}
}

func TestControlChoosesTheWorld(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{ManagementKeys: []string{"<token>"}})
	key, _ := createKey(t, s, `{"name": "k"}`)
	for _, tt := range []struct {
		name    string
		path    string
		headers []string
		status  int
		want    string // the world; or in the message
	}{
		{"a management key", "state", []string{"Authorization", "Bearer sk-mg-mgmt-alpha"}, 200, "alpha"},
		{"none", "state", []string{"Authorization", ""}, 200, "default"},
		{"a key of Config", "state", []string{"Authorization", "Bearer <token>"}, 200, "key-"},
		{"a header without a key", "state", []string{"Authorization", "", "Mockgates-World", "beta"}, 200, "beta"},
		{"a query", "state?world=gamma", []string{"Authorization", ""}, 200, "gamma"},
		{"a query that agrees with the key", "state?world=alpha", []string{"Authorization", "Bearer sk-mg-mgmt-alpha"}, 200, "alpha"},
		{"a query that does not", "state?world=beta", []string{"Authorization", "Bearer sk-mg-mgmt-alpha"}, 400, `"alpha"`},
		{"a name that is none", "state?world=A%20B", []string{"Authorization", ""}, 400, `"A B"`},
		{"a key that is no management key", "state", []string{"Authorization", "Bearer " + key}, 401, "no management key"},
		{"a malformed credential", "state", []string{"Authorization", "Basic abc"}, 401, "no management key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := control(t, s, "GET", tt.path, "", tt.headers...)
			if a.status != tt.status {
				t.Fatalf("%d %s; want %d", a.status, a.body, tt.status)
			}
			if tt.status != 200 {
				if !strings.Contains(message(a), tt.want) || strings.Contains(a.body, key) {
					t.Errorf("message %q; want %q in it", message(a), tt.want)
				}
				return
			}
			var state mockserver.State
			if err := json.Unmarshal([]byte(a.body), &state); err != nil || len(state.Worlds) != 1 || !strings.HasPrefix(state.Worlds[0].Name, tt.want) {
				t.Errorf("state of %+v (%v); want the world %s", state.Worlds, err, tt.want)
			}
		})
	}
}

func TestCoverage(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	createKey(t, s, `{"name": "k"}`)
	createKey(t, s, `{"name": "k"}`, "Authorization", "Bearer sk-mg-mgmt-other")
	call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`, "Prefer", "code=429")
	control(t, s, "POST", "faults", `{"operation": "create-keys", "status": 503, "force": true, "times": 1}`)
	call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`)
	control(t, s, "POST", "faults", `{"operation": "create-keys", "delay": "1ms", "times": 1}`)
	createKey(t, s, `{"name": "slow"}`)
	control(t, s, "POST", "reset", `{"all": true}`)
	got := map[int]mockserver.CoverageRow{}
	for _, r := range s.Coverage() {
		if r.Operation == "create-keys" {
			got[r.Status] = r
		}
	}
	want := map[int]mockserver.CoverageRow{
		201: {Operation: "create-keys", Status: 201, Documented: true, Behaviour: 3},
		400: {Operation: "create-keys", Status: 400, Documented: true},
		401: {Operation: "create-keys", Status: 401, Documented: true},
		403: {Operation: "create-keys", Status: 403, Documented: true},
		429: {Operation: "create-keys", Status: 429, Documented: true, Injection: 1},
		500: {Operation: "create-keys", Status: 500, Documented: true},
		503: {Operation: "create-keys", Status: 503, Injection: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
	rows, _ := control(t, s, "GET", "coverage", "").json["rows"].([]any)
	if len(rows) != len(s.Coverage()) {
		t.Errorf("%d rows on the wire; want %d", len(rows), len(s.Coverage()))
	}
}
