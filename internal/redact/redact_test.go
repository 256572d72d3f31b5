package redact_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/internal/redact"
)

const (
	minted     = "sk-x-v1-fa4e0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab"
	mintedAs   = "sk-x-v1-fa4...9ab"
	verifier   = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	management = "sk-x-mgmt-"
	odd        = "oddly-formed+token/1="
)

// newRedactor returns a redactor with shapes and fields of its own kind.
func newRedactor(secrets ...string) *redact.Redactor {
	r := redact.New(redact.Config{
		Shapes: []redact.Shape{
			{Prefix: management, Min: len(management) + 1, Extra: "./~+"},
			{Prefix: "sk-", Kind: regexp.MustCompile(`^sk-([a-z]+-v[0-9]+-)?`)},
			{Prefix: "auth_code_"},
		},
		Fields:  []string{"code_verifier", "codeVerifier"},
		Headers: []string{"X-Api-Key"},
	})
	r.Add(secrets...)
	return r
}

// encodings are the ways in which a text can travel.
var encodings = map[string]func(string) string{
	"plain": func(s string) string { return s },
	"every byte percent-encoded, upper case": func(s string) string {
		return eachByte(s, "%%%02X")
	},
	"every byte percent-encoded, lower case": func(s string) string {
		return eachByte(s, "%%%02x")
	},
	"as a query value":       url.QueryEscape,
	"as a path segment":      url.PathEscape,
	"every character as \\u": escapeAll,
	"as a JSON string": func(s string) string {
		b, _ := json.Marshal(s)
		return string(b)
	},
	"JSON with escaped slashes": func(s string) string {
		b, _ := json.Marshal(s)
		return strings.ReplaceAll(string(b), "/", `\/`)
	},
	"as a Go string":         func(s string) string { return fmt.Sprintf("%+q", s) },
	"base64":                 func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64 after one byte":  func(s string) string { return base64.URLEncoding.EncodeToString([]byte(":" + s + "!")) },
	"base64 after two bytes": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("u:" + s + "!")) },
	"base64 in a longer run": func(s string) string { return "x" + base64.RawStdEncoding.EncodeToString([]byte(s)) },
}

func eachByte(s, format string) string {
	var out strings.Builder
	for _, b := range []byte(s) {
		fmt.Fprintf(&out, format, b)
	}
	return out.String()
}

// escapeAll writes every character of s as \u and four digits.
func escapeAll(s string) string {
	var out strings.Builder
	for _, c := range s {
		if c > 0xffff {
			fmt.Fprintf(&out, `\u%04x\u%04X`, 0xd800+(c-0x10000)>>10, 0xdc00+(c-0x10000)&0x3ff)
		} else {
			fmt.Fprintf(&out, `\u%04x`, c)
		}
	}
	return out.String()
}

func TestString_everyEncodingOfEverySecret(t *testing.T) {
	t.Parallel()
	secrets := map[string]string{
		"a minted key":                  minted,
		"a key of another kind":         "sk-proj-AbCd_1234-EfGhIjKlMnOp",
		"a management key":              management + "quite-secret-world",
		"an authorization code":         "auth_code_0123456789abcdef",
		"a known token":                 odd,
		"a known token of eight":        "tok=n/%8",
		"with quotes and a backslash":   `quo"ted\secret%41`,
		"with spaces and other letters": "spaces and ümläuts \U0001F511",
		"with markup":                   "<a management & token>",
		"longer than a cut":             strings.Repeat("0123456789 longer ", 200),
	}
	for name, secret := range secrets {
		r := newRedactor()
		if !strings.HasPrefix(name, "a m") && !strings.HasPrefix(name, "an ") && !strings.HasPrefix(name, "a key") {
			r = r.With(secret)
		}
		for first, encode := range encodings {
			for second, again := range encodings {
				text := again("a " + encode(secret) + " b")
				got, found := r.String(text)
				if !found {
					t.Errorf("%s, %s, then %s: not found in %.100q", name, first, second, text)
				}
				assertGone(t, got, secret)
				if twice, found := r.String(got); found || twice != got {
					t.Errorf("%s, %s, then %s: redacted twice %q; once %q", name, first, second, twice, got)
				}
			}
		}
	}
}

// assertGone fails if a piece of secret can be read in text, whatever text
// decodes to.
func assertGone(t *testing.T, text, secret string) {
	t.Helper()
	if piece := leak(text, secret, redact.MaxDepth); piece != "" {
		t.Errorf("%q is left of %.80q in %.300q", piece, secret, text)
	}
}

func TestString_exactOutput(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"a key shows its kind and six characters":          {"see " + minted + ".", "see " + mintedAs + "."},
		"a percent-encoded key too":                        {"a=" + eachByte(minted, "%%%02x") + "&b", "a=" + mintedAs + "&b"},
		"a management key shows its kind":                  {management + "w.o/rld", management + "..."},
		"base64 around the secret stays":                   {"/api/v1/" + base64.URLEncoding.EncodeToString([]byte("abc"+odd+"abc")), "/api/v1/YWJj[secret]YWJj"},
		"matches that touch stay two":                      {"[" + odd + odd + "]", "[[secret][secret]]"},
		"a known verifier":                                 {"of " + verifier, "of [secret]"},
		"a JSON member":                                    {`{"code_verifier": "ab\"c", "a": "b"}`, `{"code_verifier": "[secret]", "a": "b"}`},
		"another spelling":                                 {`{"codeVerifier":"a"}`, `{"codeVerifier":"[secret]"}`},
		"a member that is cut off":                         {`{"code_verifier": "ab`, `{"code_verifier": "[secret]`},
		"a member that ends with a backslash":              {`{"code_verifier": "ab\\", "a": "b"}`, `{"code_verifier": "[secret]", "a": "b"}`},
		"a member twice":                                   {`{"code_verifier": "a","code_verifier": "b"}`, `{"code_verifier": "[secret]","code_verifier": "[secret]"}`},
		"a member with an array":                           {`{"code_verifier": ["a", ["b"], 12, null], "a": 12}`, `{"code_verifier": ["[secret]", ["[secret]"], "[secret]", null], "a": 12}`},
		"a member with an object":                          {`{"code_verifier": {"v": "b"}, "a": "b"}`, `{"code_verifier": {"[secret]": "[secret]"}, "a": "b"}`},
		"a member with an array that is cut off":           {`{"code_verifier": ["a", "b`, `{"code_verifier": ["[secret]", "[secret]`},
		"a member with a number":                           {`{"code_verifier": 123, "a": 4}`, `{"code_verifier": "[secret]", "a": 4}`},
		"a number in JSON in JSON":                         {`{"b": "{\"code_verifier\": 123}"}`, `{"b": "{\"code_verifier\": [secret]}"}`},
		"a member with null":                               {`{"code_verifier": null}`, `{"code_verifier": null}`},
		"a member with an escaped name":                    {`{"code\u005fverifier": "ab\"cd", "a": "b"}`, `{"code\u005fverifier": "[secret]", "a": "b"}`},
		"a member with an escaped name and a backslash":    {`{"code\u005fverifier": "ab\\", "a": "b"}`, `{"code\u005fverifier": "[secret]", "a": "b"}`},
		"JSON in JSON":                                     {`{"b": "{\"code_verifier\": \"ab\\\"c\"}"}`, `{"b": "{\"code_verifier\": \"[secret]\"}"}`},
		"percent-encoded JSON":                             {`%22code_verifier%22:%22ab%5C%22c%22,%22d%22`, `%22code_verifier%22:%22[secret]%22,%22d%22`},
		"a form":                                           {"code_verifier=ab&a=b", "code_verifier=[secret]&a=b"},
		"a form with an ampersand in the value":            {"a=b&code%5Fverifier=ab%26cd&e", "a=b&code%5Fverifier=[secret]&e"},
		"a form with a quote in the value":                 {`code_verifier=a"b`, `code_verifier=[secret]`},
		"a query in JSON":                                  {`{"u": "/x?code_verifier=ab", "a": "b"}`, `{"u": "/x?code_verifier=[secret]", "a": "b"}`},
		"a query in JSON in JSON":                          {`{"b": "{\"u\": \"/x?code_verifier=ab\"}"}`, `{"b": "{\"u\": \"/x?code_verifier=[secret]\"}"}`},
		"another field":                                    {`{"code_challenge": "ab", "my_code_verifier": "ab"}`, `{"code_challenge": "ab", "my_code_verifier": "ab"}`},
		"a field's name in a sentence":                     {"code_verifier: it is missing", "code_verifier: it is missing"},
		"a second shape in one token":                      {"desk-sk-proj-AbCd_1234-EfGhIjKlMnOp", "desk-sk-pro...nOp"},
		"a shape after an escaped line end":                {`line\nsk-proj-AbCd_1234-EfGhIjKlMnOp`, `line\nsk-pro...nOp`},
		"a key in the middle of a word":                    {"x" + minted, "x" + mintedAs},
		"the name of a label is no secret":                 {management + "...", management + "..."},
		"nested more deeply than is examined":              {"a %2525252541", redact.Unexamined},
		"nested base64, more deeply than is examined":      {nest("a long enough text", 5), redact.Unexamined},
		"nested base64, as deeply as is examined":          {nest("a long enough text", 4), nest("a long enough text", 4)},
		"a percent sign and a backslash without a meaning": {`100% \o/ %4`, `100% \o/ %4`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRedactor(odd).With(verifier)
			got, found := r.String(test.text)
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if found != (test.text != test.want) {
				t.Errorf("found is %v", found)
			}
			if again, found := r.String(got); found || again != got {
				t.Errorf("redacted again: %s", again)
			}
		})
	}
}

func nest(text string, times int) string {
	for range times {
		text = base64.StdEncoding.EncodeToString([]byte(text))
	}
	return text
}

func TestString_shortSecretsAreHiddenAsWholeValues(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ secret, text, want string }{
		"the whole text":                 {"<token>", "<token>", "[secret]"},
		"a query value":                  {"<token>", "?t=%3Ctoken%3E&a", "?t=[secret]&a"},
		"a cookie":                       {"<token>", "a=<token>; b=c", "a=[secret]; b=c"},
		"a JSON string":                  {"<token>", `{"a":"\u003ctoken\u003e"}`, `{"a":"[secret]"}`},
		"a JSON string in a JSON string": {"secret", `"{\"a\":\"secret\"}"`, `"{\"a\":\"[secret]\"}"`},
		"after a scheme":                 {"secret", "sent Bearer secret, twice", "sent Bearer [secret], twice"},
		"after a colon":                  {"secret", "X-Token: secret", "X-Token: [secret]"},
		"user information":               {"secret", "http://user:secret@host/", "http://user:[secret]@host/"},
		"a path segment":                 {"<token>", "/api/%3ctoken%3e/x", "/api/[secret]/x"},
		"a path segment that is a word":  {"keys", "/api/keys/x", "/api/keys/x"},
		"the name of a member":           {"key", `{"key": "key"}`, `{"key": "[secret]"}`},
		"a word in a sentence":           {"secret", "the secret is out", "the secret is out"},
		"the first word of a sentence":   {"secret", "secret sauce", "secret sauce"},
		"part of a word":                 {"k", "a=kk&b=k", "a=kk&b=[secret]"},
		"one that ends with another":     {"short", "a=short&b=xshort", "a=[secret]&b=xshort"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			many := []string{test.secret, "hort"}
			for i := range 20 {
				many = append(many, fmt.Sprintf("other-secret-%d", i))
			}
			for _, r := range []*redact.Redactor{newRedactor(test.secret), newRedactor().With(test.secret), newRedactor(many...)} {
				if got, _ := r.String(test.text); got != test.want {
					t.Errorf("got %s, want %s", got, test.want)
				}
			}
		})
	}
}

func TestString_ordinaryTextStays(t *testing.T) {
	t.Parallel()
	r := newRedactor(odd, minted).With(verifier)
	for _, text := range []string{
		"", "desk-lamp", "task-runner-for-the-nightly-build", "sk-", "sk-x-v1-fa4...0cd", "100% done", `a \\ b`, "sk-short",
		strings.Repeat("0123456789abcdef", 4), "c2stIGlzIG5vIGtleQ", redact.Hidden, redact.Unexamined, management,
		"\x00\xff%zz\\u12", "ümläut %C3%BC \\u00fc", "/api/v1/auth/keys/code?limit=10&cursor=YWJjZGVmZ2hpamtsbW5vcA",
	} {
		if got, found := r.String(text); found || got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestString_secretThatEndsInsideOfACharacter(t *testing.T) {
	t.Parallel()
	const text = `a \u0073ecret-\u00fc b`
	if got, _ := newRedactor("secret-\xc3").String(text); got != "a [secret] b" {
		t.Error(got)
	}
}

func TestString_occurrencesThatOverlap(t *testing.T) {
	t.Parallel()
	for _, r := range []*redact.Redactor{newRedactor("abc abc abc"), newRedactor("abcXabcXabc")} {
		for _, text := range []string{"-abc abc abc abc abc-", "-abcXabcXabcXabcXabc-"} {
			if got, found := r.String(text); found && got != "-[secret]-" {
				t.Errorf("%q became %q", text, got)
			}
		}
	}
	many := make([]string, 20)
	for i := range many {
		many[i] = strings.Repeat("a", 8+i)
	}
	if got, _ := newRedactor(many...).String("-" + strings.Repeat("a", 100) + "-"); got != "-[secret]-" {
		t.Error(got)
	}
}

func TestLabel_showsTooLittleToGuess(t *testing.T) {
	t.Parallel()
	r := newRedactor()
	for text, want := range map[string]string{
		"sk-x-v1-" + strings.Repeat("a", 21):                               "sk-x-v1-...",
		"sk-x-v1-" + strings.Repeat("a", 22):                               "sk-x-v1-aaa...aaa",
		"sk-" + strings.Repeat("b", 30) + "-v1-" + strings.Repeat("a", 30): redact.Hidden, // so long a kind would be a secret again
		"auth_code_0123456789":                                             "auth_code_...",
	} {
		if got, _ := r.String(text); got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
}
