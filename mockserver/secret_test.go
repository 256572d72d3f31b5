package mockserver_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
)

// escapedForms returns a text in the encodings in which it can be sent.
func escapedForms(secret string) map[string]string {
	var unicode, percent strings.Builder
	for _, b := range []byte(secret) {
		fmt.Fprintf(&unicode, `\u%04x`, b)
		fmt.Fprintf(&percent, "%%%02X", b)
	}
	return map[string]string{
		"plain":            secret,
		"JSON escapes":     unicode.String(),
		"percent escapes":  percent.String(),
		"escaped twice":    url.QueryEscape(percent.String()),
		"base64":           base64.StdEncoding.EncodeToString([]byte(secret)),
		"base64 of a pair": base64.URLEncoding.EncodeToString([]byte("u:" + secret + "!")),
		"base64 of three":  base64.RawURLEncoding.EncodeToString([]byte(":" + secret)),
	}
}

// TestNoSecretIsKept sends each kind of secret in each part of a request, and
// looks for it in everything that the server stores or logs.
func TestNoSecretIsKept(t *testing.T) {
	t.Parallel()
	const prefix = "sk-mg-v1-"
	digits := strings.Repeat("0123456789abcdef", 4)
	for kind, secret := range map[string]string{
		"a minted key":     prefix + digits,
		"a real key":       "sk-or-v1-" + digits,
		"another API key":  "sk-proj-AbCd_1234-EfGhIjKlMnOp",
		"a management key": "sk-mg-mgmt-quite-secret-world",
	} {
		for form, text := range escapedForms(secret) {
			for place, send := range map[string]func(s *mockserver.Server){
				"a header": func(s *mockserver.Server) {
					call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`, "X-Note", "see "+text)
				},
				"the query": func(s *mockserver.Server) { call(t, s, "GET", "/api/v1/keys?note="+url.QueryEscape(text), "") },
				"the path":  func(s *mockserver.Server) { call(t, s, "GET", "/api/v1/keys/"+url.PathEscape(text), "") },
				"a body":    func(s *mockserver.Server) { call(t, s, "POST", "/api/v1/keys", `{"name": "`+text+`"}`) },
				"a name":    func(s *mockserver.Server) { call(t, s, "POST", "/api/v1/keys", `{"name": "k", "`+text+`": 1}`) },
				"no JSON":   func(s *mockserver.Server) { call(t, s, "POST", "/api/v1/keys", "name="+text+"&x") },
				"a form": func(s *mockserver.Server) {
					call(t, s, "POST", "/api/v1/keys", "name="+text, "Content-Type", "text/plain")
				},
				"the method": func(s *mockserver.Server) { // a request line takes no control characters, but a handler may be given any text
					r := httptest.NewRequest("GET", "/api/v1/keys", nil)
					r.Method = text
					s.ServeHTTP(httptest.NewRecorder(), r)
				},
				"a world": func(s *mockserver.Server) {
					_, _ = s.World(text) // so that the journal of the world stays
					for _, credential := range []string{"", "Bearer " + prefix + strings.Repeat("0", 64)} {
						call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`, "Authorization", credential, mockserver.WorldHeader, text)
					}
				},
				"a credential": func(s *mockserver.Server) {
					call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`, "Authorization", "Basic "+text, "Cookie", "k="+text)
				},
			} {
				t.Run(strings.Join([]string{kind, form, place}, ", "), func(t *testing.T) {
					t.Parallel()
					var log bytes.Buffer
					s := newServer(t, mockserver.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
					send(s)
					assertNoSecrets(t, s, log.String(), secret)
				})
			}
		}
	}
}

// assertNoSecrets fails the test if the server has stored or logged a secret in any
// encoding.
func assertNoSecrets(t *testing.T, s *mockserver.Server, log string, secrets ...string) {
	t.Helper()
	kept := log
	for _, w := range s.Worlds() {
		data, err := json.Marshal([]any{w.Journal(mockserver.Filter{}), w.Violations()})
		if err != nil {
			t.Fatal(err)
		}
		kept += string(data)
	}
	for _, secret := range secrets {
		for form, text := range escapedForms(secret) {
			if strings.Contains(kept, strings.TrimRight(text, "=")) {
				t.Errorf("%s stays: %s", form, kept)
			}
		}
		if plain, err := url.QueryUnescape(kept); err == nil && strings.Contains(plain, secret) {
			t.Errorf("percent escapes stay: %s", kept)
		}
	}
}

func TestCredentialsAreRedactedByValue(t *testing.T) {
	t.Parallel()
	const odd = "oddly-formed+token/1=" // as a management key, without the shape of one
	var log bytes.Buffer
	s := newServer(t, mockserver.Config{ManagementKeys: []string{odd, "short"}, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	call(t, s, "POST", "/api/v1/keys?t="+url.QueryEscape(odd), `{"name": "of `+odd+`"}`, "Authorization", "Bearer "+odd, "X-Copy", odd)
	assertNoSecrets(t, s, log.String(), odd)
	call(t, s, "POST", "/api/v1/keys", `{"name": "a short name"}`, "Authorization", "Bearer short")
	for _, w := range s.Worlds() {
		for _, e := range w.Journal(mockserver.Filter{When: map[string]any{"name": "a short name"}}) {
			if got := e.Request.Headers.Get("Authorization"); got != "Bearer [secret]" {
				t.Errorf("a short token: %q", got)
			}
		}
	}
}

func TestRedactedKeysShowTheirLabel(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"", "mykeys_"} {
		s := newServer(t, mockserver.Config{KeyPrefix: prefix})
		secret, data := createKey(t, s, `{"name": "k"}`)
		call(t, s, "GET", "/api/v1/key", "", "Authorization", "Bearer "+secret)
		entries := worldOf(t, s, "default").Journal(mockserver.Filter{})
		if got, want := entries[1].Request.Headers.Get("Authorization"), "Bearer "+data["label"].(string); got != want {
			t.Errorf("with the prefix %q: %q; want %q", prefix, got, want)
		}
		assertNoSecrets(t, s, "", secret)
		if !strings.Contains(string(entries[0].Response.Body), data["hash"].(string)) {
			t.Error("the hash is redacted too; it is not a secret")
		}
	}
}

func TestCodeVerifiersAreRedacted(t *testing.T) {
	t.Parallel()
	const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	for name, body := range map[string]string{
		"in a body":                 `{"code": "auth_code_0123456789", "code_verifier": "` + verifier + `"}`,
		"twice":                     `{"code": "auth_code_0123456789", "code_verifier": "` + verifier + `", "code_verifier": "x` + verifier + `"}`,
		"in a body that is cut off": `{"code_verifier": "` + verifier,
		"under an escaped name":     `{"code\u005fverifier": "` + verifier + `"}`,
		"in a form":                 "code=auth_code_0123456789&code_verifier=" + verifier,
		"and elsewhere":             `{"code": "of ` + verifier + `", "code_verifier": "` + verifier + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			s := newServer(t, mockserver.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
			call(t, s, "POST", "/api/v1/auth/keys?code_verifier="+verifier, body)
			call(t, s, "POST", "/api/v1/auth/keys", body, "Content-Type", "text/plain")
			assertNoSecrets(t, s, log.String(), verifier)
		})
	}
	t.Run("a short one", func(t *testing.T) {
		t.Parallel()
		s := newServer(t, mockserver.Config{})
		call(t, s, "POST", "/api/v1/auth/keys", `{"code": "abc", "code_verifier": "ab\"c"}`)
		if got := string(worldOf(t, s, "default").Journal(mockserver.Filter{})[0].Request.Body); got != `{"code": "abc", "code_verifier": "[secret]"}` {
			t.Errorf("body in the journal: %s", got)
		}
	})
}

func TestOrdinaryTextIsNotRedacted(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"desk-lamp", "task-runner-for-the-nightly-build", "sk-", "sk-mg-v1-fa4...0cd", "100% done", `a \\ b`, "sk-short",
		strings.Repeat("0123456789abcdef", 4), "c2stIGlzIG5vIGtleQ",
	} {
		s := newServer(t, mockserver.Config{})
		body := `{"name": "` + name + `"}`
		call(t, s, "POST", "/api/v1/keys", body)
		if got := string(worldOf(t, s, "default").Journal(mockserver.Filter{})[0].Request.Body); got != body {
			t.Errorf("%s became %s", body, got)
		}
	}
}

// FuzzNoSecretIsKept checks that the journal does not show a key, whatever text
// surrounds it.
func FuzzNoSecretIsKept(f *testing.F) {
	f.Add(`{"name": "`, `"}`)
	f.Add(`\`, `%`)
	f.Add("sk-", "-")
	f.Add("%73", `\u0073`)
	const secret = "sk-mg-v1-fa4e0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab"
	f.Fuzz(func(t *testing.T, before, after string) {
		s := newServer(t, mockserver.Config{})
		r := httptest.NewRequest("POST", "/api/v1/keys", strings.NewReader(before+secret+after))
		r.Header.Set("Authorization", management)
		r.Header.Set("Content-Type", "application/json")
		s.ServeHTTP(httptest.NewRecorder(), r)
		e := worldOf(t, s, "default").Journal(mockserver.Filter{})[0]
		if strings.Contains(string(e.Request.Body)+e.Request.Text, secret) {
			t.Errorf("%q in %q stays: %s%s", secret, before+secret+after, e.Request.Body, e.Request.Text)
		}
		if json.Valid([]byte(before+secret+after)) && e.Request.Body == nil {
			t.Errorf("%q was JSON and became %q", before+secret+after, e.Request.Text)
		}
	})
}

// TestLogShowsThePathOfTheJournal checks that the log shows a path as the journal does:
// with its base path, without a trailing slash, and without a secret.
func TestLogShowsThePathOfTheJournal(t *testing.T) {
	t.Parallel()
	const secret = "sk-mg-v1-fa4e0000000000000000000000000000000000000000000000000000000000"
	for sent, want := range map[string]string{
		"/api/v1/keys":            "/api/v1/keys",
		"/api/v1/keys/":           "/api/v1/keys",
		"/v1/keys":                "/v1/keys",
		"/keys":                   "/keys",
		"/":                       "/",
		"/auth/":                  "/auth",
		"/api/v1/keys/" + secret:  "/api/v1/keys/sk-mg-v1-fa4...000",
		"/keys/" + secret + "/":   "/keys/sk-mg-v1-fa4...000",
		"/api/v1/keys?offset=one": "/api/v1/keys?offset=one",
	} {
		var log strings.Builder
		s := newServer(t, mockserver.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
		call(t, s, "GET", sent, "")
		if !strings.Contains(log.String(), " path="+want+" ") && !strings.Contains(log.String(), " path="+strconv.Quote(want)+" ") {
			t.Errorf("%s: want the path %s in\n%s", sent, want, log.String())
		}
	}
}
