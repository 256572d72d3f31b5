package control_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
)

func TestInfo(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{Rules: map[string]string{"keys.negative-limit": "accept"}}, control.Config{
		Version:   "1.2.3",
		OpenAPI:   func() ([]byte, error) { return []byte("openapi: 3.1.0\n"), nil },
		Scenarios: func() map[string][]string { return map[string][]string{"keys.negative-limit": {"keys_limits"}} },
	})
	for path, want := range map[string]string{
		"health":                    `{"status":"ok"}`,
		"version":                   `{"version":"1.2.3"}`,
		"openapi.yaml":              "openapi: 3.1.0",
		"rules/keys.negative-limit": `{"id":"keys.negative-limit","source":"choice","text":"A negative limit is refused.","settings":["refuse","accept"],"setting":"accept","scenarios":["keys_limits"]}`,
		"worlds":                    `{"worlds":[]}`,
	} {
		if a := f.call(t, "GET", path, ""); a.status != 200 || strings.TrimSpace(a.body) != want {
			t.Errorf("GET %s: %d %s; want %s", path, a.status, a.body, want)
		}
	}
	if _, err := f.world(t, "Team/Retries").OpenGate("door"); err != nil { // any change
		t.Fatal(err)
	}
	if a := f.call(t, "GET", "worlds", ""); strings.TrimSpace(a.body) != `{"worlds":["Team/Retries"]}` {
		t.Errorf("worlds with one open: %s", a.body)
	}
	if a := f.call(t, "GET", "control.yaml", ""); a.body != string(control.Document()) || a.header.Get("Content-Type") != "application/yaml" {
		t.Errorf("control.yaml: %d bytes of %s", len(a.body), a.header.Get("Content-Type"))
	}
	if rules := f.call(t, "GET", "rules", "").list("rules"); len(rules) != len(mockserver.Rules()) || len(rules) == 0 {
		t.Errorf("%d rules; want %d", len(rules), len(mockserver.Rules()))
	}
}

func TestInfo_withZeroConfig(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	if a := f.call(t, "GET", "openapi.yaml", ""); a.status != 404 || !strings.Contains(a.message(), "no specification") {
		t.Errorf("openapi.yaml: %d %s; want 404", a.status, a.body)
	}
	if a := f.call(t, "GET", "version", ""); strings.TrimSpace(a.body) != `{"version":"unknown"}` {
		t.Errorf("version: %s", a.body)
	}
	if a := f.call(t, "GET", "rules/keys.created", ""); a.json["scenarios"] != nil {
		t.Errorf("a rule without scenarios: %s", a.body)
	}
}

func TestOpenAPI_thatFails(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{OpenAPI: func() ([]byte, error) { return nil, errors.New("no such file") }})
	if a := f.call(t, "GET", "openapi.yaml", ""); a.status != 500 || !strings.Contains(a.message(), "no such file") {
		t.Errorf("%d %s; want 500 with the error", a.status, a.body)
	}
}

func TestDocument_isACopy(t *testing.T) {
	t.Parallel()
	control.Document()[0] = 'X'
	if control.Document()[0] == 'X' {
		t.Error("the caller can change the document")
	}
}

func TestCoverage(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	f.createKey(t, `{"name": "k"}`)
	f.createKey(t, `{"name": "k"}`, "Authorization", "Bearer sk-mg-mgmt-other")
	f.api(t, "POST", "/keys", `{"name": "k"}`, "Prefer", "code=429")
	f.call(t, "POST", "faults", `{"operation": "create-keys", "status": 503, "force": true, "times": 1}`)
	f.api(t, "POST", "/keys", `{"name": "k"}`)
	f.call(t, "POST", "faults", `{"operation": "create-keys", "delay": "1ms", "times": 1}`)
	f.createKey(t, `{"name": "slow"}`)
	f.call(t, "POST", "reset", `{"all": true}`)
	got := map[int]mockserver.ResponseCoverage{}
	for _, r := range f.Coverage() {
		if r.Operation == "create-keys" {
			got[r.Status] = r
		}
	}
	want := map[int]mockserver.ResponseCoverage{
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
	if list := f.call(t, "GET", "coverage", "").list("responses"); len(list) != len(f.Coverage()) {
		t.Errorf("%d responses in JSON; want %d", len(list), len(f.Coverage()))
	}
}
