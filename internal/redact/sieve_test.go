package redact

import (
	enc64 "encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestSieve_passesOnlyWhatHoldsNothing checks that a scan finds nothing in a text
// that passes the sieve.
func TestSieve_passesOnlyWhatHoldsNothing(t *testing.T) {
	t.Parallel()
	r := New(testConfig())
	r.Add("a configured token")
	r = r.With("sk-x-mgmt-a-test", "<token>")
	pieces := rapid.OneOf(rapid.SampledFrom([]string{
		key, key[:19], key[:20], key[:11], "sk-x-mgmt-a", "sk-", "sk-x-mgmt-", "sk-x-mgmt-a-test", "a configured token", "<token>", "auth_code_", "code_verifier", `"codeVerifier":"`, "=", `"`, "-",
		"0123456789abcdef", strings.Repeat("ab", 16), `{"name": "nightly", "limit": 5}`, "%", "%4", "%73", `\`, `\u0073k-`, `\"`, "[secret]", Unexamined,
	}), rapid.String(), rapid.StringMatching(`[A-Za-z0-9+/_.-]{0,30}`))
	text := rapid.Custom(func(t *rapid.T) string {
		s := strings.Join(rapid.SliceOfN(pieces, 0, 4).Draw(t, "pieces"), rapid.SampledFrom([]string{"", " "}).Draw(t, "between"))
		for range rapid.IntRange(0, 2).Draw(t, "encodings") {
			switch rapid.IntRange(0, 3).Draw(t, "encoding") {
			case 0:
				s = url.QueryEscape(s)
			case 1:
				s = fmt.Sprintf("%+q", s)
			case 2:
				s = enc64.RawURLEncoding.EncodeToString([]byte(s))
			}
		}
		return s
	})
	rapid.Check(t, func(t *rapid.T) {
		text := text.Draw(t, "text")
		if !r.passes(text) {
			return
		}
		s := scan{r: r}
		s.run(text)
		if len(s.spans) > 0 || s.over {
			t.Fatalf("%q passes, and has %v", text, s.spans)
		}
		learning := scan{r: r, learn: true}
		learning.run(text)
		if len(learning.learned) > 0 {
			t.Fatalf("%q passes, and teaches %q", text, learning.learned)
		}
	})
}

func TestSieve_passesOrdinaryTexts(t *testing.T) {
	t.Parallel()
	r := New(testConfig())
	for _, text := range []string{
		"", "POST", path, request, strings.Replace(response, key, "sk-x-v1-fa4...9ab", 1), "Go-http-client/2.0", "application/json; charset=utf-8", "50%", `C:\Programs`,
	} {
		if !r.passes(text) {
			t.Errorf("%q does not pass", text)
		}
	}
}
