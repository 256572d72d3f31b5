package mockserver

import (
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver/internal/account"
)

// storeState returns a copy of the contents of the world's store.
func storeState(w *World) account.State {
	w.mu.Lock()
	defer w.mu.Unlock()
	st := w.store.State()
	for i, k := range st.Keys {
		st.Keys[i] = new(*k) // the store must not change its keys
	}
	return st
}

// TestFailedOperationChangesNothing checks that a failed operation changes neither
// the keys and codes nor the count of draws, so that later secrets stay the same.
func TestFailedOperationChangesNothing(t *testing.T) {
	t.Parallel()
	s, err := New(Config{AllowedHosts: []string{"example.com"}, Clock: ClockSetting{Now: time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC), Frozen: true}})
	if err != nil {
		t.Fatal(err)
	}
	w := mustWorld(t, s, "default")
	keys, err := w.AddKeys([]Key{{Name: "plain", Limit: new(float64)}, {Name: "off", Disabled: true}})
	if err != nil {
		t.Fatal(err)
	}
	key := "/api/v1/keys/" + keys[0].Key.Hash
	secret := "Bearer " + keys[0].Secret
	send := func(method, path, auth, body string) (int, string) {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Authorization", auth)
		r.Header.Set("Content-Type", "application/json")
		if strings.HasPrefix(path, consentPath+"?") {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, r)
		return rec.Code, rec.Body.String()
	}
	const admin = "Bearer sk-mg-mgmt-default"
	newCode := func(more string) string {
		status, body := send("POST", "/api/v1/auth/keys/code", admin, `{"callback_url": "https://app.test"`+more+`}`)
		id := regexp.MustCompile(`auth_code_[\w-]+`).FindString(body)
		if status != 200 || id == "" {
			t.Fatal(body)
		}
		return id
	}
	open, challenged := newCode(""), newCode(`, "code_challenge": "c"`)
	if status, body := send("POST", "/api/v1/auth/keys", "", `{"code": "`+open+`"}`); status != 200 {
		t.Fatal(body)
	}
	consent := consentPath + "?callback_url=" + url.QueryEscape("https://other.test/cb")
	for _, tt := range []struct {
		name, method, path, auth, body string
		status                         int
	}{
		{"create-keys with a bad body", "POST", "/api/v1/keys", admin, `{"name": ""}`, 400},
		{"create-keys without a credential", "POST", "/api/v1/keys", "", `{"name": "n"}`, 401},
		{"create-keys by a plain key", "POST", "/api/v1/keys", secret, `{"name": "n"}`, 403},
		{"create-auth-keys-code with a bad body", "POST", "/api/v1/auth/keys/code", admin, `{"callback_url": "https://new.test", "limit": -1}`, 400},
		{"create-auth-keys-code with an unknown key", "POST", "/api/v1/auth/keys/code", "Bearer x", `{"callback_url": "https://new.test"}`, 401},
		{"list-keys with a bad query", "GET", "/api/v1/keys?offset=x", admin, "", 400},
		{"list-keys by a plain key", "GET", "/api/v1/keys", secret, "", 403},
		{"get-key of no key", "GET", "/api/v1/keys/x", admin, "", 404},
		{"update-keys with one bad property among good ones", "PATCH", key, admin, `{"name": "new", "disabled": true, "limit": "x"}`, 400},
		{"update-keys of no key", "PATCH", "/api/v1/keys/x", admin, `{"name": "new"}`, 404},
		{"update-keys by a plain key", "PATCH", key, secret, `{"name": "new"}`, 403},
		{"delete-keys of no key", "DELETE", "/api/v1/keys/x", admin, "", 404},
		{"delete-keys by the key itself", "DELETE", key, secret, "", 403},
		{"get-current-key without a credential", "GET", "/api/v1/key", "", "", 401},
		{"exchange-auth-code of no code", "POST", "/api/v1/auth/keys", "", `{"code": "x"}`, 400},
		{"exchange-auth-code of a used code", "POST", "/api/v1/auth/keys", "", `{"code": "` + open + `"}`, 400},
		{"exchange-auth-code with another method", "POST", "/api/v1/auth/keys", "", `{"code": "` + challenged + `", "code_challenge_method": "S256"}`, 400},
		{"exchange-auth-code with a wrong verifier", "POST", "/api/v1/auth/keys", "", `{"code": "` + challenged + `", "code_verifier": "x"}`, 403},
		{"consent that is shown", "GET", consent, "", "", 200},
		{"consent that is denied", "GET", consent + "&auto=deny", "", "", 302},
		{"consent with a bad parameter", "GET", consent + "&auto=allow&limit=x", "", "", 400},
		{"consent without the token of a page", "POST", consent, "", "decision=allow", 403},
		{"an unknown path", "GET", "/api/v1/kys", admin, "", 404},
	} {
		before := storeState(w)
		if status, body := send(tt.method, tt.path, tt.auth, tt.body); status != tt.status {
			t.Errorf("%s: %d, want %d: %s", tt.name, status, tt.status, body)
		}
		after := storeState(w)
		if diff := cmp.Diff(before, after, cmp.AllowUnexported(account.Key{})); diff != "" {
			t.Errorf("%s changed the store:\n%s", tt.name, diff)
		}
		if w.store.AppReserved("https://new.test", 0) || w.store.AppReserved("https://other.test", 0) {
			t.Errorf("%s left an app reserved", tt.name)
		}
	}
}

func mustWorld(t testing.TB, s *Server, name string) *World {
	t.Helper()
	w, err := s.World(name)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestStoredKeysDoNotChange checks that an update and usage replace a stored key, which
// snapshots and responses still read, and do not change it.
func TestStoredKeysDoNotChange(t *testing.T) {
	t.Parallel()
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	w := mustWorld(t, s, DefaultWorld)
	added, err := w.AddKeys([]Key{{Name: "before"}})
	if err != nil {
		t.Fatal(err)
	}
	hash := added[0].Key.Hash
	for name, change := range map[string]func() error{
		"update": func() error {
			r := httptest.NewRequest("PATCH", "/api/v1/keys/"+hash, strings.NewReader(`{"name": "after", "disabled": true, "limit": 5}`))
			r.Header.Set("Authorization", "Bearer sk-mg-mgmt-default")
			r.Header.Set("Content-Type", "application/json")
			s.ServeHTTP(httptest.NewRecorder(), r)
			return nil
		},
		"usage": func() error {
			_, err := w.Spend(hash, Usage{USD: 1})
			return err
		},
	} {
		stored := w.store.State().Keys[0]
		before := *stored
		if err := change(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, *stored, cmp.AllowUnexported(account.Key{})); diff != "" {
			t.Errorf("%s changed a stored key:\n%s", name, diff)
		}
		if w.store.State().Keys[0] == stored {
			t.Errorf("%s replaced no key", name)
		}
	}
}
