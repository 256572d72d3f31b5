package mockserver_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
)

func TestCredentials(t *testing.T) {
	t.Parallel()
	const valid = `{"name": "k"}`
	for _, tt := range []struct {
		name       string
		credential string
		status     int
		rule       string
		message    string
	}{
		{"a management key is let in", "Bearer sk-mg-mgmt-a", 201, "keys.created", ""},
		{"the scheme may be in lower case", "bearer sk-mg-mgmt-a", 201, "keys.created", ""},
		{"the scheme may be in upper case", "BEARER sk-mg-mgmt-a", 201, "keys.created", ""},
		{"several spaces may precede the token", "Bearer   sk-mg-mgmt-a", 201, "keys.created", ""},
		{"no header is a missing credential", "", 401, "auth.missing", "Missing Authentication header"},
		{"a scheme without a token is malformed", "Bearer", 401, "auth.malformed", "Missing Authentication header"},
		{"a scheme with spaces and no token is malformed", "Bearer   ", 401, "auth.malformed", "Missing Authentication header"},
		{"another scheme is malformed", "Basic c2stbWctbWdtdC1h", 401, "auth.malformed", "Missing Authentication header"},
		{"a scheme that only begins with Bearer is malformed", "Bearerx sk-mg-mgmt-a", 401, "auth.malformed", "Missing Authentication header"},
		{"a token without a scheme is malformed", "sk-mg-mgmt-a", 401, "auth.malformed", "Missing Authentication header"},
		{"a tab is not a space", "Bearer\tsk-mg-mgmt-a", 401, "auth.malformed", "Missing Authentication header"},
		{"a token has no spaces in it", "Bearer sk-mg-mgmt-a sk-mg-mgmt-b", 401, "auth.malformed", "Missing Authentication header"},
		{"an unknown token is refused", "Bearer nobody", 401, "auth.unknown", "User not found."},
		{"a world's name may have every character of a bearer token", "Bearer sk-mg-mgmt-TestA/sub_test.1~x+y", 201, "keys.created", ""},
		{"a world's name has no other characters", "Bearer sk-mg-mgmt-a=b", 401, "auth.unknown", "User not found."},
		{"a world's name may have 128 characters", "Bearer sk-mg-mgmt-" + strings.Repeat("a", 128), 201, "keys.created", ""},
		{"a world's name has at most 128 characters", "Bearer sk-mg-mgmt-" + strings.Repeat("a", 129), 401, "auth.unknown", "User not found."},
		{"a real key is refused", "Bearer sk-mg-v1-" + strings.Repeat("0", 64), 401, "auth.real-key", "User not found."},
		{"a real key of the family is refused", "Bearer sk-or-v1-" + strings.Repeat("0", 64), 401, "auth.real-key", "User not found."},
		{"a key of another fake is unknown, not real", "Bearer sk-mg-v1-fa4e" + strings.Repeat("0", 60), 401, "auth.unknown", "User not found."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			a := call(t, s, "POST", "/api/v1/keys", valid, "Authorization", tt.credential)
			if a.status != tt.status || a.rule() != tt.rule {
				t.Fatalf("got %d by %q, want %d by %q: %s", a.status, a.rule(), tt.status, tt.rule, a.body)
			}
			if tt.message != "" && a.at("error.message") != tt.message {
				t.Errorf("message %q, want %q", a.at("error.message"), tt.message)
			}
			if tt.status == 401 && a.at("user_id") != nil {
				t.Errorf("the 401 of an unknown caller names the user %v", a.at("user_id"))
			}
		})
	}
}

func TestCredentials_ordinaryKeys(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	secret, _ := createKey(t, s, `{"name": "plain"}`)
	expiring, _ := createKey(t, s, `{"name": "short", "expires_at": "2026-03-04T13:00:00Z"}`)
	const code = `{"callback_url": "https://app.test/cb"}`

	a := call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`, "Authorization", "Bearer "+secret)
	if a.status != 403 || a.rule() != "auth.management" || a.at("error.message") != "Only management keys can perform this operation" {
		t.Errorf("a plain key creates a key: %d by %q: %s", a.status, a.rule(), a.body)
	}
	if user, _ := a.at("user_id").(string); user == "" {
		t.Errorf("the 403 of a known caller has no user_id: %s", a.body)
	}
	if a := call(t, s, "POST", "/api/v1/auth/keys/code", code, "Authorization", "Bearer "+secret); a.status != 200 {
		t.Errorf("a plain key creates no code: %d %s", a.status, a.body)
	}

	if a := call(t, s, "POST", "/api/v1/auth/keys/code", code, "Authorization", "Bearer "+expiring); a.status != 200 {
		t.Errorf("a key that has not expired: %d %s", a.status, a.body)
	}
	if _, err := worldOf(t, s, "default").Advance(3600e9); err != nil {
		t.Fatal(err)
	}
	a = call(t, s, "POST", "/api/v1/auth/keys/code", code, "Authorization", "Bearer "+expiring)
	if a.status != 401 || a.rule() != "auth.expired" {
		t.Errorf("a key at the second it expires: %d by %q", a.status, a.rule())
	}
	// The account of an expired key is known, so the body has its user id.
	if user, _ := a.at("user_id").(string); user == "" {
		t.Errorf("the 401 of an expired key has no user_id: %s", a.body)
	}
}

func TestConfigManagementKeys(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{ManagementKeys: []string{"<token>", "sk-mg-mgmt-named", "another"}, StrictKeys: true})
	seen := map[string]string{}
	for _, token := range []string{"<token>", "another", "sk-mg-mgmt-named"} {
		a := call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`, "Authorization", "Bearer "+token)
		world := a.header.Get(mockserver.WorldHeader)
		if a.status != 201 {
			t.Errorf("%s: %d %s", token, a.status, a.body)
		}
		if other, taken := seen[world]; taken {
			t.Errorf("%s and %s open the same world %q", token, other, world)
		}
		seen[world] = token
	}
	if seen["named"] != "sk-mg-mgmt-named" {
		t.Errorf("sk-mg-mgmt-named opened another world: %v", seen)
	}
	if a := call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`, "Authorization", "Bearer sk-mg-mgmt-other"); a.status != 401 {
		t.Errorf("strict keys let another one in: %d", a.status)
	}
}

func TestRealKeyIsLoggedWithoutItsText(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := newServer(t, mockserver.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	digits := strings.Repeat("0123456789abcdef", 4)
	call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`, "Authorization", "Bearer sk-mg-v1-"+digits)
	if !strings.Contains(log.String(), "looks like a real key") {
		t.Errorf("the log does not say it: %s", &log)
	}
	if strings.Contains(log.String(), digits[:16]) {
		t.Errorf("the log has the token: %s", &log)
	}
}

func TestCredentialIsCheckedBeforeTheBody(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]int{"before": 401, "after": 400} {
		s := newServer(t, mockserver.Config{Rules: map[string]string{"auth.before-body": setting}})
		if a := call(t, s, "POST", "/api/v1/keys", `{}`, "Authorization", ""); a.status != want {
			t.Errorf("auth.before-body=%s: %d, want %d", setting, a.status, want)
		}
		if a := call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`, "Authorization", ""); a.status != 401 {
			t.Errorf("auth.before-body=%s with a good body: %d, want 401", setting, a.status)
		}
	}
}
