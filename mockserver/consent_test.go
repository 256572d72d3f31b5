package mockserver_test

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

// consentURL returns the URL of a consent page with parameters, given in pairs.
func consentURL(pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Add(pairs[i], pairs[i+1])
	}
	return "/auth?" + q.Encode()
}

// getConsentPage requests a page like a browser that follows a link on another site.
func getConsentPage(t testing.TB, s *mockserver.Server, page string) response {
	t.Helper()
	return call(t, s, "GET", page, "", "Authorization", "", "Sec-Fetch-Site", "cross-site")
}

// postDecision submits the form of a page like one of its buttons.
func postDecision(t testing.TB, s *mockserver.Server, page, form string, headers ...string) response {
	t.Helper()
	headers = append([]string{"Authorization", "", "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin"}, headers...)
	return call(t, s, "POST", page, form, headers...)
}

var tokenField = regexp.MustCompile(`<input type="hidden" name="token" value="([^"]+)">`)

// pageToken returns the token in the form of a page.
func pageToken(t testing.TB, page response) string {
	t.Helper()
	m := tokenField.FindStringSubmatch(page.body)
	if page.status != 200 || m == nil {
		t.Fatalf("no page with a token: %d %s", page.status, page.body)
	}
	return html.UnescapeString(m[1])
}

// listedProblems returns the problems that an error page lists, as text.
func listedProblems(a response) []string {
	var out []string
	for _, m := range regexp.MustCompile(`<li>(.*)</li>`).FindAllStringSubmatch(a.body, -1) {
		out = append(out, html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[1], "")))
	}
	return out
}

func TestConsentLeadsToAWorkingKey(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Rules: map[string]string{"consent.state": "echo"}})
	page := consentURL("callback_url", "https://app.test/cb?keep=a%2Fb", "code_challenge", challenge, "code_challenge_method", "S256",
		"key_label", "My Agent", "limit", "12.5", "usage_limit_type", "weekly", "expires_at", "2029-11-30T23:59:59Z", "state", "s p+&=\u00fc", "world", "team")
	shown := getConsentPage(t, s, page)
	a := postDecision(t, s, page, url.Values{"token": {pageToken(t, shown)}, "decision": {"allow"}}.Encode())
	if a.status != 302 || a.rule() != "consent.allowed, consent.state" || a.header.Get(mockserver.WorldHeader) != "team" {
		t.Fatalf("allow: %d by %q: %s", a.status, a.rule(), a.body)
	}
	to, err := url.Parse(a.header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(to.String(), "https://app.test/cb?keep=a%2Fb&code=") || to.Query().Get("state") != "s p+&=\u00fc" {
		t.Errorf("the user is sent to %s", to)
	}
	minted := exchange(t, s, to.Query().Get("code"), byS256)
	secret, _ := minted.json["key"].(string)
	self := call(t, s, "GET", "/api/v1/key", "", "Authorization", "Bearer "+secret)
	got := map[string]any{}
	for _, name := range []string{"label", "limit", "limit_reset", "expires_at"} {
		got[name] = self.at("data." + name)
	}
	want := map[string]any{"label": "My Agent", "limit": 12.5, "limit_reset": "weekly", "expires_at": "2029-11-30T23:59:59Z"}
	if diff := cmp.Diff(want, got); diff != "" || self.header.Get(mockserver.WorldHeader) != "team" {
		t.Errorf("the key (-want +got):\n%s", diff)
	}
}

func TestConsentPageShowsTheRequest(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	for _, tt := range []struct {
		name string
		page string
		want []string // text of the list of what is asked, in order
	}{
		{
			"nothing but a callback", consentURL("callback_url", "https://user:secret@App.Test:443/cb"),
			[]string{"App", "https://app.test", "Key label", "app.test", "Spending limit", "No limit", "Limit resets", "Never", "Key expires", "Never", "Your account", "default"},
		},
		{
			"everything", consentURL("callback_url", "https://app.test:3000/cb", "key_label", `<b>"'&`, "limit", "0.5", "usage_limit_type", "daily", "expires_at", "2030-01-02T03:04:05Z", "world", "team-a"),
			[]string{
				"App", "https://app.test:3000", "Key label", `<b>"'&`, "Spending limit", "0.5 US dollars", "Limit resets", "Every day at midnight UTC",
				"Key expires", "2 January 2030, 03:04:05 UTC", "Your account", "team-a",
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := getConsentPage(t, s, tt.page)
			if a.status != 200 || a.rule() != "consent.page" {
				t.Fatalf("got %d by %q: %s", a.status, a.rule(), a.body)
			}
			var got []string
			for _, m := range regexp.MustCompile(`<d[td]>(.*)</d[td]>`).FindAllStringSubmatch(a.body, -1) {
				got = append(got, html.UnescapeString(regexp.MustCompile(`</?(bdi|time)[^>]*>`).ReplaceAllString(m[1], "")))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("what is asked (-want +got):\n%s", diff)
			}
		})
	}
}

func TestConsentAutoDecision(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Rules: map[string]string{"codes.callback-url": "localhost"}})
	for _, tt := range []struct {
		name, callback, auto string
		more                 []string
		want, rule           string // a pattern of the Location
	}{
		{"allow", "https://app.test/cb", "allow", nil, `^https://app\.test/cb\?code=auth_code_[\w-]{32}$`, "consent.allowed"},
		{"deny", "https://app.test/cb", "deny", nil, `^https://app\.test/cb\?error=access_denied$`, "consent.denied"},
		{"a query stays, and what is added comes after it", "https://app.test/cb?a=1&b=%20+&a=2", "deny", nil, `^https://app\.test/cb\?a=1&b=%20\+&a=2&error=access_denied$`, "consent.denied"},
		{"an empty query stays empty", "https://app.test/cb?", "deny", nil, `^https://app\.test/cb\?error=access_denied$`, "consent.denied"},
		{"a fragment stays behind", "https://app.test/cb#f", "deny", nil, `^https://app\.test/cb\?error=access_denied#f$`, "consent.denied"},
		{"a callback without a path", "https://app.test", "deny", nil, `^https://app\.test\?error=access_denied$`, "consent.denied"},
		{"an escaped callback stays as it is", "https://app.test/c%20b?q=%C3%BC%20x", "deny", nil, `^https://app\.test/c%20b\?q=%C3%BC%20x&error=access_denied$`, "consent.denied"},
		{"http on localhost if the setting says so", "http://localhost:8000/cb", "deny", nil, `^http://localhost:8000/cb\?error=access_denied$`, "consent.denied"},
		{"unknown parameters are ignored", "https://app.test/cb", "deny", []string{"scope", "all", "client_id", "x"}, `^https://app\.test/cb\?error=access_denied$`, "consent.denied"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := getConsentPage(t, s, consentURL(append([]string{"callback_url", tt.callback, "auto", tt.auto}, tt.more...)...))
			if a.status != 302 || a.rule() != tt.rule || !regexp.MustCompile(tt.want).MatchString(a.header.Get("Location")) {
				t.Errorf("got %d by %q to %q, want %s", a.status, a.rule(), a.header.Get("Location"), tt.want)
			}
		})
	}
}

// TestConsentStateFollowsTheRule checks what happens to the parameter state of the consent
// URL with each setting of consent.state.
func TestConsentStateFollowsTheRule(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, setting, auto, state, want string }{
		{"a state is dropped", "drop", "allow", "s", `^https://app\.test/cb\?x=1&code=[\w-]+$`},
		{"a state is dropped from a denial", "drop", "deny", "s", `^https://app\.test/cb\?x=1&error=access_denied$`},
		{"a state is echoed", "echo", "allow", "a b&c=d%20\u00fc+", `&state=a%20b%26c%3Dd%2520%C3%BC%2B$`},
		{"an empty state is echoed", "echo", "deny", "", `\?x=1&error=access_denied&state=$`},
		{"a state of any bytes is echoed", "echo", "deny", "\xff\r\n", `&state=%FF%0D%0A$`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{Rules: map[string]string{"consent.state": tt.setting}})
			a := getConsentPage(t, s, consentURL("callback_url", "https://app.test/cb?x=1", "auto", tt.auto, "state", tt.state))
			to := a.header.Get("Location")
			if a.status != 302 || !strings.HasSuffix(a.rule(), ", consent.state") || !regexp.MustCompile(tt.want).MatchString(to) {
				t.Errorf("got %d by %q to %q, want %s", a.status, a.rule(), to, tt.want)
			}
		})
	}
	s := newServer(t, mockserver.Config{})
	a := getConsentPage(t, s, consentURL("callback_url", "https://app.test/cb?state=mine", "auto", "deny", "state", "other"))
	if to := a.header.Get("Location"); to != "https://app.test/cb?state=mine&error=access_denied" {
		t.Errorf("by default the user is sent to %q; want only the state of the callback", to)
	}
}

func TestConsentRefusesBadParameters(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	const callback = "callback_url=https://app.test/cb"
	for _, tt := range []struct {
		name, query string
		want        []string // how the lines begin
		rule        string
	}{
		{"no parameters", "", []string{"callback_url is required"}, "consent.parameters, body.required"},
		{"a callback with http", "callback_url=http://app.test/cb", []string{"callback_url must be an https URL"}, "consent.parameters, codes.callback-url"},
		{"a script for a callback", "callback_url=javascript:alert(1)", []string{"callback_url must be an https URL"}, "consent.parameters, codes.callback-url"},
		{"a callback that is not a URL", "callback_url=/cb", []string{"callback_url must be"}, "consent.parameters, body.format"},
		{"a callback that appears twice", callback + "&" + callback, []string{"callback_url must not appear twice"}, "consent.parameters"},
		{"an unknown parameter that appears twice", callback + "&x=1&x=1", []string{"x must not appear twice"}, "consent.parameters"},
		{"a state that appears twice", callback + "&state=1&state=2", []string{"state must not appear twice"}, "consent.parameters"},
		{"an invalid world", callback + "&world=No+way", []string{`world "No way" is not a valid world name; want 1 to 128 of`}, "consent.parameters"},
		{"an invalid auto decision", callback + "&auto=yes", []string{"auto must be allow or deny"}, "consent.parameters"},
		{"a limit that is not a number", callback + "&limit=lots", []string{"limit must be a number"}, "consent.parameters, body.type"},
		{"an empty limit", callback + "&limit=", []string{"limit must be a number"}, "consent.parameters, body.type"},
		{"a limit with a leading zero", callback + "&limit=05", []string{"limit must be a number"}, "consent.parameters, body.type"},
		{"a negative limit", callback + "&limit=-1", []string{"limit must not be negative"}, "consent.parameters, keys.negative-limit"},
		{"a limit beyond a double", callback + "&limit=1e999", []string{"limit must be a number that a double can hold"}, "consent.parameters, body.format"},
		{"a method alone", callback + "&code_challenge_method=S256", []string{"code_challenge_method requires code_challenge"}, "consent.parameters, codes.method-alone"},
		{"a label in another encoding", callback + "&key_label=%ff", []string{"key_label must be UTF-8"}, "consent.parameters"},
		{"a bad escape", callback + "&limit=%zz", []string{"must be escaped names and values"}, "consent.parameters"},
		{
			"several problems at once, in spite of auto", "callback_url=http://app.test&limit=x&usage_limit_type=yearly&expires_at=2020-01-01T00:00:00Z&auto=allow&world=a%20b&twice=1&twice=2",
			[]string{"twice ", "callback_url ", "expires_at ", "limit ", "usage_limit_type ", "world "},
			"consent.parameters, codes.callback-url, keys.expires-at-past, body.type, body.enum",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := getConsentPage(t, s, "/auth?"+tt.query)
			if a.status != 400 || a.rule() != tt.rule || a.header.Get("Location") != "" {
				t.Fatalf("got %d by %q to %q, want 400 by %q", a.status, a.rule(), a.header.Get("Location"), tt.rule)
			}
			lines := listedProblems(a)
			for i, want := range tt.want {
				if i >= len(lines) || !strings.HasPrefix(lines[i], want) {
					t.Fatalf("the page lists %q, want lines that begin with %q", lines, tt.want)
				}
			}
			if len(lines) != len(tt.want) {
				t.Errorf("the page lists %q, want %d lines", lines, len(tt.want))
			}
			if strings.Contains(a.body, "<form") {
				t.Error("the page has a form")
			}
		})
	}
}

func TestConsentIsAtTheRootAndInTheJournal(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Faults: []fault.Fault{{Operation: "*", Status: 500}}})
	worldOf(t, s, "team") // a page alone opens no world
	if a := getConsentPage(t, s, "/auth/?callback_url=https://app.test/cb&world=team"); a.status != 200 {
		t.Errorf("with a slash at the end: %d", a.status)
	}
	for _, path := range []string{"/api/v1/auth", "/v1/auth"} {
		if a := getConsentPage(t, s, path+"?callback_url=https://app.test/cb"); a.status != 404 {
			t.Errorf("%s: %d, want 404", path, a.status)
		}
	}
	entries := worldOf(t, s, "team").Journal(mockserver.Filter{})
	if len(entries) != 1 || entries[0].Path != "/auth" || entries[0].Status != 200 || entries[0].Operation != "" || len(entries[0].Violations) != 0 {
		t.Errorf("the journal has %+v", entries)
	}
}

func TestConsentConflictsWithAReservedApp(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	w := worldOf(t, s, "default")
	if _, err := w.AddFault(fault.Fault{Operation: "create-auth-keys-code", Phase: fault.During, Hold: "here"}); err != nil {
		t.Fatal(err)
	}
	done := make(chan response)
	go func() {
		done <- call(t, s, "POST", "/api/v1/auth/keys/code", `{"callback_url": "https://app.test/cb"}`)
	}()
	if _, err := w.WaitForHeld(t.Context(), "here", 1); err != nil {
		t.Fatal(err)
	}
	page := consentURL("callback_url", "https://app.test/other", "auto", "allow")
	if a := getConsentPage(t, s, page); a.status != 409 || a.rule() != "codes.conflict" {
		t.Errorf("while another request creates the app: %d by %q", a.status, a.rule())
	}
	w.OpenGate("here")
	if a := <-done; a.status != 200 {
		t.Errorf("the other request: %d %s", a.status, a.body)
	}
	if a := getConsentPage(t, s, page); a.status != 302 {
		t.Errorf("after that: %d", a.status)
	}
}
