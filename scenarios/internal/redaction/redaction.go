package redaction

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

// The bounds of what a report keeps, in bytes.
const (
	MaxText   = 64 << 10 // of a body, of the header of a message, and of any other text
	maxScript = 1 << 20  // of the text of a scenario
)

// keyKind matches the part of a key that its label shows.
var keyKind = regexp.MustCompile(`^sk-[a-z]+-v[0-9]+-`)

// Secrets hides the secrets of a run: what looks like a key of the API or its family, the
// member key of a JSON body, and every secret that is added. It is safe for concurrent
// use.
type Secrets struct{ *redact.Redactor }

// New returns Secrets to which no secret has been added.
func New() *Secrets {
	return &Secrets{redact.New(redact.Config{
		Shapes: []redact.Shape{{Prefix: "sk-", Kind: keyKind, Hex: 16}},
		Fields: []string{"key"},
	})}
}

// lineBreaks removes line breaks, and those in strings of JSON.
var lineBreaks = strings.NewReplacer("\r", "", "\n", "", `\r`, "", `\n`, "")

// splitKey matches a key with line breaks in it, if the part before the first one could be taken
// for a whole key.
var splitKey = regexp.MustCompile(`sk-[A-Za-z0-9_-]+(?:(?:\\[rn]|[\r\n])+[0-9A-Fa-f]{8,})+`)

// Hide returns text without secrets. If a secret appears only when the lines are joined,
// such as base64 in lines, the text is returned on one line.
func (r *Secrets) Hide(text string) string {
	text = splitKey.ReplaceAllStringFunc(text, lineBreaks.Replace)
	text, _ = r.Redactor.String(text)
	if joined := lineBreaks.Replace(text); len(strings.TrimSpace(joined)) < len(strings.TrimSpace(text)) {
		if joined, found := r.Redactor.String(joined); found {
			return joined
		}
	}
	return text
}

// AddFrom registers the secrets in a response body, so that they are hidden
// in other places too.
func (r *Secrets) AddFrom(body []byte) {
	r.Add(r.Redactor.Secrets(string(body))...)
}

// Without returns a copy of a scenario without the secrets that are known so far.
func (r *Secrets) Without(s report.Scenario) report.Scenario {
	s.Failures, s.Exchanges = slices.Clone(s.Failures), slices.Clone(s.Exchanges)
	r.RemoveFrom(&s)
	return s
}

// RemoveFrom replaces secrets in every text of a scenario that can hold one.
func (r *Secrets) RemoveFrom(s *report.Scenario) {
	s.Name, s.World, s.Reason = r.cut(s.Name), r.cut(s.World), r.cut(s.Reason)
	s.Notes = slices.Clone(s.Notes)
	for i := range s.Notes {
		s.Notes[i] = r.cut(s.Notes[i])
	}
	if s.Text = r.Hide(s.Text); len(s.Text) > maxScript {
		s.Text = "" // a part could not be played
	}
	for i := range s.Failures {
		f := &s.Failures[i]
		for _, text := range []*string{&f.Source, &f.Phase, &f.Text, &f.Want, &f.Got, &f.Detail} {
			*text = r.cut(*text)
		}
		if f.Scenario = report.Body(r.Hide(string(f.Scenario))); len(f.Scenario) > maxScript {
			f.Scenario = ""
		}
	}
	for i := range s.Exchanges {
		x := &s.Exchanges[i]
		x.Path, x.Broken, x.Credential = r.cut(x.Path), r.cut(x.Broken), r.cut(x.Credential)
		x.RequestBody, x.ResponseBody = report.Body(r.Hide(string(x.RequestBody))), report.Body(r.Hide(string(x.ResponseBody)))
		x.RequestHeader, x.ResponseHeader = r.cutHeader(x.RequestHeader), r.cutHeader(x.ResponseHeader)
		x.Findings = slices.Clone(x.Findings)
		for j := range x.Findings {
			f := &x.Findings[j] // contains no text of a body; this is a second defence
			f.Where, f.Want, f.Got = r.cut(f.Where), r.cut(f.Want), r.cut(f.Got)
		}
	}
}

// cut returns a text without secrets. Of a text longer than MaxText bytes it
// keeps the beginning.
func (r *Secrets) cut(text string) string {
	if len(text) > MaxText {
		return fmt.Sprintf("%s… (%d bytes)", r.Redactor.Truncate(text, MaxText), len(text))
	}
	return r.Hide(text)
}

// cutHeader returns a header without secrets. Of a header longer than MaxText
// bytes it keeps the first fields, in the order of their names.
func (r *Secrets) cutHeader(h http.Header) http.Header {
	if h == nil {
		return nil
	}
	h = r.Redactor.Header(h)
	kept, left := http.Header{}, MaxText
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

// Body returns the part of a body that a report keeps, and the size of the whole body if
// it was cut. Secrets are removed before it is cut, since half a secret would not be
// recognised.
func (r *Secrets) Body(body []byte) (kept report.Body, size int) {
	if len(body) > MaxText {
		return report.Body(r.Truncate(string(body), MaxText)), len(body)
	}
	return report.Body(body), 0
}
