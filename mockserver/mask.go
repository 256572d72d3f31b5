package mockserver

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// hidden stands for a secret that has no label of its own.
const hidden = "[secret]"

// A masker hides secrets in text, by value: the strings it was told of, and
// every string with the shape of a key. It sees through JSON and percent
// escapes, and through base64 for the shapes. Its zero value knows the shapes.
type masker struct {
	prefix string   // of minted keys
	known  []string // further secrets of one exchange, none shorter than minKnown
}

// minKnown is the length of the shortest secret that is hidden wherever it
// appears. A shorter one would hide ordinary words, and is hidden only in the
// header that carries it.
const minKnown = 8

// credentialHeaders carry a secret by their meaning, whatever it looks like.
var credentialHeaders = []string{"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "X-Api-Key", "Mockgates-Admin-Token"}

// learn adds a secret to those that are hidden.
func (m *masker) learn(secret string) {
	if len(secret) >= minKnown && !slices.Contains(m.known, secret) {
		m.known = append(m.known, secret)
	}
}

// A span is a part of a text that is to be replaced.
type span struct {
	from, to int
	label    string
}

// mask returns text with a label in place of each secret, and whether there
// was one. A text without secrets is returned as it is, without a copy.
func (m *masker) mask(text string) (masked string, found bool) {
	spans := m.find(text, nil)
	if strings.ContainsAny(text, `%\`) {
		spans = m.findEscaped(text, spans)
	}
	spans = m.findBase64(text, spans)
	if len(spans) == 0 {
		return text, false
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	var out strings.Builder
	end := 0
	for _, s := range spans {
		if s.from >= end {
			out.WriteString(text[end:s.from])
			out.WriteString(s.label)
		}
		end = max(end, s.to)
	}
	out.WriteString(text[end:])
	return out.String(), true
}

// find appends the secrets that stand in text unescaped.
func (m *masker) find(text string, spans []span) []span {
	spans = findVerifiers(text, spans)
	for _, secret := range m.known {
		for i := 0; ; {
			at := strings.Index(text[i:], secret)
			if at < 0 {
				break
			}
			i += at + len(secret)
			spans = append(spans, span{i - len(secret), i, m.label(secret)})
		}
	}
	spans = m.findShape(text, "sk-", spans)
	if m.prefix != "" && !strings.HasPrefix(m.prefix, "sk-") {
		spans = m.findShape(text, m.prefix, spans)
	}
	return spans
}

// findShape appends the strings of text that begin with head and look like a
// key: they have many hex digits in a row, or begin where a word does and are
// long.
func (m *masker) findShape(text, head string, spans []span) []span {
	for i := 0; ; {
		at := strings.Index(text[i:], head)
		if at < 0 {
			return spans
		}
		from := i + at
		to := from + len(head)
		for to < len(text) && isTokenByte(text[to]) {
			to++
		}
		i = to
		token := text[from:to]
		word := from == 0 || !isTokenByte(text[from-1]) || text[from-1] == '-' || text[from-1] == '_'
		if hexRun(token) >= 32 || word && (len(token) >= 20 || strings.HasPrefix(token, managementPrefix) && token != managementPrefix) {
			spans = append(spans, span{from, to, m.label(token)})
		}
	}
}

// hexRun is the length of the longest run of hex digits in s.
func hexRun(s string) (longest int) {
	run := 0
	for i := range len(s) {
		run++
		if !isHexDigit(s[i]) {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

// isTokenByte reports whether c can be part of a key.
func isTokenByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

// shownHead matches the part of a key that says what kind of key it is.
var shownHead = regexp.MustCompile(`^sk-(mg-mgmt-|[a-z]+-v[0-9]+-)?`)

// label is what a reader sees of a secret: for a key its kind, and the first
// and last three characters if there are enough others; else nothing.
func (m *masker) label(secret string) string {
	head := m.prefix
	if head == "" || !strings.HasPrefix(secret, head) {
		head = shownHead.FindString(secret)
	}
	rest := secret[len(head):]
	switch {
	case head == "":
		return hidden
	case len(rest) < 16:
		return head + "..."
	}
	return head + rest[:3] + "..." + rest[len(rest)-3:]
}

// header returns h with its secrets masked. What h holds is not changed.
func (m *masker) header(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		copied := false
		for i, v := range values {
			masked, found := m.mask(v)
			if slices.Contains(credentialHeaders, name) {
				masked, found = m.credential(v), true
			}
			if found && !copied {
				values, copied = slices.Clone(values), true
			}
			if found {
				values[i] = masked
			}
		}
		out[name] = values
	}
	return out
}

// credential masks the value of a header that carries a secret: what follows
// the scheme, or all of it.
func (m *masker) credential(value string) string {
	scheme, secret, ok := strings.Cut(value, " ")
	if !ok {
		return m.label(value)
	}
	return scheme + " " + m.label(strings.TrimSpace(secret))
}

// verifierJSON and verifierForm find the value of code_verifier in JSON, well
// formed or not, and in a query or a form.
var (
	verifierJSON = regexp.MustCompile(`"code_verifier"\s*:\s*"((?:[^"\\]|\\.)*)`)
	verifierForm = regexp.MustCompile(`(?:^|[&?])code_verifier=([^&\s]*)`)
)

// findVerifiers appends the code verifiers of text, however short.
func findVerifiers(text string, spans []span) []span {
	if !strings.Contains(text, "code_verifier") {
		return spans
	}
	for _, form := range []*regexp.Regexp{verifierJSON, verifierForm} {
		for _, at := range form.FindAllStringSubmatchIndex(text, -1) {
			if at[2] < at[3] {
				spans = append(spans, span{at[2], at[3], hidden})
			}
		}
	}
	return spans
}

// learnVerifiers learns the code verifiers of a body or a query, to hide them
// where they appear without their name.
func (m *masker) learnVerifiers(text string) {
	plain := text
	for range 3 {
		for _, s := range findVerifiers(plain, nil) {
			verifier, _ := unescape(plain[s.from:s.to])
			m.learn(verifier)
		}
		next, _ := unescape(plain)
		if len(next) == len(plain) {
			return
		}
		plain = next
	}
}

func isHexDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
