package mockserver_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
)

// from sends a request with a Host header and further headers.
func from(h http.Handler, method, target, host string, headers ...string) answer {
	r := httptest.NewRequest(method, target, nil)
	r.Host = host
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{status: w.Code, header: w.Header(), body: w.Body.String()}
}

func TestHostsThatTheServerIsReachedBy(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Hosts: []string{"Fake.Example.org"}})
	for host, welcome := range map[string]bool{
		"127.0.0.1":              true,
		"127.0.0.1:8080":         true,
		"[::1]:8080":             true,
		"[::1]":                  true,
		"192.168.7.7:80":         true,
		"localhost:8080":         true,
		"LOCALHOST":              true,
		"mockgates:8080":         true,
		"app.localhost":          true,
		"mockgates.local.":       true,
		"host.docker.internal":   true,
		"fake.test:1":            true,
		"fake.example.org":       true,
		"FAKE.example.org:8080":  true,
		"example.org":            false,
		"other.example.org:8080": false,
		"127.0.0.1.example.com":  false,
		"localhost.example.com":  false,
		"evil.com:8080":          false,
		"127.1":                  false,
		"test.com":               false,
		"evil.com#.test":         false,
		"":                       false,
		".":                      false,
		"a b":                    false,
	} {
		want := 403
		if welcome {
			want = 200
		}
		if a := from(s, "GET", "/_mockgates/version", host); a.status != want {
			t.Errorf("the control API asked for %q: %d; want %d", host, a.status, want)
		}
		page := from(s, "GET", "/auth?callback_url=https://app.test/cb", host)
		if (page.status == 200) != welcome || welcome == strings.Contains(page.body, "is no name of this server") {
			t.Errorf("the consent page asked for %q: %d", host, page.status)
		}
		if a := from(s, "GET", "/_mockgates/health", host); a.status != 200 {
			t.Errorf("health asked for %q: %d; want 200", host, a.status)
		}
		if a := from(s, "GET", "/api/v1/keys", host, "Authorization", management); a.status != 200 {
			t.Errorf("the API asked for %q: %d; want 200: it needs a credential anyway", host, a.status)
		}
	}
}

func TestControlRefusesOtherSites(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	for _, tt := range []struct {
		name    string
		method  string
		headers []string
		want    int
	}{
		{"no browser", "POST", nil, 200},
		{"a page of this server", "POST", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"the address bar", "POST", []string{"Sec-Fetch-Site", "none"}, 200},
		{"a page of another site", "POST", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"a page of the same site", "POST", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"an old browser on another origin", "POST", []string{"Origin", "https://evil.example"}, 403},
		{"an old browser on this one", "POST", []string{"Origin", "http://127.0.0.1:8080"}, 200},
		{"a preflight", "OPTIONS", []string{"Origin", "https://evil.example", "Access-Control-Request-Method", "POST"}, 204},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := from(s, tt.method, "/_mockgates/reset", "127.0.0.1:8080", tt.headers...)
			if a.status != tt.want {
				t.Errorf("%d %s; want %d", a.status, a.body, tt.want)
			}
			for name := range a.header {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("the control API answered %s: no other origin may read it", name)
				}
			}
			if a.header.Get("Cache-Control") != "no-store" || a.header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("headers: %v", a.header)
			}
		})
	}
}

func TestAdminToken(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{AdminToken: "letmein-0123456789"})
	for _, tt := range []struct {
		name, token string
		want        int
	}{
		{"the token", "letmein-0123456789", 200},
		{"none", "", 401},
		{"another", "letmein-0123456788", 401},
		{"the beginning of it", "letmein", 401},
		{"more than it", "letmein-0123456789x", 401},
	} {
		for _, path := range []string{"version", "faults", "requests", "state", "control.yaml", "nothing"} {
			want := tt.want
			if path == "nothing" && want == 200 {
				want = 404
			}
			if a := control(t, s, "GET", path, "", mockserver.AdminHeader, tt.token); a.status != want {
				t.Errorf("%s for %s: %d; want %d", tt.name, path, a.status, want)
			}
		}
		if a := control(t, s, "GET", "health", "", mockserver.AdminHeader, tt.token); a.status != 200 {
			t.Errorf("%s for health: %d; want 200", tt.name, a.status)
		}
	}
	call(t, s, "POST", "/api/v1/keys", `{"name": "letmein-0123456789"}`, mockserver.AdminHeader, "letmein-0123456789")
	lookFor(t, s, "", "letmein-0123456789")
}

func TestControlElsewhere(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{ControlElsewhere: true})
	if a := control(t, s, "GET", "version", ""); a.status != 404 || !strings.Contains(message(a), "port of its own") {
		t.Errorf("the main port: %d %s; want 404", a.status, a.body)
	}
	if a := control(t, s, "GET", "health", ""); a.status != 200 {
		t.Errorf("health on the main port: %d", a.status)
	}
	if a := control(t, s.Control(), "GET", "version", ""); a.status != 200 {
		t.Errorf("the control API's own port: %d", a.status)
	}
	if a := call(t, s.Control(), "GET", "/api/v1/keys", ""); a.status != 404 {
		t.Errorf("the API on the control API's port: %d; want 404", a.status)
	}
}

func TestHostsOfConfig(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"", "http://fake.example.org", "fake.example.org:8080", "*.example.org", "a b"} {
		if _, err := mockserver.New(mockserver.Config{Hosts: []string{host}}); err == nil || !strings.Contains(err.Error(), "without scheme, port or path") {
			t.Errorf("the host %q: %v; want it refused", host, err)
		}
	}
}
