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
// that passes the sieve: in pieces of secrets, alone and beside others, encoded up to
// twice, and in texts that are drawn at random.
func TestSieve_passesOnlyWhatHoldsNothing(t *testing.T) {
	t.Parallel()
	config := testConfig()
	config.Shapes[0].Extra = "./"
	r := New(config)
	r.Add("a-configured-token")
	r = r.With("sk-x-mgmt-a-test", "<token>")
	check := func(t interface{ Fatalf(string, ...any) }, text string) {
		if !r.passes(text) {
			return
		}
		s, learning := scan{r: r}, scan{r: r, learn: true}
		s.run(text)
		learning.run(text)
		if len(s.spans) > 0 || s.over || len(learning.learned) > 0 {
			t.Fatalf("%q passes, and has %v, and teaches %q", text, s.spans, learning.learned)
		}
	}
	pieces := []string{
		key, key[:19], key[:20], key[:11], "ask-" + strings.Repeat("0a", 16), "sk-x-mgmt-a", "sk-x-mgmt-.", "sk-x-mgmt-a-test", "a-configured-token", "<token>",
		"auth_code_0123456789", "code_verifier=x", `"codeVerifier":"x"`, "code_verifier", "sk-", "%", `\`, "[secret]", Unexamined, "x", "", "Zm9v",
	}
	encodings := []func(string) string{
		func(s string) string { return s },
		func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "-", "%2D") },
		func(s string) string { return strings.ReplaceAll(fmt.Sprintf("%+q", s), "-", `\u002d`) },
		func(s string) string { return enc64.RawURLEncoding.EncodeToString([]byte(s)) },
	}
	for _, piece := range pieces {
		for _, other := range pieces {
			for _, text := range []string{piece, other + piece, other + " " + piece + " ", piece + other} {
				for _, inner := range encodings {
					for _, outer := range encodings {
						check(t, outer(other+inner(text)))
					}
				}
			}
		}
	}
	part := rapid.OneOf(rapid.SampledFrom(pieces), rapid.String(), rapid.StringMatching(`[A-Za-z0-9+/_.-]{0,30}`))
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(part, 0, 6).Draw(t, "parts"), "")
		check(t, rapid.SampledFrom(encodings).Draw(t, "encoding")(text))
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

// TestCanHoldText_isTrueOfAllThatHoldsText draws texts, encodes them where a run begins
// and in its middle, and runs of digits.
func TestCanHoldText_isTrueOfAllThatHoldsText(t *testing.T) {
	t.Parallel()
	encoded := rapid.Map(rapid.StringMatching(`[ -~\t\n\r]{8,12}`), func(s string) string { return enc64.RawURLEncoding.EncodeToString([]byte(s)) })
	part := rapid.OneOf(encoded, rapid.StringMatching(`[A-Za-z0-9+/_-]{0,12}`))
	rapid.Check(t, func(t *rapid.T) {
		run := strings.Join(rapid.SliceOfN(part, 1, 3).Draw(t, "parts"), "")
		for begin := range min(4, len(run)) {
			if from, to := nextStretch(run[begin:], 0); from < to && !canHoldText(run) {
				t.Fatalf("%q decodes to %q from digit %d on", run, decodeBase64(run[begin:], from, to), begin)
			}
		}
	})
}
