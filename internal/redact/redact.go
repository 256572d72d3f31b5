package redact

import (
	"math"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	// Hidden stands for a secret that has no label of its own.
	Hidden = "[secret]"

	// Unexamined stands for a text that is too deeply encoded to be examined.
	Unexamined = "[not examined: too deeply encoded]"

	// MinLength is the length in bytes of the shortest known secret that is
	// hidden wherever it stands.
	MinLength = 8

	// MaxDepth is how many encodings of a secret, one in another, are seen
	// through.
	MaxDepth = 4
)

// A Config says what is secret whatever its value. Its zero value names the
// credential headers of HTTP only.
type Config struct {
	Shapes  []Shape  // what keys look like; of several that fit, the first gives the label
	Fields  []string // names of JSON members, query parameters and form fields with secret values; case matters
	Headers []string // names of credential headers beside Authorization, Proxy-Authorization, Cookie and Set-Cookie
}

// A Shape describes a kind of secret by what it begins with. The secret goes on
// for as long as there are ASCII letters, digits, '-', '_' or bytes of Extra.
//
// It is hidden if it is at least Min bytes long and begins a word: at the start
// or after any byte but a letter or a digit. It is also hidden, wherever it begins, if
// it has at least Hex hexadecimal digits in a row.
type Shape struct {
	Prefix string         // what every such secret begins with; not empty
	Kind   *regexp.Regexp // matches the beginning that tells the kind and may be shown; nil means Prefix
	Min    int            // bytes, Prefix included; 0 means 20
	Hex    int            // hexadecimal digits; 0 means 32
	Extra  string         // further bytes that the secret can hold, such as "./"
}

// A Redactor removes secrets from text. It is safe for concurrent use.
type Redactor struct {
	shapes  []Shape
	fields  []string
	headers []string // canonical
	sieve   *sieve   // of shapes and fields
	known   *store   // shared with the redactors that With returns
	local   *patterns
}

// New returns a Redactor that knows no secret by value. Shapes without a prefix
// and empty names are left out.
func New(c Config) *Redactor {
	r := &Redactor{known: &store{}, local: &patterns{}}
	for _, s := range c.Shapes {
		if s.Prefix == "" {
			continue
		}
		if s.Min == 0 {
			s.Min = 20
		}
		if s.Hex == 0 {
			s.Hex = 32
		}
		r.shapes = append(r.shapes, s)
	}
	for _, f := range c.Fields {
		if f != "" {
			r.fields = append(r.fields, f)
		}
	}
	for _, h := range append([]string{"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"}, c.Headers...) {
		r.headers = append(r.headers, http.CanonicalHeaderKey(h))
	}
	r.sieve = newSieve(r.shapes, r.fields)
	return r
}

// Add makes secrets known, to r and to every Redactor derived from it or that
// it was derived from. Empty ones are left out. Adding is cheap: the secrets
// are prepared when the next text is redacted.
func (r *Redactor) Add(secrets ...string) { r.known.add(secrets) }

// With returns a Redactor that knows the given secrets and those of r. It is
// meant for the secrets of one request; r does not learn them.
func (r *Redactor) With(secrets ...string) *Redactor {
	derived := *r
	derived.local = r.local.with(secrets)
	return &derived
}

// String returns text without its secrets, and whether it had any. A text
// without secrets is returned as it is, without a copy.
func (r *Redactor) String(text string) (redacted string, found bool) {
	redacted, found, _ = r.redact(text)
	return redacted, found
}

// Bytes is [Redactor.String] for bytes. The result may share memory with text,
// which is not changed.
func (r *Redactor) Bytes(text []byte) (redacted []byte, found bool) {
	s, found := r.String(string(text))
	if !found {
		return text, false
	}
	return []byte(s), true
}

// Truncate redacts the whole of text and cuts the outcome to at most size
// bytes, at the end of a character.
func (r *Redactor) Truncate(text string, size int) string {
	text, _ = r.String(text)
	if len(text) <= size {
		return text
	}
	size = max(size, 0)
	for size > 0 && !utf8.RuneStart(text[size]) {
		size--
	}
	return text[:size]
}

// Secrets returns the secrets that text shows by shape or field, decoded, each
// once. Give them to With or Add, so that they are hidden without their field
// or in the middle of a word too.
func (r *Redactor) Secrets(text string) []string {
	if r.sieve.passes(text) {
		return nil
	}
	s := scan{r: r, learn: true}
	s.run(text)
	slices.Sort(s.learned)
	return slices.Compact(s.learned)
}

// passes reports whether there is nothing to redact in text, as the sieve does, known
// secrets included.
func (r *Redactor) passes(text string) bool {
	for _, p := range []*patterns{r.known.load(), r.local} {
		if p.binary || len(p.autos) > 0 {
			return false
		}
		for _, secret := range p.few {
			if strings.Contains(text, secret) {
				return false
			}
		}
	}
	return r.sieve.passes(text)
}

// maxRounds is how often a text is examined at most. Removing a part of
// an encoded text can change what the rest decodes to, so the outcome is examined
// again.
const maxRounds = 4

// redact also returns the work done: how many bytes were looked at, each counted as
// often as it was looked at.
func (r *Redactor) redact(text string) (redacted string, found bool, work int) {
	if len(text) > math.MaxInt32 {
		return Unexamined, true, 0
	}
	if r.passes(text) {
		return text, false, len(text)
	}
	for range maxRounds {
		s := scan{r: r}
		s.run(text)
		work += s.work
		if s.over {
			return Unexamined, true, work
		}
		if len(s.spans) == 0 {
			return text, found, work
		}
		var changed bool
		text, changed = replace(text, s.spans)
		found = found || changed
		if !changed || !s.decoded {
			return text, found, work
		}
	}
	return Unexamined, true, work
}
