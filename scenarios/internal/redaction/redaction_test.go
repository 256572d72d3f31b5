package redaction

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/scenarios/report"
)

func TestSecrets_addFromABody(t *testing.T) {
	t.Parallel()
	const besideData, insideData = "sk-or-v1-of-another-family", "sk-mg-v1-fa4e0123456789abcdef0123456789abcdef"
	secrets := New()
	secrets.AddFrom([]byte(`{"key":"` + besideData + `","data":{"name":"` + insideData + `"}}`))
	secrets.AddFrom([]byte("not JSON, but " + insideData + "0"))
	for _, secret := range []string{besideData, insideData, insideData + "0"} {
		if got := secrets.Hide("x" + secret + "x"); strings.Contains(got, secret) {
			t.Errorf("%q is redacted to %q", secret, got)
		}
	}
}

func TestSecrets_redactFindings(t *testing.T) {
	t.Parallel()
	secrets := New()
	secrets.Add("a secret of the run")
	s := report.Scenario{Exchanges: []report.Exchange{{Findings: []finding.Finding{{Where: "/a", Want: "b", Got: "a secret of the run"}}}}}
	secrets.RemoveFrom(&s)
	if got := s.Exchanges[0].Findings[0].Got; strings.Contains(got, "secret of") {
		t.Errorf("a finding holds %q", got)
	}
}

func TestSecrets_redactLongBodies(t *testing.T) {
	t.Parallel()
	const secret = "a secret of the run"
	secrets := New()
	secrets.Add(secret)
	if got, size := secrets.Body([]byte("short")); got != "short" || size != 0 {
		t.Errorf("got %q, %d, want the whole body", got, size)
	}
	long := strings.Repeat(".", MaxText-len(secret)/2) + secret
	got, size := secrets.Body([]byte(long))
	if size != len(long) || len(got) > MaxText || strings.Contains(string(got), secret[:4]) {
		t.Errorf("got a body that ends in %q and the size %d, want the beginning, the size %d and no part of the secret", got[len(got)-40:], size, len(long))
	}
}

func TestSecrets_cutsLongTextsAndHeaders(t *testing.T) {
	t.Parallel()
	secrets := New()
	if got, want := secrets.cut(strings.Repeat("a", MaxText+1)), strings.Repeat("a", MaxText)+"… (65537 bytes)"; got != want {
		t.Errorf("a long text ends in %q, want %q", got[len(got)-20:], want[len(want)-20:])
	}
	h := http.Header{"A": {"1", "2"}, "B": {strings.Repeat("b", MaxText)}, "C": {"3"}}
	if diff := cmp.Diff(http.Header{"A": {"1", "2"}}, secrets.cutHeader(h)); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
}

// TestSecrets_hideAKeyInLines holds that no digits of a key stay behind where it is broken into
// lines, and that what follows a key is not taken for a part of it.
func TestSecrets_hideAKeyInLines(t *testing.T) {
	t.Parallel()
	const digits = "0123456789abcdef0123456789abcdef"
	for name, text := range map[string]string{
		"two lines":    "sk-mg-v1-" + digits + "\n" + digits,
		"three lines":  "sk-mg-v1-" + digits + "\r\n" + digits + "\r\n" + digits,
		"escapes":      `{"a":"sk-mg-v1-` + digits + `\n` + digits + `"}`,
		"a short part": "sk-mg-v1-01234567\n" + digits,
	} {
		if got := New().Hide("before " + text + " after"); strings.Contains(got, digits[3:len(digits)-3]) || !strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " after") {
			t.Errorf("%s: %q", name, got)
		}
	}
	const follows = "sk-mg-v1-" + digits + "\nstatus 200\nabcdef0\n"
	if got, want := New().Hide(follows), "sk-mg-v1-012...def\nstatus 200\nabcdef0\n"; got != want {
		t.Errorf("%q; want %q", got, want)
	}
}
