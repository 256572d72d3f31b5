package mockserver_test

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
)

const (
	nowhere   = "/api/v1/keys/0000000000000000000000000000000000000000000000000000000000000000"
	elsewhere = "0df9e665-d932-4740-b2c7-b52af166bc11" // a workspace that is not the default
)

// keyNames returns the names of the keys in a list, in its order.
func keyNames(a response) []string {
	list, _ := a.json["data"].([]any)
	out := []string{}
	for _, k := range list {
		out = append(out, k.(map[string]any)["name"].(string))
	}
	return out
}

func TestListParameters(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	createKey(t, s, `{"name": "oldest"}`)
	_, off := createKey(t, s, `{"name": "off"}`)
	call(t, s, "PATCH", "/api/v1/keys/"+off["hash"].(string), `{"disabled": true}`)
	createKey(t, s, `{"name": "elsewhere", "workspace_id": "`+elsewhere+`"}`)
	createKey(t, s, `{"name": "expiring", "expires_at": "2026-03-04T12:00:01Z"}`)
	_, data := createKey(t, s, `{"name": "newest"}`)
	if _, err := worldOf(t, s, "default").Advance(time.Hour); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, query string
		want        []string
		rule        string
	}{
		{"all but disabled ones, newest first, expired ones too", "", []string{"newest", "expiring", "oldest"}, "list.page"},
		{"the same, asked for", "include_disabled=false", []string{"newest", "expiring", "oldest"}, "list.page, list.include-disabled"},
		{"disabled ones too", "include_disabled=true", []string{"newest", "expiring", "off", "oldest"}, "list.page, list.include-disabled"},
		{"those after the first", "offset=1", []string{"expiring", "oldest"}, "list.page, list.offset"},
		{"those after the first, disabled ones counted", "offset=2&include_disabled=true", []string{"off", "oldest"}, "list.page, list.offset, list.include-disabled"},
		{"none past the end", "offset=3", []string{}, "list.page, list.offset"},
		{"none past any end", "offset=99999999999999999999", []string{}, "list.page, list.offset"},
		{"those of another workspace", "workspace_id=" + elsewhere, []string{"elsewhere"}, "list.page, list.workspace"},
		{"those of a workspace in capitals", "workspace_id=" + strings.ToUpper(elsewhere), []string{"elsewhere"}, "list.page, list.workspace"},
		{"those of the default workspace by name", "workspace_id=" + data["workspace_id"].(string), []string{"newest", "expiring", "oldest"}, "list.page, list.workspace"},
		{"none of a workspace without keys", "workspace_id=11111111-1111-4111-8111-111111111111", []string{}, "list.page, list.workspace"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := call(t, s, "GET", "/api/v1/keys?"+tt.query, "")
			if a.status != 200 || a.rule() != tt.rule {
				t.Fatalf("got %d by %q, want 200 by %q: %s", a.status, a.rule(), tt.rule, a.body)
			}
			if diff := cmp.Diff(tt.want, keyNames(a)); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
		})
	}
}

func TestListRefusesBadQueries(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	for _, tt := range []struct {
		name, query string
		issues      []string // paths
		rule        string
	}{
		{"a negative offset", "offset=-1", []string{"?offset"}, "list.offset"},
		{"a signed offset", "offset=%2B1", []string{"?offset"}, "list.offset"},
		{"a fraction", "offset=1.0", []string{"?offset"}, "list.offset"},
		{"an exponent", "offset=1e2", []string{"?offset"}, "list.offset"},
		{"no digits", "offset=", []string{"?offset"}, "list.offset"},
		{"spaces around an offset", "offset=+1", []string{"?offset"}, "list.offset"},
		{"digits of another script", "offset=%D9%A3", []string{"?offset"}, "list.offset"},
		{"a flag in capitals", "include_disabled=True", []string{"?include_disabled"}, "list.include-disabled"},
		{"a flag that is a number", "include_disabled=1", []string{"?include_disabled"}, "list.include-disabled"},
		{"an empty flag", "include_disabled=", []string{"?include_disabled"}, "list.include-disabled"},
		{"a workspace that is not a UUID", "workspace_id=default", []string{"?workspace_id"}, "list.workspace"},
		{"an unknown parameter", "ofset=1", []string{"?ofset"}, "list.parameters"},
		{"a parameter in another case", "Offset=1", []string{"?Offset"}, "list.parameters"},
		{"a limit, which lists do not take", "limit=5", []string{"?limit"}, "list.parameters"},
		{"a parameter that appears twice", "offset=1&offset=1", []string{"?offset"}, "list.parameters"},
		{"a bad escape", "offset=%zz", []string{"?"}, "list.parameters"},
		{"a semicolon between parameters", "offset=1;include_disabled=true", []string{"?"}, "list.parameters"},
		{
			"all at once", "offset=x&include_disabled=x&workspace_id=x&other=x&twice=1&twice=2",
			[]string{"?twice", "?offset", "?include_disabled", "?workspace_id", "?other", "?twice"},
			"list.parameters, list.offset, list.include-disabled, list.workspace",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := call(t, s, "GET", "/api/v1/keys?"+tt.query, "")
			if a.status != 400 || a.rule() != tt.rule {
				t.Fatalf("got %d by %q, want 400 by %q: %s", a.status, a.rule(), tt.rule, a.body)
			}
			if diff := cmp.Diff(tt.issues, issuePaths(a)); diff != "" {
				t.Errorf("issues (-want +got):\n%s", diff)
			}
		})
	}
	if a := call(t, s, "GET", "/api/v1/keys?ofset=1", ""); !strings.Contains(a.body, "did you mean offset?") {
		t.Errorf("the nearest parameter is not named: %s", a.body)
	}
}

// issuePaths returns the paths of the issues of a 400.
func issuePaths(a response) []string {
	list, _ := a.at("error.metadata.issues").([]any)
	var out []string
	for _, i := range list {
		out = append(out, i.(map[string]any)["path"].(string))
	}
	return out
}

func TestListPagesAreStableWhileKeysAreAdded(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	keys := make([]mockserver.Key, 250)
	for i := range keys {
		keys[i].Name = fmt.Sprint("key ", i)
	}
	if _, err := worldOf(t, s, "default").AddKeys(keys); err != nil {
		t.Fatal(err)
	}
	var sizes []int
	seen := map[string]bool{}
	for added := range 4 {
		a := call(t, s, "GET", fmt.Sprintf("/api/v1/keys?offset=%d", 101*added), "") // 100 read and one added, each time
		for _, name := range keyNames(a) {
			if seen[name] {
				t.Errorf("%s is on two pages", name)
			}
			seen[name] = true
		}
		sizes = append(sizes, len(keyNames(a)))
		createKey(t, s, `{"name": "added"}`)
	}
	if want := []int{100, 100, 50, 0}; !slices.Equal(sizes, want) {
		t.Errorf("pages of %v keys, want %v", sizes, want)
	}
}

func TestGetAndDelete(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	secret, data := createKey(t, s, `{"name": "k", "limit": 5}`)
	path := "/api/v1/keys/" + data["hash"].(string)
	_, kept := createKey(t, s, `{"name": "kept"}`)

	a := call(t, s, "GET", path+"?whatever=1", "")
	if diff := cmp.Diff(map[string]any{"data": data}, a.json); a.status != 200 || a.rule() != "get.found" || diff != "" {
		t.Errorf("get: %d by %q (-want +got):\n%s", a.status, a.rule(), diff)
	}
	if strings.Contains(a.body, secret) {
		t.Errorf("get shows the secret: %s", a.body)
	}
	a = call(t, s, "DELETE", path, "")
	if a.status != 200 || a.body != `{"deleted":true}` || a.rule() != "delete.deleted" {
		t.Errorf("delete: %d by %q: %s", a.status, a.rule(), a.body)
	}
	for _, tt := range []struct {
		name, method, path, body, auth string
		status                         int
		rule                           string
	}{
		{"a deleted key is not found", "GET", path, "", management, 404, "get.missing"},
		{"a deleted key cannot be changed", "PATCH", path, `{"name": "x"}`, management, 404, "update.missing"},
		{"a deleted key cannot be deleted", "DELETE", path, "", management, 404, "delete.missing"},
		{"a deleted key opens nothing", "GET", "/api/v1/key", "", "Bearer " + secret, 401, "auth.deleted"},
		{"an unknown hash is not found", "GET", nowhere, "", management, 404, "get.missing"},
		{"an invalid hash is not found", "DELETE", "/api/v1/keys/x", "", management, 404, "delete.missing"},
		{"a hash in capitals is not found", "GET", "/api/v1/keys/" + strings.ToUpper(kept["hash"].(string)), "", management, 404, "get.missing"},
		{"an update of an unknown hash is not found, whatever its body", "PATCH", nowhere, `{"name": 1}`, management, 404, "update.missing"},
		{"a credential is checked first", "GET", nowhere, "", "", 401, "auth.missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := call(t, s, tt.method, tt.path, tt.body, "Authorization", tt.auth)
			if a.status != tt.status || a.rule() != tt.rule || a.at("error.code") != float64(tt.status) {
				t.Errorf("got %d by %q, want %d by %q: %s", a.status, a.rule(), tt.status, tt.rule, a.body)
			}
			if tt.status == 404 && a.at("error.message") != "Resource not found" {
				t.Errorf("the message is %v", a.at("error.message"))
			}
		})
	}
}

// TestOnlyABadRequestPrecedesTheCredential checks that with auth.before-body=after
// only a 400 takes precedence over a 401.
func TestOnlyABadRequestPrecedesTheCredential(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Rules: map[string]string{"auth.before-body": "after"}})
	_, data := createKey(t, s, `{"name": "k"}`)
	for _, tt := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", nowhere, "", 401},
		{"DELETE", nowhere, "", 401},
		{"PATCH", nowhere, `{"name": "n"}`, 401},
		{"PATCH", "/api/v1/keys/" + data["hash"].(string), `{"name": 1}`, 400},
		{"GET", "/api/v1/keys?offset=x", "", 400},
	} {
		if a := call(t, s, tt.method, tt.path, tt.body, "Authorization", ""); a.status != tt.status {
			t.Errorf("%s %s %s: %d, want %d", tt.method, tt.path, tt.body, a.status, tt.status)
		}
	}
}

func TestKeysOfAnotherWorldAreNotFound(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	secret, data := createKey(t, s, `{"name": "k"}`)
	path, other := "/api/v1/keys/"+data["hash"].(string), "Bearer sk-mg-mgmt-other"
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		if a := call(t, s, method, path, `{}`, "Authorization", other); a.status != 404 {
			t.Errorf("%s from another world: %d %s", method, a.status, a.body)
		}
	}
	if a := call(t, s, "GET", "/api/v1/keys", "", "Authorization", other); len(keyNames(a)) != 0 {
		t.Errorf("another world lists %v", keyNames(a))
	}
	if a := call(t, s, "GET", "/api/v1/key", "", "Authorization", "Bearer "+secret); a.status != 200 || a.header.Get(mockserver.WorldHeader) != "default" {
		t.Errorf("the key itself: %d %s", a.status, a.body)
	}
}

func TestManagingKeysRequiresAManagementKey(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	secret, data := createKey(t, s, `{"name": "k"}`)
	for _, r := range [][2]string{
		{"GET", "/api/v1/keys"},
		{"GET", "/api/v1/keys/" + data["hash"].(string)},
		{"PATCH", "/api/v1/keys/" + data["hash"].(string)},
		{"DELETE", "/api/v1/keys/" + data["hash"].(string)},
	} {
		a := call(t, s, r[0], r[1], "{}", "Authorization", "Bearer "+secret)
		if a.status != 403 || a.rule() != "auth.management" || a.json["user_id"] == nil {
			t.Errorf("%s %s by a plain key: %d by %q: %s", r[0], r[1], a.status, a.rule(), a.body)
		}
	}
}

func TestDocumentedOnlyHasNoCompanions(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{DocumentedOnly: true})
	_, data := createKey(t, s, `{"name": "k"}`)
	hash := data["hash"].(string)
	for _, tt := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/api/v1/keys", 405},
		{"GET", "/api/v1/keys/" + hash, 404},
		{"PATCH", "/api/v1/keys/" + hash, 404},
		{"DELETE", "/api/v1/keys/" + hash, 404},
		{"GET", "/api/v1/key", 404},
		{"POST", "/api/v1/auth/keys", 404},
		{"GET", "/auth?callback_url=https://app.test/cb", 404},
	} {
		if a := call(t, s, tt.method, tt.path, ""); a.status != tt.status {
			t.Errorf("%s %s: %d, want %d", tt.method, tt.path, a.status, tt.status)
		}
	}
}

func FuzzListQuery(f *testing.F) {
	for _, seed := range []string{"", "offset=1", "offset=-1&x", "include_disabled=true;", "%", "workspace_id=" + elsewhere, "offset=1&offset=2"} {
		f.Add(seed)
	}
	s := newServer(f, mockserver.Config{})
	createKey(f, s, `{"name": "k"}`)
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest("GET", "/api/v1/keys", nil)
		r.URL.RawQuery = query
		r.Header.Set("Authorization", management)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != 200 && (w.Code != 400 || !strings.Contains(w.Body.String(), `"path":"?`)) {
			t.Errorf("%q: %d %s", query, w.Code, w.Body)
		}
	})
}
