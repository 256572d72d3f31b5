package mockserver_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/internal/testrequest"
	"github.com/mockgates/mockgates/mockserver"
)

// management is the credential of the default world.
const management = "Bearer sk-mg-mgmt-default"

// noon is the time of frozen clocks, on a Wednesday.
var noon = time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)

// newServer returns a server whose worlds are frozen at noon, unless cfg sets a
// clock.
func newServer(t testing.TB, cfg mockserver.Config) *mockserver.Server {
	t.Helper()
	if cfg.Clock == (mockserver.ClockSetting{}) {
		cfg.Clock = mockserver.ClockSetting{Now: noon, Frozen: true}
	}
	if cfg.AllowedHosts == nil {
		cfg.AllowedHosts = []string{"example.com"} // what httptest.NewRequest asks for
	}
	s, err := mockserver.New(cfg)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return s
}

// A response is a response of the server, with its body decoded if it is a JSON
// object.
type response struct {
	status int
	header http.Header
	body   string
	json   map[string]any
}

// rule returns the rules that decided the response.
func (a response) rule() string { return a.header.Get(mockserver.RuleHeader) }

// at returns the value at a path of member names, such as "error.code", or nil if
// there is none.
func (a response) at(path string) any {
	var v any = a.json
	for name := range strings.SplitSeq(path, ".") {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

// call sends one request in process. It has the management key of the default world,
// unless headers, which are pairs as in testrequest.New, replace it.
func call(t testing.TB, h http.Handler, method, path, body string, headers ...string) response {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, testrequest.New(method, path, body, append([]string{"Authorization", management}, headers...)...))
	a := response{status: w.Code, header: w.Header(), body: w.Body.String()}
	_ = json.Unmarshal(w.Body.Bytes(), &a.json) // json stays nil for anything else
	return a
}

// createKey creates a key and returns its secret and its data.
func createKey(t testing.TB, h http.Handler, body string, headers ...string) (secret string, data map[string]any) {
	t.Helper()
	a := call(t, h, "POST", "/api/v1/keys", body, headers...)
	if a.status != 201 {
		t.Fatalf("create %s: %d %s", body, a.status, a.body)
	}
	data, _ = a.json["data"].(map[string]any)
	return a.json["key"].(string), data
}

// worldOf returns the world with a name.
func worldOf(t testing.TB, s *mockserver.Server, name string) *mockserver.World {
	t.Helper()
	w, err := s.World(name)
	if err != nil {
		t.Fatal(err)
	}
	return w
}
