package mockserver_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
)

const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" // RFC 7636, appendix B

// newCode creates a code for an app, with further members such as
// `, "limit": 5`, and returns its id.
func newCode(t testing.TB, s *mockserver.Server, more string, headers ...string) string {
	t.Helper()
	a := call(t, s, "POST", "/api/v1/auth/keys/code", `{"callback_url": "https://App.test:3000/cb"`+more+`}`, headers...)
	id, ok := a.at("data.id").(string)
	if !ok {
		t.Fatalf("code %s: %d %s", more, a.status, a.body)
	}
	return id
}

// exchange exchanges a code, with further members, without a credential.
func exchange(t testing.TB, s *mockserver.Server, id, more string) response {
	t.Helper()
	return call(t, s, "POST", "/api/v1/auth/keys", fmt.Sprintf(`{"code": %q%s}`, id, more), "Authorization", "")
}

const (
	s256      = `, "code_challenge": "` + challenge + `", "code_challenge_method": "S256"`
	plain     = `, "code_challenge": "` + verifier + `", "code_challenge_method": "plain"`
	asDefault = `, "code_challenge": "` + verifier + `"`
	proven    = `, "code_verifier": "` + verifier + `"`
	byS256    = proven + `, "code_challenge_method": "S256"`
	byPlain   = proven + `, "code_challenge_method": "plain"`
)

func TestExchangeChecksTheProof(t *testing.T) {
	t.Parallel()
	leftOut := map[string]string{"exchange.method-absent": "accept"}
	asked := map[string]string{"exchange.verifier-unasked": "refuse"}
	for _, tt := range []struct {
		name, code, proof string
		settings          map[string]string
		status            int
		message, rule     string
	}{
		{"no challenge asks for no proof", "", "", nil, 200, "", "exchange.minted"},
		{"a null method is accepted", "", `, "code_challenge_method": null`, nil, 200, "", "exchange.minted"},
		{"a method without a challenge is ignored", "", `, "code_challenge_method": "S256"`, nil, 200, "", "exchange.minted"},
		{"a verifier that nobody asked for is ignored", "", proven, nil, 200, "", "exchange.minted, exchange.verifier-unasked"},
		{"a verifier that nobody asked for is refused if the setting says so", "", proven, asked, 403, "Invalid code or code_verifier", "exchange.verifier-unasked"},
		{"S256 with its verifier", s256, byS256, nil, 200, "", "exchange.minted"},
		{"plain with its verifier", plain, byPlain, nil, 200, "", "exchange.minted"},
		{"a challenge without a method is plain, said", asDefault, byPlain, nil, 200, "", "exchange.minted"},
		{"a challenge without a method is plain, left out again", asDefault, proven, nil, 200, "", "exchange.minted"},
		{"plain, left out in the exchange", plain, proven, nil, 200, "", "exchange.minted"},
		{"S256, left out in the exchange", s256, proven, nil, 400, "Invalid code_challenge_method", "exchange.method-absent"},
		{"S256, null in the exchange", s256, proven + `, "code_challenge_method": null`, nil, 400, "Invalid code_challenge_method", "exchange.method-absent"},
		{"S256, left out in the exchange if the setting accepts it", s256, proven, leftOut, 200, "", "exchange.minted"},
		{"another method than the code's", s256, byPlain, nil, 400, "Invalid code_challenge_method", "exchange.method"},
		{"another method than the code's, the other way", plain, byS256, nil, 400, "Invalid code_challenge_method", "exchange.method"},
		{"the method is checked before the verifier", s256, `, "code_challenge_method": "plain"`, nil, 400, "Invalid code_challenge_method", "exchange.method"},
		{"no verifier", s256, `, "code_challenge_method": "S256"`, nil, 403, "Invalid code or code_verifier", "exchange.verifier, codes.burn-on-failure"},
		{"no verifier for plain", plain, ``, nil, 403, "Invalid code or code_verifier", "exchange.verifier, codes.burn-on-failure"},
		{"an empty verifier", s256, `, "code_verifier": "", "code_challenge_method": "S256"`, nil, 403, "Invalid code or code_verifier", "exchange.verifier, codes.burn-on-failure"},
		{"the challenge instead of the verifier", s256, `, "code_verifier": "` + challenge + `", "code_challenge_method": "S256"`, nil, 403, "Invalid code or code_verifier", "exchange.verifier, codes.burn-on-failure"},
		{"a verifier in another case", s256, `, "code_verifier": "` + strings.ToUpper(verifier) + `", "code_challenge_method": "S256"`, nil, 403, "Invalid code or code_verifier", "exchange.verifier, codes.burn-on-failure"},
		{"an empty challenge is a challenge", `, "code_challenge": ""`, ``, nil, 403, "Invalid code or code_verifier", "exchange.verifier, codes.burn-on-failure"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{Rules: tt.settings})
			a := exchange(t, s, newCode(t, s, tt.code), tt.proof)
			if a.status != tt.status || a.rule() != tt.rule {
				t.Fatalf("got %d by %q, want %d by %q: %s", a.status, a.rule(), tt.status, tt.rule, a.body)
			}
			if tt.status != 200 && (a.at("error.message") != tt.message || a.json["user_id"] != nil) {
				t.Errorf("the refusal is %s, want the message %q and no user", a.body, tt.message)
			}
		})
	}
}

func TestExchangeChecksItsBody(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	for _, tt := range []struct {
		name, body, message string
		issues              []string
		rule                string
	}{
		{"a code is required", `{}`, "", []string{"/code"}, "body.required"},
		{"a null code", `{"code": null}`, "", []string{"/code"}, "body.type"},
		{"a code that was never issued", `{"code": "auth_code_0123456789"}`, "Invalid code", []string{"/code"}, "exchange.unknown"},
		{"an empty code", `{"code": ""}`, "Invalid code", []string{"/code"}, "exchange.unknown"},
		{"a null verifier", `{"code": "x", "code_verifier": null}`, "", []string{"/code_verifier"}, "body.type"},
		{"a method in lower case", `{"code": "x", "code_challenge_method": "s256"}`, "", []string{"/code_challenge_method"}, "body.enum"},
		{"the body is checked before the code", `{"code": "x", "code_verifier": 1, "code_challenge_method": 2}`, "", []string{"/code_verifier", "/code_challenge_method"}, "body.type"},
		{"an empty body", ``, "", []string{""}, "body.media-type"},
		{"a form", `code=x`, "", []string{""}, "body.json"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := call(t, s, "POST", "/api/v1/auth/keys", tt.body, "Authorization", "")
			if a.status != 400 || a.rule() != tt.rule {
				t.Fatalf("got %d by %q, want 400 by %q: %s", a.status, a.rule(), tt.rule, a.body)
			}
			if diff := cmp.Diff(tt.issues, issuePaths(a)); diff != "" {
				t.Errorf("issues (-want +got):\n%s", diff)
			}
			if tt.message != "" && a.at("error.message") != tt.message {
				t.Errorf("the message is %v, want %q", a.at("error.message"), tt.message)
			}
		})
	}
}

func TestExchangedKeyHasThePropertiesOfTheCode(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, code string
		want       map[string]any
	}{
		{"nothing but a callback", ``, map[string]any{"label": "app.test", "name": "app.test", "limit": nil, "limit_remaining": nil, "limit_reset": nil, "expires_at": nil}},
		{
			"everything", `, "key_label": "My Agent", "limit": 12.5, "usage_limit_type": "weekly", "expires_at": "2029-11-30T23:59:59Z"`,
			map[string]any{"label": "My Agent", "name": "My Agent", "limit": 12.5, "limit_remaining": 12.5, "limit_reset": "weekly", "expires_at": "2029-11-30T23:59:59Z"},
		},
		{"a limit of 0", `, "limit": 0`, map[string]any{"label": "app.test", "name": "app.test", "limit": 0.0, "limit_remaining": 0.0, "limit_reset": nil, "expires_at": nil}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			a := exchange(t, s, newCode(t, s, tt.code), "")
			secret, _ := a.json["key"].(string)
			user, _ := a.json["user_id"].(string)
			if a.status != 200 || secret == "" || user == "" || len(a.json) != 2 {
				t.Fatalf("%d %s", a.status, a.body)
			}
			list, _ := call(t, s, "GET", "/api/v1/keys", "").json["data"].([]any)
			if len(list) != 1 {
				t.Fatalf("%d keys are listed, want the new one", len(list))
			}
			data := list[0].(map[string]any)
			for name, want := range tt.want {
				if diff := cmp.Diff(want, data[name]); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
			if data["creator_user_id"] != user || data["created_at"] != "2026-03-04T12:00:00.000Z" || data["disabled"] != false {
				t.Errorf("the key is %v", data)
			}
			if a := call(t, s, "GET", "/api/v1/keys", "", "Authorization", "Bearer "+secret); a.status != 403 {
				t.Errorf("the key lists keys: %d; it is a plain key", a.status)
			}
			if a := call(t, s, "GET", "/api/v1/key", "", "Authorization", "Bearer "+secret); a.at("data.label") != tt.want["label"] {
				t.Errorf("the key knows itself as %s", a.body)
			}
		})
	}
}

func TestCodeExpiresAfterTenMinutes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		after  time.Duration
		used   bool
		proof  string
		status int
		rule   string
	}{
		{"at once", 0, false, byS256, 200, "exchange.minted"},
		{"just before its end", 10*time.Minute - time.Nanosecond, false, byS256, 200, "exchange.minted"},
		{"at its end", 10 * time.Minute, false, byS256, 403, "exchange.expired"},
		{"its end is checked before the method", time.Hour, false, byPlain, 403, "exchange.expired"},
		{"that it was used is checked before its end", time.Hour, true, byS256, 400, "exchange.used"},
		{"a second time", 0, true, byS256, 400, "exchange.used"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			id := newCode(t, s, s256)
			if tt.used {
				exchange(t, s, id, byS256)
			}
			if _, err := worldOf(t, s, "default").Advance(tt.after); err != nil {
				t.Fatal(err)
			}
			a := exchange(t, s, id, tt.proof)
			message := map[string]any{"exchange.expired": "Authorization code expired", "exchange.used": "Invalid code"}[tt.rule]
			if a.status != tt.status || a.rule() != tt.rule || a.at("error.message") != message {
				t.Errorf("got %d by %q, want %d by %q: %s", a.status, a.rule(), tt.status, tt.rule, a.body)
			}
		})
	}
}

// TestExchangeOfADroppedCode checks that a code that is used or has expired is still
// refused as such after later codes are created, and after a restore.
func TestExchangeOfADroppedCode(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	used, expired := newCode(t, s, ""), newCode(t, s, `, "code_challenge": "c"`)
	if a := exchange(t, s, used, ""); a.status != 200 {
		t.Fatalf("exchange: %d %s", a.status, a.body)
	}
	if _, err := worldOf(t, s, mockserver.DefaultWorld).Advance(10 * time.Minute); err != nil {
		t.Fatal(err)
	}
	newCode(t, s, "")
	for _, when := range []string{"after a later code", "after a restore"} {
		if a := exchange(t, s, used, ""); a.status != 400 || a.rule() != "exchange.used" {
			t.Errorf("%s the used code is refused with %d by %q", when, a.status, a.rule())
		}
		if a := exchange(t, s, expired, ""); a.status != 403 || a.rule() != "exchange.expired" {
			t.Errorf("%s the expired code is refused with %d by %q", when, a.status, a.rule())
		}
		if err := s.Restore(bytes.NewReader(snapshot(t, s))); err != nil {
			t.Fatal(err)
		}
	}
}
