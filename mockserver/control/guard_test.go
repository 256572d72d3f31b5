package control_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
)

func TestGuard_hosts(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{AllowedHosts: []string{"Fake.Example.org"}}, control.Config{})
	for host, want := range map[string]int{
		"127.0.0.1:8080":        200,
		"[::1]:8080":            200,
		"localhost:8080":        200,
		"mockgates":             200,
		"host.docker.internal":  200,
		"fake.example.org":      200,
		"FAKE.example.org:8080": 200,
		"example.org":           403,
		"127.0.0.1.example.org": 403,
		"evil.com:8080":         403,
		"":                      403,
	} {
		a := f.call(t, "GET", "version", "", "Host", host)
		if a.status != want || want == 403 && !strings.Contains(a.message(), "does not name this server") {
			t.Errorf("version asked for at %q: %d %s; want %d", host, a.status, a.body, want)
		}
		if a := f.call(t, "GET", "health", "", "Host", host); a.status != 200 {
			t.Errorf("health asked for at %q: %d; want 200", host, a.status)
		}
		if a := f.api(t, "GET", "/keys", "", "Host", host); a.status != 200 {
			t.Errorf("the API asked for at %q: %d; want 200, since it wants a credential", host, a.status)
		}
	}
}

func TestGuard_otherSites(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		headers []string
		refused bool
	}{
		{"no browser", nil, false},
		{"a page of this server", []string{"Sec-Fetch-Site", "same-origin"}, false},
		{"the address bar", []string{"Sec-Fetch-Site", "none"}, false},
		{"a page of another site", []string{"Sec-Fetch-Site", "cross-site"}, true},
		{"a page of another port", []string{"Sec-Fetch-Site", "same-site"}, true},
		{"an old browser with a page of another site", []string{"Origin", "https://evil.example"}, true},
		{"an old browser with a page of this server", []string{"Origin", "http://127.0.0.1:8080"}, false},
		{"an old browser with a sandboxed page", []string{"Origin", "null"}, true},
		{"a preflight", []string{"Origin", "https://evil.example", "Access-Control-Request-Method", "POST"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, mockserver.Config{}, control.Config{})
			headers := append([]string{"Host", "127.0.0.1:8080"}, tt.headers...)
			for _, method := range []string{"GET", "HEAD", "POST", "DELETE", "OPTIONS", "PATCH"} {
				a := f.call(t, method, "faults", "", headers...)
				if (a.status == 403) != tt.refused {
					t.Errorf("%s: %d %s; want it refused: %v", method, a.status, a.body, tt.refused)
				}
				checkHeaders(t, a.header)
			}
			if a := f.call(t, "GET", "health", "", headers...); a.status != 200 {
				t.Errorf("health: %d; want 200", a.status)
			}
		})
	}
}

// checkHeaders checks the headers that every response has.
func checkHeaders(t *testing.T, h http.Header) {
	t.Helper()
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("the header %s lets another origin read the response", name)
		}
	}
	if h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cross-Origin-Resource-Policy") != "same-origin" {
		t.Errorf("headers: %v", h)
	}
}

func TestGuard_adminToken(t *testing.T) {
	t.Parallel()
	const token = "letmein-0123456789"
	f := newFake(t, mockserver.Config{}, control.Config{AdminToken: token})
	for _, tt := range []struct {
		name, token string
		want        int
	}{
		{"the token", token, 200},
		{"none", "", 401},
		{"another", "letmein-0123456788", 401},
		{"the beginning of it", "letmein", 401},
		{"more than it", token + "x", 401},
	} {
		for _, path := range []string{"version", "faults", "requests", "state", "control.yaml", "nothing"} {
			want := tt.want
			if path == "nothing" && want == 200 {
				want = 404
			}
			if a := f.call(t, "GET", path, "", control.AdminTokenHeader, tt.token); a.status != want || strings.Contains(a.body, token) {
				t.Errorf("%s for %s: %d %s; want %d", tt.name, path, a.status, a.body, want)
			}
		}
		if a := f.call(t, "GET", "health", "", control.AdminTokenHeader, tt.token); a.status != 200 {
			t.Errorf("%s for health: %d; want 200", tt.name, a.status)
		}
	}
}

// TestSafeMethods_changeNothing makes every call with each safe method.
func TestSafeMethods_changeNothing(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	f.createKey(t, `{"name": "k", "colour": 1}`)
	f.call(t, "POST", "faults", `{"operation": "create-keys", "hold": "door", "skip": 9}`)
	before := f.state(t)
	paths := []string{
		"health", "version", "openapi.yaml", "control.yaml", "ca.pem", "rules", "rules/keys.created", "coverage", "worlds", "faults", "faults/f1",
		"gates", "gates/door", "gates/door?held=0", "gates/window", "gates/window?held=0", "clock", "clock/advance",
		"keys/0/usage", "limits", "requests", "requests/count", "violations", "state", "state?all=true", "reset", "health?verbose=true", "requests/stream",
	}
	for _, documented := range regexp.MustCompile(`(?m)^  /(\S+):$`).FindAllStringSubmatch(string(control.Document()), -1) {
		pattern := regexp.MustCompile("^" + regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(documented[1]), `[^/?]+`) + "$")
		if !slices.ContainsFunc(paths, pattern.MatchString) {
			t.Errorf("control.yaml has the path %s, which is not tried", documented[1])
		}
	}
	for _, path := range paths {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} {
			if path == "requests/stream" && method == http.MethodGet {
				openStreams(t, f.handler, "default", 1)()
				continue
			}
			if a := f.call(t, method, path, ""); !slices.Contains([]int{200, 204, 404, 405}, a.status) {
				t.Errorf("%s %s: %d %s", method, path, a.status, a.body)
			}
		}
	}
	if after := f.state(t); after != before || len(f.world(t, "default").Violations()) != 1 {
		t.Errorf("the state changed from\n%s to\n%s", before, after)
	}
}
