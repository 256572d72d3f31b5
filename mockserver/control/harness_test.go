package control_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/internal/testrequest"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
)

// managementKey is the credential of the default world.
const managementKey = "Bearer sk-mg-mgmt-default"

// noon is the time of the frozen clocks in these tests, on a Wednesday.
var noon = time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)

// A fake is a server with the control API beside the API.
type fake struct {
	*mockserver.Server
	control *control.Handler
	handler http.Handler
}

// newFake returns a fake whose clocks are frozen at noon, unless cfg sets them.
func newFake(t testing.TB, cfg mockserver.Config, ctl control.Config) *fake {
	t.Helper()
	if cfg.Clock == (mockserver.ClockSetting{}) {
		cfg.Clock = mockserver.ClockSetting{Now: noon, Frozen: true}
	}
	cfg.AllowedHosts = append(cfg.AllowedHosts, "example.com") // what httptest.NewRequest asks for
	server, err := mockserver.New(cfg)
	if err != nil {
		t.Fatalf("mockserver.New: %v", err)
	}
	h, err := control.New(server, ctl)
	if err != nil {
		t.Fatalf("control.New: %v", err)
	}
	return &fake{server, h, h.Mount(server)}
}

// world returns the world with a name.
func (f *fake) world(t testing.TB, name string) *mockserver.World {
	t.Helper()
	w, err := f.World(name)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// An answer is a response, its body decoded if it is a JSON object.
type answer struct {
	status int
	header http.Header
	body   string
	json   map[string]any
}

// at returns the value at a path of member names, such as "error.code"; nil if
// there is none.
func (a answer) at(path string) any {
	var v any = a.json
	for name := range strings.SplitSeq(path, ".") {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

// message returns error.message.
func (a answer) message() string {
	s, _ := a.at("error.message").(string)
	return s
}

// list returns a member that is an array.
func (a answer) list(name string) []any {
	list, _ := a.json[name].([]any)
	return list
}

// send sends a request to a handler. It has the management key of the default world, unless
// headers, which are pairs as in testrequest.New, replace it.
func send(t testing.TB, h http.Handler, method, target, body string, headers ...string) answer {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, testrequest.New(method, target, body, append([]string{"Authorization", managementKey}, headers...)...))
	a := answer{status: w.Code, header: w.Header(), body: w.Body.String()}
	_ = json.Unmarshal(w.Body.Bytes(), &a.json) // json stays nil for anything else
	return a
}

// api sends a request to the API.
func (f *fake) api(t testing.TB, method, path, body string, headers ...string) answer {
	t.Helper()
	return send(t, f.handler, method, mockserver.BasePath+path, body, headers...)
}

// call makes a call of the control API.
func (f *fake) call(t testing.TB, method, path, body string, headers ...string) answer {
	t.Helper()
	return send(t, f.handler, method, control.Prefix+path, body, headers...)
}

// createKey creates a key and returns its secret and its hash.
func (f *fake) createKey(t testing.TB, body string, headers ...string) (secret, hash string) {
	t.Helper()
	a := f.api(t, "POST", "/keys", body, headers...)
	if a.status != 201 {
		t.Fatalf("create %s: %d %s", body, a.status, a.body)
	}
	return a.json["key"].(string), a.at("data.hash").(string)
}

// state returns the state of all worlds.
func (f *fake) state(t testing.TB) string {
	t.Helper()
	var b strings.Builder
	if err := f.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
