package scenarios

import (
	"regexp"
	"slices"

	"github.com/mockgates/mockgates/internal/redact"
	"github.com/mockgates/mockgates/scenarios/report"
)

// keyKind matches the part of a key that its label shows.
var keyKind = regexp.MustCompile(`^sk-[a-z]+-v[0-9]+-`)

// newRedactor returns the redactor of a run. It hides what looks like a key of
// the API or its family, the member key of a JSON body, and every secret that is
// added to it.
func newRedactor() *redact.Redactor {
	return redact.New(redact.Config{
		Shapes: []redact.Shape{{Prefix: "sk-", Kind: keyKind, Hex: 16}},
		Fields: []string{"key"},
	})
}

// hide returns text without secrets.
func (t *target) hide(text string) string {
	text, _ = t.secrets.String(text)
	return text
}

// addSecretsOf registers the secrets in a response body, so that they are hidden
// in other places too.
func (t *target) addSecretsOf(body []byte) {
	t.secrets.Add(t.secrets.Secrets(string(body))...)
}

// redact replaces secrets in every text of a scenario that can hold one.
func (t *target) redact(s *report.Scenario) {
	s.Reason = t.hide(s.Reason)
	for i := range s.Failures {
		f := &s.Failures[i]
		for _, text := range []*string{&f.Source, &f.Phase, &f.Text, &f.Want, &f.Got, &f.Detail} {
			*text = t.hide(*text)
		}
	}
	for i := range s.Exchanges {
		x := &s.Exchanges[i]
		x.Path, x.RequestBody, x.ResponseBody = t.hide(x.Path), t.hide(x.RequestBody), t.hide(x.ResponseBody)
		x.RequestHeader, x.ResponseHeader = t.secrets.Header(x.RequestHeader), t.secrets.Header(x.ResponseHeader)
		x.Findings = slices.Clone(x.Findings)
		for j := range x.Findings {
			f := &x.Findings[j] // holds nothing of a body; this is a second defence
			f.Where, f.Want, f.Got = t.hide(f.Where), t.hide(f.Want), t.hide(f.Got)
		}
	}
}
