package scenarios

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/contract"
)

// FuzzRedact checks that a secret does not survive in a text that contains it as
// it is, or encoded.
func FuzzRedact(f *testing.F) {
	f.Add("sk-mg-v1-fa4e0123", "before ", " after")
	f.Add(`quo"ted\secret`, `{"a":"`, `"}`)
	f.Add("spaces and ümläuts", "?a=", "&b")
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		if len(secret) < shortestSecret || strings.Contains(redacted, secret) || strings.Contains(secret, redacted) {
			t.Skip()
		}
		r := &redactor{}
		r.add(secret)
		for _, text := range []string{
			before + secret + after,
			fmt.Sprintf("%s%q", "", escapeJSON(secret)) + after,
			base64.StdEncoding.EncodeToString([]byte(secret)),
			base64.URLEncoding.EncodeToString([]byte(before + secret + after)),
		} {
			got := r.redact(text)
			if strings.Contains(got, secret) && !strings.Contains(before+redacted+after, secret) {
				t.Errorf("redact(%q) = %q, which contains the secret", text, got)
			}
		}
		encoded := base64.RawStdEncoding.EncodeToString([]byte(before + secret + after))
		from, to := (len(before)*8+5)/6, (len(before)+len(secret))*8/6
		if middle := encoded[from:to]; strings.Contains(r.redact(encoded), middle) && len(middle) > len(redacted) {
			t.Errorf("%q in base64 still contains %q", before+secret+after, middle)
		}
	})
}

func TestRedactingWriter_secretInPieces(t *testing.T) {
	t.Parallel()
	r := &redactor{}
	r.add("sk-mg-v1-fa4e0123", "short")
	var out strings.Builder
	w := r.writer(&out)
	for _, piece := range []string{"a short key sk-mg-v1-", "fa4e0123 in pieces\nand sk-mg", "-v1-fa4e0123"} {
		if n, err := w.Write([]byte(piece)); n != len(piece) || err != nil {
			t.Fatal(n, err)
		}
	}
	if err := w.flush(); err != nil {
		t.Fatal(err)
	}
	if want := "a short key [secret] in pieces\nand [secret]"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

func TestRedactor_addFromBody(t *testing.T) {
	t.Parallel()
	const beside, inside = "sk-or-v1-of-another-shape", "sk-mg-v1-fa4e0123456789abcdef"
	r := &redactor{}
	r.addFromBody([]byte(`{"key":"` + beside + `","data":{"name":"` + inside + `"}}`))
	r.addFromBody([]byte("no JSON, but " + inside + "0"))
	for _, secret := range []string{beside, inside, inside + "0"} {
		if got := r.redact("<" + secret + ">"); got != "<"+redacted+">" {
			t.Errorf("%q is redacted to %q", secret, got)
		}
	}
}

func TestScenarioRedact_findings(t *testing.T) {
	t.Parallel()
	s := Scenario{Exchanges: []Exchange{{Findings: []contract.Finding{{Where: "/a", Want: "b", Got: "secret"}}}}}
	s.redact(func(text string) string { return strings.ReplaceAll(text, "secret", redacted) })
	if got := s.Exchanges[0].Findings[0].Got; got != redacted {
		t.Errorf("%q", got)
	}
}
