package scenarios

import (
	"strings"
	"testing"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/scenarios/report"
)

func TestTarget_addSecretsOf(t *testing.T) {
	t.Parallel()
	const besideData, insideData = "sk-or-v1-of-another-family", "sk-mg-v1-fa4e0123456789abcdef0123456789abcdef"
	tgt := &target{secrets: newRedactor()}
	tgt.addSecretsOf([]byte(`{"key":"` + besideData + `","data":{"name":"` + insideData + `"}}`))
	tgt.addSecretsOf([]byte("not JSON, but " + insideData + "0"))
	for _, secret := range []string{besideData, insideData, insideData + "0"} {
		if got := tgt.hide("x" + secret + "x"); strings.Contains(got, secret) {
			t.Errorf("%q is redacted to %q", secret, got)
		}
	}
}

func TestTarget_redactFindings(t *testing.T) {
	t.Parallel()
	tgt := &target{secrets: newRedactor()}
	tgt.secrets.Add("a secret of the run")
	s := report.Scenario{Exchanges: []report.Exchange{{Findings: []contract.Finding{{Where: "/a", Want: "b", Got: "a secret of the run"}}}}}
	tgt.redact(&s)
	if got := s.Exchanges[0].Findings[0].Got; strings.Contains(got, "secret of") {
		t.Errorf("a finding holds %q", got)
	}
}

func TestTarget_redactLongBodies(t *testing.T) {
	t.Parallel()
	const secret = "a secret of the run"
	ses := &session{target: &target{secrets: newRedactor()}}
	ses.secrets.Add(secret)
	if got := ses.truncate([]byte("short")); got != "short" {
		t.Errorf("got %q, want the whole body", got)
	}
	long := strings.Repeat(".", maxReportedBody-len(secret)/2) + secret
	got := ses.truncate([]byte(long))
	if !strings.HasSuffix(got, " bytes)") || strings.Contains(got, secret[:4]) {
		t.Errorf("got a body that ends in %q, want its size and no part of the secret", got[len(got)-40:])
	}
}
