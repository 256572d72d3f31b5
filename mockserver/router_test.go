package mockserver_test

import (
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
)

func TestRoutes(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	for _, tt := range []struct {
		name, method, path string
		status             int
		rule               string
	}{
		{"the documented base path", "POST", "/api/v1/keys", 201, "keys.created"},
		{"the base path without api", "POST", "/v1/keys", 201, "keys.created"},
		{"the bare root", "POST", "/keys", 201, "keys.created"},
		{"a trailing slash", "POST", "/api/v1/keys/", 201, "keys.created"},
		{"two trailing slashes lead nowhere", "POST", "/api/v1/keys//", 404, "route.unknown"},
		{"two slashes lead nowhere", "POST", "/api/v1//keys", 404, "route.unknown"},
		{"the base path comes once", "POST", "/api/v1/api/v1/keys", 404, "route.unknown"},
		{"a base path needs its slash", "POST", "/api/v1keys", 404, "route.unknown"},
		{"another version leads nowhere", "POST", "/api/v2/keys", 404, "route.unknown"},
		{"capitals lead nowhere", "POST", "/api/v1/KEYS", 404, "route.unknown"},
		{"dots are not resolved", "POST", "/api/v1/./keys", 404, "route.unknown"},
		{"a dot is not a hash", "GET", "/api/v1/keys/.", 404, "route.unknown"},
		{"two dots are not a hash", "GET", "/api/v1/keys/..", 404, "route.unknown"},
		{"two encoded dots are not a hash", "DELETE", "/api/v1/keys/%2e%2E/", 404, "route.unknown"},
		{"three dots are a hash that is not valid", "GET", "/api/v1/keys/...", 404, "get.missing"},
		{"the base path alone leads nowhere", "GET", "/api/v1", 404, "route.unknown"},
		{"the root leads nowhere", "GET", "/", 404, "route.unknown"},
		{"PUT is not a method of keys", "PUT", "/api/v1/keys", 405, "route.method"},
		{"HEAD is not a method of keys", "HEAD", "/api/v1/keys", 405, "route.method"},
		{"GET is not a method of codes", "GET", "/api/v1/auth/keys/code", 405, "route.method"},
		{"a method in lower case is another", "post", "/api/v1/auth/keys/code", 405, "route.method"},
		{"OPTIONS returns 204", "OPTIONS", "/api/v1/keys", 204, "route.preflight"},
		{"OPTIONS returns 204 everywhere", "OPTIONS", "/nowhere", 204, "route.preflight"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := call(t, s, tt.method, tt.path, `{"name": "k"}`)
			if a.status != tt.status || a.rule() != tt.rule {
				t.Fatalf("%s %s: got %d by %q, want %d by %q: %s", tt.method, tt.path, a.status, a.rule(), tt.status, tt.rule, a.body)
			}
			if tt.status >= 400 && a.at("error.code") != float64(tt.status) {
				t.Errorf("error.code is %v, want %d: %s", a.at("error.code"), tt.status, a.body)
			}
			if tt.status == 405 && !strings.Contains(a.header.Get("Allow"), "POST") {
				t.Errorf("a 405 allows %q, want POST among it", a.header.Get("Allow"))
			}
		})
	}
}

func TestUnknownPathNamesTheNearest(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	if a := call(t, s, "POST", "/api/v1/auth/key/code", `{}`); a.at("error.metadata.nearest") != "POST /auth/keys/code" {
		t.Errorf("nearest is %v: %s", a.at("error.metadata.nearest"), a.body)
	}
	if a := call(t, s, "GET", "/favicon.ico", ""); a.at("error.metadata") != nil {
		t.Errorf("nothing is near, yet: %s", a.body)
	}
}

func TestPreflightAllowsAnyOrigin(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	for _, path := range []string{"/api/v1/keys", "/nowhere"} {
		a := call(t, s, "POST", path, `{}`, "Origin", "https://app.test")
		if got := a.header.Get("Access-Control-Allow-Origin"); got != "*" {
			t.Errorf("%s: the %d allows origin %q, want *", path, a.status, got)
		}
	}
	a := call(t, s, "OPTIONS", "/api/v1/keys", "", "Origin", "https://app.test", "Authorization", "",
		"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization, content-type")
	if a.header.Get("Access-Control-Allow-Headers") != "authorization, content-type" {
		t.Errorf("the preflight allows headers %q", a.header.Get("Access-Control-Allow-Headers"))
	}
	if length, ok := a.header["Content-Length"]; ok {
		t.Errorf("the 204 has Content-Length %q, which RFC 9110 forbids", length)
	}
	if !strings.Contains(a.header.Get("Access-Control-Allow-Methods"), "POST") || a.body != "" {
		t.Errorf("the preflight allows methods %q with body %q", a.header.Get("Access-Control-Allow-Methods"), a.body)
	}
}
