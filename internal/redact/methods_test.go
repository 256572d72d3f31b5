package redact_test

import (
	"fmt"
	"net/http"
	"reflect"
	"sync"
	"testing"

	"github.com/mockgates/mockgates/internal/redact"
)

func TestHeader(t *testing.T) {
	t.Parallel()
	r := newRedactor(odd)
	h := http.Header{
		"Authorization":                {"Bearer " + minted, "bearer <token>", "Basic dTpwdw==", "no scheme", "Bearer", "Bearer ", mintedAs, "Bearer " + mintedAs},
		"Proxy-Authorization":          {"x"},
		"Cookie":                       {"a=b; c=d"},
		"X-Api-Key":                    {"k"},
		"Content-Type":                 {"text/plain; boundary=" + odd, "text/plain"},
		"X-Sk-X-V1-Fa4e" + minted[12:]: {"a"},
		"Accept":                       {"*/*"},
	}
	before := h.Clone()
	want := http.Header{
		"Authorization":       {"Bearer " + mintedAs, "bearer [secret]", "Basic [secret]", "[secret]", "Bearer", "Bearer ", mintedAs, "Bearer " + mintedAs},
		"Proxy-Authorization": {"[secret]"},
		"Cookie":              {"[secret]"},
		"X-Api-Key":           {"[secret]"},
		"Content-Type":        {"text/plain; boundary=[secret]", "text/plain"},
		"x-" + mintedAs:       {"a"},
		"Accept":              {"*/*"},
	}
	got := r.Header(h)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if !reflect.DeepEqual(h, before) {
		t.Errorf("the argument became %v", h)
	}
	if again := r.Header(got); !reflect.DeepEqual(again, want) {
		t.Errorf("redacted again: %v", again)
	}
}

func TestSecrets_areFoundByFieldAndShape(t *testing.T) {
	t.Parallel()
	r := newRedactor()
	for text, want := range map[string][]string{
		`{"code_verifier": "` + verifier + `"}`:     {verifier},
		`{"code\u005fverifier": ["a\u0062c", "d"]}`: {`abc`, `d`},
		`{"code_verifier": "a\u0062c"}`:             {`a\u0062c`, `abc`},
		"code_verifier=ab%26cd%2525":                {"ab%26cd%2525", "ab&cd%25"},
		"x=y&code_verifier=a%62c&z":                 {"a%62c", "abc"},
		`"%7B%22code_verifier%22%3A%22abcd%22%7D"`:  {"abcd"},
		nest(`{"codeVerifier":"abcd"}`, 2):          {"abcd"},
		"a " + minted + " and " + minted:            {minted},
		`{"code_verifier": "[secret]"} ` + mintedAs: nil,
		"nothing": nil,
	} {
		if got := r.Secrets(text); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	body := `{"code": "of ` + verifier + `", "code_verifier": "` + verifier + `"}`
	got, _ := r.With(r.Secrets(body)...).String(body)
	if want := `{"code": "of [secret]", "code_verifier": "[secret]"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWith_doesNotTeachTheOriginal(t *testing.T) {
	t.Parallel()
	r := newRedactor()
	derived := r.With(odd).With(verifier)
	if _, found := r.String(odd + verifier); found {
		t.Error("the original knows the secrets of the derived one")
	}
	if got, _ := derived.String(odd + verifier); got != redact.Hidden+redact.Hidden {
		t.Errorf("the derived one: %q", got)
	}
	r.Add("known to both")
	if _, found := derived.String("is known to both"); !found {
		t.Error("the derived one does not know what the original learned")
	}
}

func TestTruncate_cutsAfterRedacting(t *testing.T) {
	t.Parallel()
	r := newRedactor(odd)
	for _, test := range []struct {
		text string
		size int
		want string
	}{
		{"aaaa " + odd, 20, "aaaa [secret]"},
		{"aaaa " + odd, 8, "aaaa [se"},
		{"aü", 2, "a"},
		{"aü", 3, "aü"},
		{"a", -1, ""},
	} {
		if got := r.Truncate(test.text, test.size); got != test.want {
			t.Errorf("%q cut to %d bytes: %q, want %q", test.text, test.size, got, test.want)
		}
	}
}

func TestBytes(t *testing.T) {
	t.Parallel()
	r := newRedactor(odd)
	text := []byte("of " + odd)
	if got, found := r.Bytes(text); !found || string(got) != "of [secret]" || string(text) != "of "+odd {
		t.Errorf("%q, %v; the argument is %q", got, found, text)
	}
	if got, found := r.Bytes(text[:3]); found || &got[0] != &text[0] {
		t.Errorf("%q, %v", got, found)
	}
}

func TestRedactor_isSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	r := newRedactor()
	var wait sync.WaitGroup
	for i := range 4 {
		wait.Go(func() {
			for j := range 50 {
				secret := fmt.Sprintf("secret number %d of %d", j, i)
				r.Add(secret)
				if got, _ := r.With(odd).String(secret + odd); got != redact.Hidden+redact.Hidden {
					t.Errorf("%q became %q", secret+odd, got)
				}
			}
		})
	}
	wait.Wait()
}
