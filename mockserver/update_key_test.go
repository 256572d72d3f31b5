package mockserver_test

import (
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
)

func TestUpdateChangesOnlyWhatItNames(t *testing.T) {
	t.Parallel()
	const body = `{"name": "before", "limit": 10, "limit_reset": "daily", "expires_at": "2029-11-30T23:59:59Z", "creator_user_id": "user_2"}`
	for _, tt := range []struct {
		name, body string
		want       map[string]any // beside updated_at
		rule       string
	}{
		{"a name", `{"name": "after"}`, map[string]any{"name": "after"}, "update.changed"},
		{"a switch", `{"disabled": true}`, map[string]any{"disabled": true}, "update.changed"},
		{"a new limit replaces the old one", `{"limit": 2.5}`, map[string]any{"limit": 2.5, "limit_remaining": 1.5}, "update.changed, update.limit"},
		{"a limit below the usage leaves less than nothing", `{"limit": 0}`, map[string]any{"limit": 0.0, "limit_remaining": -1.0}, "update.changed, update.limit"},
		{"null lifts the limit", `{"limit": null}`, map[string]any{"limit": nil, "limit_remaining": nil}, "update.changed, update.limit"},
		{"another reset", `{"limit_reset": "monthly"}`, map[string]any{"limit_reset": "monthly", "limit_remaining": 9.0}, "update.changed, update.limit-reset"},
		{"null stops the resets", `{"limit_reset": null}`, map[string]any{"limit_reset": nil, "limit_remaining": 9.0}, "update.changed, update.limit-reset"},
		{"BYOK usage counts at once", `{"include_byok_in_limit": true}`, map[string]any{"include_byok_in_limit": true, "limit_remaining": 7.0}, "update.changed"},
		{
			"all at once", `{"name": "after", "disabled": true, "limit": 5, "limit_reset": "weekly", "include_byok_in_limit": true}`,
			map[string]any{"name": "after", "disabled": true, "limit": 5.0, "limit_reset": "weekly", "include_byok_in_limit": true, "limit_remaining": 2.0},
			"update.changed, update.limit, update.limit-reset",
		},
		{"its own values change nothing but the time", `{"name": "before", "limit": 10, "disabled": false}`, nil, "update.changed, update.limit"},
		{"nothing changes nothing but the time", `{}`, nil, "update.changed, update.nothing"},
		{
			"what cannot be changed is ignored", `{"expires_at": null, "workspace_id": "` + elsewhere + `", "creator_user_id": 7}`, nil,
			"update.changed, update.nothing, update.fixed, body.undeclared",
		},
		{"what is not known is ignored", `{"nmae": "after"}`, nil, "update.changed, update.nothing, body.undeclared"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			w := worldOf(t, s, "default")
			_, want := createKey(t, s, body)
			hash := want["hash"].(string)
			if _, err := w.Spend(hash, mockserver.Usage{USD: 1, BYOK: 2}); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Advance(time.Second); err != nil {
				t.Fatal(err)
			}
			maps.Copy(want, map[string]any{
				"updated_at": "2026-03-04T12:00:01.000Z", "limit_remaining": 9.0,
				"usage": 1.0, "usage_daily": 1.0, "usage_weekly": 1.0, "usage_monthly": 1.0,
				"byok_usage": 2.0, "byok_usage_daily": 2.0, "byok_usage_weekly": 2.0, "byok_usage_monthly": 2.0,
			})
			maps.Copy(want, tt.want)
			a := call(t, s, "PATCH", "/api/v1/keys/"+hash, tt.body)
			if diff := cmp.Diff(map[string]any{"data": want}, a.json); a.status != 200 || a.rule() != tt.rule || diff != "" {
				t.Errorf("%d by %q, want 200 by %q (-want +got):\n%s", a.status, a.rule(), tt.rule, diff)
			}
			if got := call(t, s, "GET", "/api/v1/keys/"+hash, ""); got.body != a.body {
				t.Errorf("get shows another key than the update:\n%s\n%s", got.body, a.body)
			}
		})
	}
}

func TestUpdateRefusals(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, body string
		settings   map[string]string
		issues     []string
		rule       string
	}{
		{"an empty body", ``, nil, []string{""}, "body.media-type"},
		{"an array", `[]`, nil, []string{""}, "body.object"},
		{"a null name", `{"name": null}`, nil, []string{"/name"}, "body.type"},
		{"an empty name", `{"name": ""}`, nil, []string{"/name"}, "keys.name-empty"},
		{"a null switch", `{"disabled": null}`, nil, []string{"/disabled"}, "body.type"},
		{"a switch in a string", `{"disabled": "true"}`, nil, []string{"/disabled"}, "body.type"},
		{"a null BYOK switch", `{"include_byok_in_limit": null}`, nil, []string{"/include_byok_in_limit"}, "body.type"},
		{"a negative limit", `{"limit": -1}`, nil, []string{"/limit"}, "keys.negative-limit"},
		{"an unknown reset", `{"limit_reset": "yearly"}`, nil, []string{"/limit_reset"}, "body.enum"},
		{"nothing to change, if the setting says so", `{}`, map[string]string{"update.nothing": "refuse"}, []string{""}, "update.nothing"},
		{"nothing that can be changed, likewise", `{"expires_at": null}`, map[string]string{"update.nothing": "refuse"}, []string{""}, "update.nothing"},
		{
			"every problem at once", `{"name": 1, "disabled": 1, "limit": "1", "limit_reset": 1, "include_byok_in_limit": 1}`, nil,
			[]string{"/name", "/disabled", "/limit", "/limit_reset", "/include_byok_in_limit"},
			"body.type",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{Rules: tt.settings})
			_, data := createKey(t, s, `{"name": "k"}`)
			path := "/api/v1/keys/" + data["hash"].(string)
			a := call(t, s, "PATCH", path, tt.body)
			if a.status != 400 || a.rule() != tt.rule {
				t.Errorf("got %d by %q, want 400 by %q: %s", a.status, a.rule(), tt.rule, a.body)
			}
			if diff := cmp.Diff(tt.issues, issuePaths(a)); diff != "" {
				t.Errorf("issues (-want +got):\n%s", diff)
			}
			if got := call(t, s, "GET", path, ""); cmp.Diff(data, got.json["data"]) != "" {
				t.Errorf("a refused update changed the key: %s", got.body)
			}
		})
	}
}

func TestDisabledKeyIsRefusedUntilEnabled(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	secret, data := createKey(t, s, `{"name": "k", "expires_at": "2026-03-04T13:00:00Z"}`)
	path := "/api/v1/keys/" + data["hash"].(string)
	use := func(step string, status int, rule string) {
		t.Helper()
		for _, r := range [][3]string{{"GET", "/api/v1/key", ""}, {"POST", "/api/v1/auth/keys/code", `{"callback_url": "https://app.test"}`}} {
			a := call(t, s, r[0], r[1], r[2], "Authorization", "Bearer "+secret)
			if a.status != status || status == 401 && a.rule() != rule {
				t.Errorf("%s: %s %s: %d by %q, want %d by %q", step, r[0], r[1], a.status, a.rule(), status, rule)
			}
		}
	}
	use("fresh", 200, "")
	call(t, s, "PATCH", path, `{"disabled": true}`)
	use("disabled", 401, "auth.disabled")
	call(t, s, "PATCH", path, `{"disabled": false}`)
	use("enabled again", 200, "")
	if _, err := worldOf(t, s, "default").Advance(time.Hour); err != nil {
		t.Fatal(err)
	}
	use("expired", 401, "auth.expired")
	if a := call(t, s, "GET", path, ""); a.status != 200 {
		t.Errorf("an expired key is shown: %d", a.status)
	}
	call(t, s, "DELETE", path, "")
	use("deleted", 401, "auth.deleted")
}
