package mockserver_test

import (
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/mockserver"
)

func TestConsentAcceptsDecisionsOnlyFromItsOwnPage(t *testing.T) {
	t.Parallel()
	page := consentURL("callback_url", "https://app.test/cb", "limit", "5")
	other := consentURL("callback_url", "https://app.test/cb", "limit", "500")
	allow := func(token string) string { return url.Values{"token": {token}, "decision": {"allow"}}.Encode() }
	for _, tt := range []struct {
		name, page, shown string // posted to, and looked at before
		form              func(token string) string
		headers           []string
		after             time.Duration
		status            int
		rule              string
	}{
		{"allow", page, page, allow, nil, 0, 302, "consent.allowed"},
		{"deny", page, page, func(token string) string { return url.Values{"token": {token}, "decision": {"deny"}}.Encode() }, nil, 0, 302, "consent.denied"},
		{"just before the page is too old", page, page, allow, nil, 10*time.Minute - time.Millisecond, 302, "consent.allowed"},
		{"when the page is too old", page, page, allow, nil, 10 * time.Minute, 403, "consent.token"},
		{"the same parameters in another order", "/auth?limit=5&callback_url=https://app.test/cb", page, allow, nil, 0, 302, "consent.allowed"},
		{"the page of other parameters", page, other, allow, nil, 0, 403, "consent.token"},
		{"the page of another account", page + "&world=team", page, allow, nil, 0, 403, "consent.token"},
		{"no token", page, page, func(string) string { return "decision=allow" }, nil, 0, 403, "consent.token"},
		{"a token of another time", page, page, func(token string) string { return allow("1" + token) }, nil, 0, 403, "consent.token"},
		{"a token that is cut", page, page, func(token string) string { return allow(token[:len(token)-1]) }, nil, 0, 403, "consent.token"},
		{"no decision", page, page, func(token string) string { return "token=" + token }, nil, 0, 400, "consent.parameters"},
		{"another decision", page, page, func(token string) string { return "token=" + token + "&decision=Allow" }, nil, 0, 400, "consent.parameters"},
		{"two decisions", page, page, func(token string) string { return allow(token) + "&decision=deny" }, nil, 0, 400, "consent.parameters"},
		{"a form in JSON", page, page, func(token string) string { return `{"token": "` + token + `", "decision": "allow"}` }, []string{"Content-Type", "application/json"}, 0, 400, "consent.parameters"},
		{"a form that is too long", page, page, func(token string) string { return allow(token) + "&x=" + strings.Repeat("x", 1<<20) }, nil, 0, 400, "consent.parameters"},
		{"a page of another site", page, page, allow, []string{"Sec-Fetch-Site", "cross-site"}, 0, 403, "consent.cross-origin"},
		{"a page of another origin of the site", page, page, allow, []string{"Sec-Fetch-Site", "same-site"}, 0, 403, "consent.cross-origin"},
		{"an old browser on another origin", page, page, allow, []string{"Sec-Fetch-Site", "", "Origin", "https://evil.test"}, 0, 403, "consent.cross-origin"},
		{"an old browser on a page without origin", page, page, allow, []string{"Sec-Fetch-Site", "", "Origin", "null"}, 0, 403, "consent.cross-origin"},
		{"an old browser on the page itself", page, page, allow, []string{"Sec-Fetch-Site", "", "Origin", "http://example.com"}, 0, 302, "consent.allowed"},
		{"a callback that was changed on the way", "/auth?callback_url=http://evil.test&limit=5", page, allow, nil, 0, 400, "consent.parameters, codes.callback-url"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			token := pageToken(t, getConsentPage(t, s, tt.shown))
			if _, err := worldOf(t, s, "default").Advance(tt.after); err != nil {
				t.Fatal(err)
			}
			a := postDecision(t, s, tt.page, tt.form(token), tt.headers...)
			if a.status != tt.status || a.rule() != tt.rule {
				t.Errorf("got %d by %q, want %d by %q: %s", a.status, a.rule(), tt.status, tt.rule, listedProblems(a))
			}
			if tt.status != 302 && a.header.Get("Location") != "" {
				t.Errorf("a refusal leads to %q", a.header.Get("Location"))
			}
		})
	}
}

func TestConsentSecurityHeaders(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Rules: map[string]string{"codes.callback-url": "localhost"}})
	const policy = `^default-src 'none'; style-src 'sha256-[\w+/]{43}='; form-action %s; frame-ancestors 'none'; base-uri 'none'$`
	for _, tt := range []struct {
		name, method, page string
		status             int
		target             string // of the form
		referrer           string
	}{
		{"the page", "GET", consentURL("callback_url", "https://app.test:3000/cb"), 200, `'self' https://app\.test:3000`, "same-origin"},
		{"the page without its body", "HEAD", consentURL("callback_url", "https://app.test/cb", "auto", "allow"), 200, `'self' https://app\.test`, "same-origin"},
		{"the page for a local app", "GET", consentURL("callback_url", "http://[::1]:8000/cb"), 200, `'self' http://\[::1\]:8000`, "same-origin"},
		{"a host with letters beyond ASCII, which no URI has", "GET", consentURL("callback_url", "https://b\u00fccher.test/cb"), 400, `'none'`, "no-referrer"},
		{"the page for a host that would add to the policy", "GET", consentURL("callback_url", "https://a.test;script-src,*/cb"), 200, `'self' https:`, "same-origin"},
		{"the page for every host", "GET", consentURL("callback_url", "https://*.test/cb"), 200, `'self' https:`, "same-origin"},
		{"a page of problems", "GET", "/auth", 400, `'none'`, "no-referrer"},
		{"another method", "DELETE", consentURL("callback_url", "https://app.test/cb"), 405, `'none'`, "no-referrer"},
		{"a preflight", "OPTIONS", consentURL("callback_url", "https://app.test/cb"), 405, `'none'`, "no-referrer"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := call(t, s, tt.method, tt.page, "", "Authorization", "")
			if a.status != tt.status {
				t.Fatalf("got %d, want %d", a.status, tt.status)
			}
			if got := a.header.Get("Content-Security-Policy"); !regexp.MustCompile(strings.Replace(policy, "%s", tt.target, 1)).MatchString(got) {
				t.Errorf("Content-Security-Policy: %s", got)
			}
			for name, want := range map[string]string{
				"Content-Type": "text/html; charset=utf-8", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": tt.referrer,
				"Cache-Control": "no-store", "Access-Control-Allow-Origin": "", "Access-Control-Expose-Headers": "",
			} {
				if got := a.header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			if got, want := a.header.Get("Allow"), map[bool]string{true: "GET, HEAD, POST"}[tt.status == 405]; got != want {
				t.Errorf("Allow: %q, want %q", got, want)
			}
		})
	}
}

func TestConsentRefusesUnknownHosts(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	for host, status := range map[string]int{"127.0.0.1:8080": 302, "mockgates": 302, "rebound.example.org": 403} {
		r := httptest.NewRequest("GET", consentURL("callback_url", "https://app.test/cb", "auto", "allow"), nil)
		r.Host = host
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != status {
			t.Errorf("%s: %d, want %d", host, w.Code, status)
		}
	}
}

func FuzzConsent(f *testing.F) {
	for _, seed := range []string{
		"callback_url=https://app.test/cb", "callback_url=https://app.test/cb&auto=allow&state=%00", "callback_url=https://a;b,c'/&key_label=<script>",
		"callback_url=https://app.test&limit=1e5&usage_limit_type=daily", "x=%", "callback_url=https://[::1]:3000/?%zz", "callback_url=https://u:p@app.test&auto=deny",
	} {
		f.Add(seed)
	}
	s := newServer(f, mockserver.Config{})
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest("GET", "/auth", nil)
		r.URL.RawQuery = query
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		switch to, asked := w.Header().Get("Location"), r.URL.Query().Get("callback_url"); w.Code {
		case 200, 400:
			if to != "" || regexp.MustCompile(`(?i)<(script|img|iframe|base|a)\b`).MatchString(w.Body.String()) {
				t.Errorf("%q: a page with %q and %s", query, to, w.Body)
			}
			if policy := w.Header().Get("Content-Security-Policy"); strings.Count(policy, ";") != 4 || strings.Contains(policy, ",") {
				t.Errorf("%q: the policy is %s", query, policy)
			}
		case 302:
			from, err1 := url.Parse(asked)
			at, err2 := url.Parse(to)
			if err1 != nil || err2 != nil || from.Scheme != at.Scheme || !strings.EqualFold(from.Host, at.Host) || strings.ContainsAny(to, " \r\n\x00") {
				t.Errorf("%q: sent to %q", query, to)
			}
		default:
			t.Errorf("%q: %d", query, w.Code)
		}
	})
}
