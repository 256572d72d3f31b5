package scenarios

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

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

// lineBreaks removes line breaks, and those in strings of JSON.
var lineBreaks = strings.NewReplacer("\r", "", "\n", "", `\r`, "", `\n`, "")

// hide returns text without secrets. A text that shows one when its lines are joined,
// such as base64 in lines, is returned on one line.
func (t *target) hide(text string) string {
	text, _ = t.secrets.String(text)
	if joined := lineBreaks.Replace(text); len(strings.TrimSpace(joined)) < len(strings.TrimSpace(text)) {
		if joined, found := t.secrets.String(joined); found {
			return joined
		}
	}
	return text
}

// addSecretsOf registers the secrets in a response body, so that they are hidden
// in other places too.
func (t *target) addSecretsOf(body []byte) {
	t.secrets.Add(t.secrets.Secrets(string(body))...)
}

// withoutSecrets returns a copy of a scenario without the secrets that are known so
// far.
func (t *target) withoutSecrets(s report.Scenario) report.Scenario {
	s.Failures, s.Exchanges = slices.Clone(s.Failures), slices.Clone(s.Exchanges)
	t.redact(&s)
	return s
}

// redact replaces secrets in every text of a scenario that can hold one.
func (t *target) redact(s *report.Scenario) {
	s.Reason = t.cut(s.Reason)
	if s.Text = t.hide(s.Text); len(s.Text) > maxScript {
		s.Text = "" // part of a script is no script
	}
	for i := range s.Failures {
		f := &s.Failures[i]
		for _, text := range []*string{&f.Source, &f.Phase, &f.Text, &f.Want, &f.Got, &f.Detail} {
			*text = t.cut(*text)
		}
	}
	for i := range s.Exchanges {
		x := &s.Exchanges[i]
		x.Path, x.Broken = t.cut(x.Path), t.cut(x.Broken)
		x.RequestBody, x.ResponseBody = report.Body(t.hide(string(x.RequestBody))), report.Body(t.hide(string(x.ResponseBody)))
		x.RequestHeader, x.ResponseHeader = t.cutHeader(x.RequestHeader), t.cutHeader(x.ResponseHeader)
		x.Findings = slices.Clone(x.Findings)
		for j := range x.Findings {
			f := &x.Findings[j] // holds nothing of a body; this is a second defence
			f.Where, f.Want, f.Got = t.cut(f.Where), t.cut(f.Want), t.cut(f.Got)
		}
	}
}

// cut returns a text without secrets. Of a text longer than maxReported bytes it
// keeps the beginning.
func (t *target) cut(text string) string {
	if len(text) > maxReported {
		return fmt.Sprintf("%s… (%d bytes)", t.secrets.Truncate(text, maxReported), len(text))
	}
	return t.hide(text)
}

// cutHeader returns a header without secrets. Of a header longer than maxReported
// bytes it keeps the first fields, in the order of their names.
func (t *target) cutHeader(h http.Header) http.Header {
	if h == nil {
		return nil
	}
	h = t.secrets.Header(h)
	kept, left := http.Header{}, maxReported
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			if left -= len(name) + len(value); left < 0 {
				return kept
			}
			kept[name] = append(kept[name], value)
		}
	}
	return kept
}
