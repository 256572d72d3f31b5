package mockserver_test

import (
	"fmt"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
)

// issuesOf returns the paths of the issues of a 400.
func issuesOf(a response) []string {
	list, _ := a.at("error.metadata.issues").([]any)
	var paths []string
	for _, issue := range list {
		m, _ := issue.(map[string]any)
		path, _ := m["path"].(string)
		if message, _ := m["message"].(string); message == "" {
			path += " (without a message)"
		}
		paths = append(paths, path)
	}
	return paths
}

func TestRequestBody(t *testing.T) {
	t.Parallel()
	const json = "application/json"
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	deep := nested(20000)
	for _, tt := range []struct {
		name, media, body string
		status            int
		rule              string
	}{
		{"JSON is read", json, `{"name": "k"}`, 201, "keys.created"},
		{"a charset is accepted", "application/json; charset=utf-8", `{"name": "k"}`, 201, "keys.created"},
		{"the media type may be in capitals", "Application/JSON", `{"name": "k"}`, 201, "keys.created"},
		{"surrounding white space is accepted", json, " \r\n\t{\"name\": \"k\"}\n", 201, "keys.created"},
		{"a content type is needed", "", `{"name": "k"}`, 400, "body.media-type"},
		{"text is refused", "text/plain", `{"name": "k"}`, 400, "body.media-type"},
		{"a form is refused", "application/x-www-form-urlencoded", `name=k`, 400, "body.media-type"},
		{"a JSON suffix is refused", "application/problem+json", `{"name": "k"}`, 400, "body.media-type"},
		{"no body is refused", json, ``, 400, "body.empty"},
		{"white space is not a body", json, " \n", 400, "body.empty"},
		{"a truncated body is refused", json, `{"name": "k"`, 400, "body.json"},
		{"trailing garbage is refused", json, `{"name": "k"} x`, 400, "body.json"},
		{"two documents are refused", json, `{"name": "k"}{}`, 400, "body.json"},
		{"a byte order mark is refused", json, "\ufeff" + `{"name": "k"}`, 400, "body.json"},
		{"bytes that are not UTF-8 are refused", json, "{\"name\": \"\xff\"}", 400, "body.json"},
		{"single quotes are refused", json, `{'name': 'k'}`, 400, "body.json"},
		{"a comment is refused", json, `{"name": "k"} // k`, 400, "body.json"},
		{"NaN is refused", json, `{"name": "k", "limit": NaN}`, 400, "body.json"},
		{"deep nesting is refused", json, deep, 400, "body.json"},
		{"nesting 1000 deep is read", json, `{"name": "k", "x": ` + nested(999) + `}`, 201, "keys.created, body.undeclared"},
		{"nesting 1001 deep is refused", json, `{"name": "k", "x": ` + nested(1000) + `}`, 400, "body.json"},
		{"brackets in a text are not nesting", json, `{"name": "\"` + strings.Repeat("[{", 1000) + `"}`, 201, "keys.created"},
		{"an array is refused", json, `[]`, 400, "body.object"},
		{"null is refused", json, `null`, 400, "body.object"},
		{"a string is refused", json, `"k"`, 400, "body.object"},
		{"a member that appears twice is refused", json, `{"name": "a", "name": "b"}`, 400, "body.duplicate"},
		{"an escaped name is the same member", json, `{"name": "a", "n\u0061me": "b"}`, 400, "body.duplicate"},
		{"a member that appears twice deep down is refused", json, `{"name": "a", "x": [{"y": 1, "y": 2}]}`, 400, "body.duplicate"},
		{"the same member in two objects is accepted", json, `{"name": "a", "x": [{"y": 1}, {"y": 2}]}`, 201, "keys.created, body.undeclared"},
		{"an undeclared member is ignored", json, `{"name": "a", "colour": "red"}`, 201, "keys.created, body.undeclared"},
		{"a body of 1 MiB is read", json, `{"name": "` + strings.Repeat("k", 1<<20-len(`{"name": ""}`)) + `"}`, 201, "keys.created"},
		{"a body of more than 1 MiB is refused", json, `{"name": "` + strings.Repeat("k", 1<<20) + `"}`, 400, "body.size"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			a := call(t, s, "POST", "/api/v1/keys", tt.body, "Content-Type", tt.media)
			if a.status != tt.status || a.rule() != tt.rule {
				t.Fatalf("got %d by %q, want %d by %q: %.300s", a.status, a.rule(), tt.status, tt.rule, a.body)
			}
			if tt.status == 400 && len(issuesOf(a)) == 0 {
				t.Errorf("the 400 lists no problem: %s", a.body)
			}
		})
	}
}

func TestRequestBody_repeatedContentType(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	r := httptest.NewRequest("POST", "/api/v1/keys", strings.NewReader(`{"name": "k"}`))
	r.Header["Content-Type"] = []string{"application/json", "application/json"}
	r.Header.Set("Authorization", management)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != 400 {
		t.Errorf("got %d, want 400: %s", w.Code, w.Body)
	}
}

func TestIssuesPointToTheProblem(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	a := call(t, s, "POST", "/api/v1/keys", "{\n  \"name\": k\n}")
	if message := fmt.Sprint(a.at("error.message")); !strings.Contains(message, "line 2, column 11") {
		t.Errorf("the place of a syntax error is not told: %s", message)
	}
	a = call(t, s, "POST", "/api/v1/keys", `{"a/b": {"c": [0, {"d~": 1, "d~": 2}]}}`)
	if got, want := issuesOf(a), []string{"/a~1b/c/1/d~0"}; !reflect.DeepEqual(got, want) {
		t.Errorf("a duplicate is at %v, want %v", got, want)
	}
}

func TestBadRequestListsEveryIssue(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		path, body string
		want       []string
	}{
		{
			"/api/v1/keys",
			`{"name": "", "limit": -1, "limit_reset": "yearly", "include_byok_in_limit": "no", "expires_at": "2029-01-01T00:00:00+02:00", "workspace_id": "w", "creator_user_id": ""}`,
			[]string{"/name", "/limit", "/limit_reset", "/include_byok_in_limit", "/expires_at", "/workspace_id", "/creator_user_id"},
		},
		{
			"/api/v1/keys",
			`{"name": null, "limit": "1", "limit_reset": 1, "include_byok_in_limit": null, "expires_at": 1, "workspace_id": null, "creator_user_id": 1}`,
			[]string{"/name", "/limit", "/limit_reset", "/include_byok_in_limit", "/expires_at", "/workspace_id", "/creator_user_id"},
		},
		{"/api/v1/keys", `{}`, []string{"/name"}},
		{
			"/api/v1/auth/keys/code",
			`{"callback_url": "http://app.test", "code_challenge": "short", "code_challenge_method": "S256", "expires_at": "2020-01-01T00:00:00Z", "key_label": "` + strings.Repeat("l", 101) + `", "limit": -1, "usage_limit_type": "yearly"}`,
			[]string{"/callback_url", "/code_challenge", "/expires_at", "/key_label", "/limit", "/usage_limit_type"},
		},
		{
			"/api/v1/auth/keys/code",
			`{"code_challenge": null, "code_challenge_method": null, "expires_at": "soon", "key_label": null, "limit": null, "usage_limit_type": null}`,
			[]string{"/callback_url", "/code_challenge", "/code_challenge_method", "/expires_at", "/key_label", "/limit", "/usage_limit_type"},
		},
	} {
		s := newServer(t, mockserver.Config{})
		a := call(t, s, "POST", tt.path, tt.body)
		if got := issuesOf(a); a.status != 400 || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s %s:\n got %d with %v\nwant 400 with %v", tt.path, tt.body, a.status, got, tt.want)
		}
	}
}

func FuzzCreate(f *testing.F) {
	f.Add("/api/v1/keys", `{"name": "k", "limit": 1e3, "expires_at": "2029-11-30T23:59:60Z"}`, "application/json")
	f.Add("/v1/auth/keys/code/", `{"callback_url": "https://[::1]:3000/a?b#c", "code_challenge": "x"}`, "application/json; q")
	f.Add("/auth/keys/code", `{"callback_url": {"a": [1, 2]}}`, "")
	f.Fuzz(func(t *testing.T, path, body, media string) {
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, " \x00%#?") || strings.HasPrefix(path, "/_mockgates") {
			t.Skip("not a path that a request line can carry")
		}
		for _, r := range path {
			if r < ' ' || r > '~' {
				t.Skip("not a path that a request line can carry")
			}
		}
		s := newServer(t, mockserver.Config{})
		a := call(t, s, "POST", path, body, "Content-Type", strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f {
				return -1
			}
			return r
		}, media))
		switch a.status {
		case 200, 201, 400, 404, 405:
		default:
			t.Errorf("%s with %q returns %d: %s", path, body, a.status, a.body)
		}
		if a.json == nil {
			t.Errorf("%s returns no JSON object: %s", path, a.body)
		}
	})
}
