package mockserver_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

// currentKeyData returns the data of get-current-key for an unused key without a
// limit, with the given differences.
func currentKeyData(differences map[string]any) map[string]any {
	data := map[string]any{
		"label": "", "limit": nil, "limit_remaining": nil, "limit_reset": nil, "include_byok_in_limit": false,
		"usage": 0.0, "usage_daily": 0.0, "usage_weekly": 0.0, "usage_monthly": 0.0,
		"byok_usage": 0.0, "byok_usage_daily": 0.0, "byok_usage_weekly": 0.0, "byok_usage_monthly": 0.0,
		"is_free_tier": false, "is_management_key": false, "is_provisioning_key": false, "creator_user_id": nil, "expires_at": nil,
		"rate_limit": map[string]any{"requests": -1.0, "interval": "10s", "note": "Deprecated: it says nothing and can be ignored."},
	}
	for name, v := range differences {
		data[name] = v
	}
	return data
}

func TestCurrentKey(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	w := worldOf(t, s, "default")
	secret, data := createKey(t, s, `{"name": "k", "limit": 10, "limit_reset": "daily", "expires_at": "2029-11-30T23:59:59Z", "creator_user_id": "user_2"}`)
	if _, err := w.Spend(data["hash"].(string), mockserver.Usage{USD: 1.5, BYOK: 0.5}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.AdvanceTo(mockserver.NextDay); err != nil {
		t.Fatal(err)
	}
	a := call(t, s, "GET", "/api/v1/key?ignored=1", "", "Authorization", "Bearer "+secret)
	want := currentKeyData(map[string]any{
		"label": data["label"], "limit": 10.0, "limit_remaining": 10.0, "limit_reset": "daily", "expires_at": "2029-11-30T23:59:59Z", "creator_user_id": "user_2",
		"usage": 1.5, "usage_weekly": 1.5, "usage_monthly": 1.5, "byok_usage": 0.5, "byok_usage_weekly": 0.5, "byok_usage_monthly": 0.5,
	})
	if diff := cmp.Diff(map[string]any{"data": want}, a.json); a.status != 200 || a.rule() != "current.shown" || diff != "" {
		t.Errorf("%d by %q (-want +got):\n%s", a.status, a.rule(), diff)
	}
}

func TestCurrentKey_managementKey(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{ManagementKeys: []string{"<token>", "a-rather-long-token", "gar\u00fcn-schl\u00fcssel-\u00fc\u00e4\u00f6"}})
	for _, tt := range []struct{ name, token, label string }{
		{"a short name is not shown", "sk-mg-mgmt-team", "sk-mg-mgmt-..."},
		{"a name of eleven is not shown", "sk-mg-mgmt-abcdefghijk", "sk-mg-mgmt-..."},
		{"a long name is shown by its ends", "sk-mg-mgmt-abcdefghijkl", "sk-mg-mgmt-abc...jkl"},
		{"a short token is not shown", "<token>", "..."},
		{"a long token is shown by its ends", "a-rather-long-token", "a-r...ken"},
		{"letters are not cut in two", "gar\u00fcn-schl\u00fcssel-\u00fc\u00e4\u00f6", "gar...\u00fc\u00e4\u00f6"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := call(t, s, "GET", "/api/v1/key", "", "Authorization", "Bearer "+tt.token)
			user, _ := a.at("data.creator_user_id").(string)
			want := currentKeyData(map[string]any{"label": tt.label, "is_management_key": true, "is_provisioning_key": true, "creator_user_id": user})
			if diff := cmp.Diff(map[string]any{"data": want}, a.json); a.status != 200 || user == "" || diff != "" {
				t.Errorf("%d (-want +got):\n%s", a.status, diff)
			}
		})
	}
	if a := call(t, s, "GET", "/api/v1/key", "", "Authorization", ""); a.status != 401 {
		t.Errorf("without a credential: %d", a.status)
	}
}

// TestHeldRequestsSeeTheStateAtCommit changes a key while a request for it is held. The
// response is that of a request which arrives after the change.
func TestHeldRequestsSeeTheStateAtCommit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, operation, method, body string
		own                           bool // the key asks about itself
		between                       func(t *testing.T, s *mockserver.Server, path string)
		status                        int
		rule                          string
	}{
		{"an update of a key that is deleted meanwhile", "update-keys", "PATCH", `{"name": "after"}`, false, deleteKey, 404, "update.missing"},
		{"a delete of a key that is deleted meanwhile", "delete-keys", "DELETE", ``, false, deleteKey, 404, "delete.missing"},
		{"a get of a key that is deleted meanwhile", "get-key", "GET", ``, false, deleteKey, 404, "get.missing"},
		{"a key that is deleted while it asks about itself", "get-current-key", "GET", ``, true, deleteKey, 401, "auth.deleted"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			w := worldOf(t, s, "default")
			secret, data := createKey(t, s, `{"name": "k"}`)
			key := "/api/v1/keys/" + data["hash"].(string)
			if _, err := w.AddFault(fault.Fault{Operation: tt.operation, Phase: fault.During, Hold: "here", Times: 1}); err != nil {
				t.Fatal(err)
			}
			path, auth := key, management
			if tt.own {
				path, auth = "/api/v1/key", "Bearer "+secret
			}
			done := make(chan response)
			go func() { done <- call(t, s, tt.method, path, tt.body, "Authorization", auth) }()
			if _, err := w.WaitForHeld(t.Context(), "here", 1); err != nil {
				t.Fatal(err)
			}
			tt.between(t, s, key)
			w.OpenGate("here")
			if a := <-done; a.status != tt.status || a.rule() != tt.rule {
				t.Errorf("got %d by %q, want %d by %q: %s", a.status, a.rule(), tt.status, tt.rule, a.body)
			}
		})
	}
}

// deleteKey deletes the key at path.
func deleteKey(t *testing.T, s *mockserver.Server, path string) {
	t.Helper()
	if a := call(t, s, "DELETE", path, ""); a.status != 200 {
		t.Fatalf("delete: %d %s", a.status, a.body)
	}
}

// TestHeldUpdateKeepsInterveningUsage spends on a key while an update of it is held.
func TestHeldUpdateKeepsInterveningUsage(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	w := worldOf(t, s, "default")
	_, data := createKey(t, s, `{"name": "k", "limit": 10}`)
	hash := data["hash"].(string)
	if _, err := w.AddFault(fault.Fault{Operation: "update-keys", Phase: fault.During, Hold: "here"}); err != nil {
		t.Fatal(err)
	}
	done := make(chan response)
	go func() { done <- call(t, s, "PATCH", "/api/v1/keys/"+hash, `{"limit": 5}`) }()
	if _, err := w.WaitForHeld(t.Context(), "here", 1); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Spend(hash, mockserver.Usage{USD: 2}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Advance(time.Minute); err != nil {
		t.Fatal(err)
	}
	w.OpenGate("here")
	a := <-done
	if a.at("data.limit_remaining") != 3.0 || a.at("data.updated_at") != "2026-03-04T12:01:00.000Z" {
		t.Errorf("the update shows %s", a.body)
	}
}

// TestAliasOfCurrentKey checks that GET /auth/key differs from GET /key only in the path.
func TestAliasOfCurrentKey(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	secret, _ := createKey(t, s, nightly)
	for _, base := range []string{"/api/v1", "/v1", ""} {
		want := call(t, s, "GET", base+"/key", "", "Authorization", "Bearer "+secret)
		got := call(t, s, "GET", base+"/auth/key", "", "Authorization", "Bearer "+secret)
		if got.status != 200 || got.body != want.body || got.rule() != want.rule() {
			t.Errorf("below %q: got %d %s by %q, want %s by %q", base, got.status, got.body, got.rule(), want.body, want.rule())
		}
	}
	if a := call(t, s, "POST", "/api/v1/auth/key", "{}"); a.status != 405 || a.header.Get("Allow") != "GET" {
		t.Errorf("POST: %d, Allow %q; want 405 and GET", a.status, a.header.Get("Allow"))
	}
	for _, e := range worldOf(t, s, mockserver.DefaultWorld).Journal(mockserver.Filter{Method: "GET"}) {
		if e.Operation != "get-current-key" {
			t.Errorf("GET %s is the operation %q", e.Path, e.Operation)
		}
	}
	documented := newServer(t, mockserver.Config{DocumentedOnly: true})
	if a := call(t, documented, "GET", "/api/v1/auth/key", ""); a.status != 404 {
		t.Errorf("without companions: %d, want 404", a.status)
	}
}
