package mockserver_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
)

func TestCreateKeyReturnsWhatWasSent(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	secret, data := createKey(t, s, `{
		"name": "Analytics Service Key", "expires_at": "2029-11-30T23:59:59Z", "include_byok_in_limit": true, "limit": 100.25,
		"limit_reset": "weekly", "workspace_id": "0DF9E665-D932-5740-B2C7-B52AF166BC11", "creator_user_id": "user_2"}`)
	sum := sha256.Sum256([]byte(secret))
	want := map[string]any{
		"name": "Analytics Service Key", "expires_at": "2029-11-30T23:59:59Z", "include_byok_in_limit": true, "limit": 100.25,
		"limit_remaining": 100.25, "limit_reset": "weekly", "workspace_id": "0df9e665-d932-5740-b2c7-b52af166bc11", "creator_user_id": "user_2",
		"hash": hex.EncodeToString(sum[:]), "label": secret[:12] + "..." + secret[len(secret)-3:], "disabled": false,
		"created_at": "2026-03-04T12:00:00.000Z", "updated_at": nil,
		"usage": 0.0, "usage_daily": 0.0, "usage_weekly": 0.0, "usage_monthly": 0.0,
		"byok_usage": 0.0, "byok_usage_daily": 0.0, "byok_usage_weekly": 0.0, "byok_usage_monthly": 0.0,
	}
	if !reflect.DeepEqual(data, want) {
		t.Errorf("got  %v\nwant %v", data, want)
	}
	if !regexp.MustCompile(`^sk-mg-v1-fa4e[0-9a-f]{60}$`).MatchString(secret) {
		t.Errorf("the secret is %q", secret)
	}
}

func TestCreateKeyDefaults(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{KeyPrefix: "sk-test-"})
	secret, one := createKey(t, s, `{"name": "k"}`)
	_, two := createKey(t, s, `{"name": "k", "limit": null, "limit_reset": null, "expires_at": null, "creator_user_id": null}`)
	if !strings.HasPrefix(secret, "sk-test-fa4e") {
		t.Errorf("the secret %q has not the prefix that was asked for", secret)
	}
	if one["hash"] == two["hash"] || one["name"] != two["name"] {
		t.Errorf("two keys of one name: %v and %v", one, two)
	}
	for _, name := range []string{"limit", "limit_remaining", "limit_reset", "expires_at", "creator_user_id", "updated_at"} {
		if one[name] != nil || two[name] != nil {
			t.Errorf("%s is %v and %v, want null", name, one[name], two[name])
		}
	}
	if one["workspace_id"] != two["workspace_id"] || one["workspace_id"] == "" {
		t.Errorf("the default workspace is %v and %v", one["workspace_id"], two["workspace_id"])
	}
}

func TestCreateKeyValues(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, property string
		settings       map[string]string
		status         int
		rule           string
	}{
		{"limit 0 is a key that cannot spend", `"limit": 0`, nil, 201, "keys.created"},
		{"limit -0 is 0", `"limit": -0.0`, nil, 201, "keys.created"},
		{"a negative limit is refused", `"limit": -0.01`, nil, 400, "keys.negative-limit"},
		{"a negative limit is accepted if the setting says so", `"limit": -1`, map[string]string{"keys.negative-limit": "accept"}, 201, "keys.created, keys.negative-limit"},
		{"the largest double is a limit", `"limit": 1.7976931348623157e308`, nil, 201, "keys.created"},
		{"a number beyond a double is refused", `"limit": 1e400`, nil, 400, "body.format"},
		{"a limit in a string is refused", `"limit": "1"`, nil, 400, "body.type"},
		{"an expiry a second from now is in the future", `"expires_at": "2026-03-04T12:00:01Z"`, nil, 201, "keys.created"},
		{"an expiry now is past", `"expires_at": "2026-03-04T12:00:00Z"`, nil, 400, "keys.expires-at-past"},
		{"a past expiry is accepted if the setting says so", `"expires_at": "2020-01-01T00:00:00Z"`, map[string]string{"keys.expires-at-past": "accept"}, 201, "keys.created, keys.expires-at-past"},
		{"+00:00 is UTC", `"expires_at": "2029-01-01T00:00:00+00:00"`, nil, 201, "keys.created, keys.expires-at-offset-zero"},
		{"+00:00 is refused if the setting says so", `"expires_at": "2029-01-01T00:00:00+00:00"`, map[string]string{"keys.expires-at-offset-zero": "refuse"}, 400, "keys.expires-at-offset-zero"},
		{"-00:00 is an unknown offset (RFC 3339, section 4.3)", `"expires_at": "2029-01-01T00:00:00-00:00"`, nil, 400, "keys.expires-at-offset-zero"},
		{"another offset is refused", `"expires_at": "2029-01-01T00:00:00+02:00"`, nil, 400, "keys.expires-at-utc"},
		{"lower-case letters are RFC 3339", `"expires_at": "2029-01-01t00:00:00z"`, nil, 201, "keys.created"},
		{"a fraction of a second is RFC 3339", `"expires_at": "2029-01-01T00:00:00.123456789Z"`, nil, 201, "keys.created"},
		{"a leap second is RFC 3339", `"expires_at": "2029-12-31T23:59:60Z"`, nil, 201, "keys.created"},
		{"a second 60 elsewhere is none", `"expires_at": "2029-12-31T12:00:60Z"`, nil, 400, "body.format"},
		{"seconds are required", `"expires_at": "2029-01-01T00:00Z"`, nil, 400, "body.format"},
		{"an offset is required", `"expires_at": "2029-01-01T00:00:00"`, nil, 400, "body.format"},
		{"a space is not a T", `"expires_at": "2029-01-01 00:00:00Z"`, nil, 400, "body.format"},
		{"a date alone is not a timestamp", `"expires_at": "2029-01-01"`, nil, 400, "body.format"},
		{"there is no 30 February", `"expires_at": "2029-02-30T00:00:00Z"`, nil, 400, "body.format"},
		{"there is a leap day in 2028", `"expires_at": "2028-02-29T00:00:00Z"`, nil, 201, "keys.created"},
		{"an empty string is not a timestamp", `"expires_at": ""`, nil, 400, "body.format"},
		{"an unknown workspace is accepted", `"workspace_id": "0df9e665-d932-5740-b2c7-b52af166bc11"`, nil, 201, "keys.created, keys.unknown-workspace"},
		{"an unknown workspace is refused if the setting says so", `"workspace_id": "0df9e665-d932-5740-b2c7-b52af166bc11"`, map[string]string{"keys.unknown-workspace": "refuse"}, 400, "keys.unknown-workspace"},
		{"a workspace without hyphens is not a UUID", `"workspace_id": "0df9e665d9325740b2c7b52af166bc11"`, nil, 400, "body.format"},
		{"a workspace in braces is not a UUID", `"workspace_id": "{0df9e665-d932-5740-b2c7-b52af166bc1}"`, nil, 400, "body.format"},
		{"a reset in capitals is refused", `"limit_reset": "Daily"`, nil, 400, "body.enum"},
		{"an empty creator is refused", `"creator_user_id": ""`, nil, 400, "keys.creator-empty"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{Rules: tt.settings})
			a := call(t, s, "POST", "/api/v1/keys", `{"name": "k", `+tt.property+`}`)
			if a.status != tt.status || a.rule() != tt.rule {
				t.Errorf("got %d by %q, want %d by %q: %s", a.status, a.rule(), tt.status, tt.rule, a.body)
			}
		})
	}
}

func TestLimitZero(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	_, data := createKey(t, s, `{"name": "k", "limit": 0}`)
	if data["limit"] != 0.0 || data["limit_remaining"] != 0.0 {
		t.Errorf("limit %v, limit_remaining %v, want 0 and 0", data["limit"], data["limit_remaining"])
	}
}

func TestSecretIsShownOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	a := call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`)
	secret := a.json["key"].(string)
	if n := strings.Count(a.body, secret); n != 1 {
		t.Errorf("the secret comes %d times in %s", n, a.body)
	}
	if digits := secret[len("sk-mg-v1-"):]; strings.Contains(fmt.Sprint(a.json["data"]), digits) {
		t.Errorf("the data has the secret: %v", a.json["data"])
	}
}
