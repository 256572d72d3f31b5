package mockserver_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
)

const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" // RFC 7636, appendix B

func TestCreateCode(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, body string
		settings   map[string]string
		status     int
		rule       string
	}{
		{"a callback is enough", `{"callback_url": "https://app.test/cb"}`, nil, 200, "codes.created"},
		{"the sample of the document", `{"callback_url": "https://myapp.com/auth/callback", "code_challenge": "` + challenge + `", "code_challenge_method": "S256", "limit": 100}`, nil, 200, "codes.created"},
		{"port 443 may be stated", `{"callback_url": "https://app.test:443/cb"}`, nil, 200, "codes.created"},
		{"port 3000 is allowed", `{"callback_url": "https://app.test:3000/cb"}`, nil, 200, "codes.created"},
		{"port 8443 is refused", `{"callback_url": "https://app.test:8443/cb"}`, nil, 400, "codes.callback-url"},
		{"port 0443 is refused", `{"callback_url": "https://app.test:0443/cb"}`, nil, 400, "codes.callback-url"},
		{"http is refused", `{"callback_url": "http://app.test/cb"}`, nil, 400, "codes.callback-url"},
		{"http on localhost is refused", `{"callback_url": "http://localhost:8000/cb"}`, nil, 400, "codes.callback-url"},
		{"http on localhost is allowed if the setting says so", `{"callback_url": "http://localhost:8000/cb"}`, map[string]string{"codes.callback-url": "localhost"}, 200, "codes.created, codes.callback-url"},
		{"http on 127.0.0.1 likewise", `{"callback_url": "http://127.0.0.1/cb"}`, map[string]string{"codes.callback-url": "localhost"}, 200, "codes.created, codes.callback-url"},
		{"http elsewhere stays refused", `{"callback_url": "http://app.test/cb"}`, map[string]string{"codes.callback-url": "localhost"}, 400, "codes.callback-url"},
		{"a scheme in capitals is https", `{"callback_url": "HTTPS://app.test/cb"}`, nil, 200, "codes.created"},
		{"an app's own scheme is refused", `{"callback_url": "myapp://callback"}`, nil, 400, "codes.callback-url"},
		{"a URL without a host is refused", `{"callback_url": "https:///cb"}`, nil, 400, "codes.callback-url"},
		{"an opaque URL is refused", `{"callback_url": "https:app.test"}`, nil, 400, "codes.callback-url"},
		{"a path is not a URL", `{"callback_url": "/cb"}`, nil, 400, "body.format"},
		{"an empty string is not a URL", `{"callback_url": ""}`, nil, 400, "body.format"},
		{"a callback is required", `{}`, nil, 400, "body.required"},
		{"a challenge without a method is plain", `{"callback_url": "https://a.test", "code_challenge": "short"}`, nil, 200, "codes.created, codes.method-default"},
		{"a challenge without a method is S256 if the setting says so", `{"callback_url": "https://a.test", "code_challenge": "short"}`, map[string]string{"codes.method-default": "S256"}, 400, "codes.challenge-form"},
		{"a method without a challenge is refused", `{"callback_url": "https://a.test", "code_challenge_method": "S256"}`, nil, 400, "codes.method-alone"},
		{"a method without a challenge is accepted if the setting says so", `{"callback_url": "https://a.test", "code_challenge_method": "S256"}`, map[string]string{"codes.method-alone": "accept"}, 200, "codes.created, codes.method-alone"},
		{"an S256 challenge with padding is refused", `{"callback_url": "https://a.test", "code_challenge": "` + challenge + `=", "code_challenge_method": "S256"}`, nil, 400, "codes.challenge-form"},
		{"an S256 challenge of plain base64 is refused", `{"callback_url": "https://a.test", "code_challenge": "` + strings.Replace(challenge, "-", "+", 1) + `", "code_challenge_method": "S256"}`, nil, 400, "codes.challenge-form"},
		{"any challenge is accepted if the setting says so", `{"callback_url": "https://a.test", "code_challenge": "x", "code_challenge_method": "S256"}`, map[string]string{"codes.challenge-form": "accept"}, 200, "codes.created, codes.challenge-form"},
		{"a method in lower case is refused", `{"callback_url": "https://a.test", "code_challenge": "` + challenge + `", "code_challenge_method": "s256"}`, nil, 400, "body.enum"},
		{"a null method is refused, unlike the limit_reset of a key", `{"callback_url": "https://a.test", "usage_limit_type": null}`, nil, 400, "body.type"},
		{"a null limit is refused, unlike that of a key", `{"callback_url": "https://a.test", "limit": null}`, nil, 400, "body.type"},
		{"a null expiry is none", `{"callback_url": "https://a.test", "expires_at": null}`, nil, 200, "codes.created"},
		{"a label of 100 characters is accepted", `{"callback_url": "https://a.test", "key_label": "` + strings.Repeat("ü", 100) + `"}`, nil, 200, "codes.created"},
		{"a label of 101 characters is refused", `{"callback_url": "https://a.test", "key_label": "` + strings.Repeat("l", 101) + `"}`, nil, 400, "codes.label-length"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{Rules: tt.settings})
			a := call(t, s, "POST", "/api/v1/auth/keys/code", tt.body)
			if a.status != tt.status || a.rule() != tt.rule {
				t.Errorf("got %d by %q, want %d by %q: %s", a.status, a.rule(), tt.status, tt.rule, a.body)
			}
		})
	}
}

func TestAppIsIdentifiedByCallbackOrigin(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	app := func(callback string) any {
		a := call(t, s, "POST", "/api/v1/auth/keys/code", `{"callback_url": "`+callback+`"}`)
		id, _ := a.at("data.id").(string)
		if !regexp.MustCompile(`^[A-Za-z0-9_-]{16,128}$`).MatchString(id) {
			t.Errorf("%s: the id is %q", callback, id)
		}
		if a.at("data.created_at") != "2026-03-04T12:00:00.000Z" {
			t.Errorf("%s: created at %v", callback, a.at("data.created_at"))
		}
		return a.at("data.app_id")
	}
	one := app("https://app.test/cb")
	for _, same := range []string{"https://app.test/other?x=1", "https://app.test:443/", "HTTPS://APP.TEST/cb"} {
		if got := app(same); got != one {
			t.Errorf("%s is app %v, want %v", same, got, one)
		}
	}
	for _, other := range []string{"https://app.test:3000/cb", "https://www.app.test/cb"} {
		if got := app(other); got == one {
			t.Errorf("%s is app %v too", other, got)
		}
	}
}
