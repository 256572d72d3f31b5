package redact

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// maxFew is how many secrets are searched for one by one. More are matched by
// an automaton.
const maxFew = 8

// A store holds the secrets that a Redactor and those derived from it share.
type store struct {
	mu      sync.Mutex // guards the two below, and storing to current
	seen    map[string]struct{}
	fresh   []string // added, and not in current
	dirty   atomic.Bool
	current atomic.Pointer[patterns]
}

// add adds secrets to those that the next load returns.
func (s *store) add(secrets []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range secrets {
		if _, ok := s.seen[secret]; ok || secret == "" {
			continue
		}
		if s.seen == nil {
			s.seen = map[string]struct{}{}
		}
		s.seen[secret] = struct{}{}
		s.fresh = append(s.fresh, secret)
		s.dirty.Store(true)
	}
}

// noPatterns is what a store without secrets holds.
var noPatterns = &patterns{}

// load returns the secrets added so far.
func (s *store) load() *patterns {
	if s.dirty.Load() {
		s.mu.Lock()
		if len(s.fresh) > 0 {
			s.current.Store(s.currentOrNone().with(s.fresh))
			s.fresh = nil
		}
		s.dirty.Store(false)
		s.mu.Unlock()
	}
	return s.currentOrNone()
}

func (s *store) currentOrNone() *patterns {
	if p := s.current.Load(); p != nil {
		return p
	}
	return noPatterns
}

// Patterns are secrets to search for by value. They do not change.
//
// The automatons grow as the digits of a binary counter do: each is smaller
// than the one before, and one is rebuilt only together with those after it.
// So there are few of them, and a secret takes part in few rebuilds.
type patterns struct {
	few    []string     // searched for one by one; at most maxFew
	autos  []*automaton // largest first
	binary bool         // some secret has bytes that are not printable ASCII
}

// with returns the patterns and further secrets.
func (p *patterns) with(secrets []string) *patterns {
	more := &patterns{few: slices.Grow(slices.Clip(p.few), min(len(secrets), maxFew)), autos: p.autos, binary: p.binary}
	var many []string
	add := func(secret string) {
		switch {
		case secret == "" || secret == Hidden:
		case len(more.few) == maxFew || strings.ContainsAny(secret, " +"):
			many = append(many, secret)
		case !slices.Contains(more.few, secret):
			more.few = append(more.few, secret)
		}
	}
	for _, secret := range secrets {
		more.binary = more.binary || !printable(secret)
		add(secret)
		if !strings.Contains(secret, "\n") {
			continue
		}
		// A secret of several lines is also hidden line by line, because output
		// is redacted by the line.
		for line := range strings.Lines(secret) {
			if line = strings.TrimRight(line, "\r\n"); len(line) >= MinLength {
				add(line)
			}
		}
	}
	if len(many) == 0 {
		return more
	}
	if len(more.few) == maxFew {
		many, more.few = append(many, more.few...), nil
	}
	more.autos = merge(more.autos, many)
	return more
}

// merge returns the automatons and one for more secrets, which takes the place
// of those that are no larger.
func merge(autos []*automaton, secrets []string) []*automaton {
	size := 0
	for _, s := range secrets {
		size += len(s)
	}
	n := len(autos)
	for n > 0 && autos[n-1].size <= size {
		n--
		size += autos[n].size
		secrets = append(secrets, autos[n].secrets...)
	}
	return append(slices.Clone(autos[:n]), newAutomaton(secrets, size))
}

// printable reports whether all of s is printable ASCII text.
func printable(s string) bool {
	for i := range len(s) {
		if !isPrintable(s[i]) {
			return false
		}
	}
	return true
}

// findKnown hides the secrets in views[d] that are known by value.
func (s *scan) findKnown(d int, p *patterns) {
	for _, secret := range p.few {
		s.findOne(d, secret)
	}
	for _, a := range p.autos {
		s.match(d, a)
	}
}

// findOne hides a secret in views[d].
func (s *scan) findOne(d int, secret string) {
	text := s.views[d].text
	s.work += len(text)
	first := strings.Index(text, secret)
	if first < 0 {
		return
	}
	// Occurrences can overlap. From the first one on they are found by the
	// algorithm of Knuth, Morris and Pratt, which is linear even so.
	s.work += len(text) - first + len(secret)
	borders := borders(secret)
	label := s.r.label(secret)
	for i, n := first, 0; i < len(text); i++ {
		for n > 0 && (n == len(secret) || secret[n] != text[i]) {
			n = borders[n-1]
		}
		if secret[n] == text[i] {
			n++
		}
		if n == len(secret) {
			s.hideKnown(d, i+1-n, i+1, label)
		}
	}
}

// borders returns, for each beginning of s, the length of the longest shorter
// string that it both begins and ends with.
func borders(s string) []int {
	out := make([]int, len(s))
	for i, n := 1, 0; i < len(s); i++ {
		for n > 0 && s[i] != s[n] {
			n = out[n-1]
		}
		if s[i] == s[n] {
			n++
		}
		out[i] = n
	}
	return out
}

// hideKnown hides a known secret in views[d], a short one only if it is a whole
// value. It reports whether it did.
func (s *scan) hideKnown(d, from, to int, label string) bool {
	if to-from < MinLength {
		if s.views[d].deep || !isValue(s.views[d].text, from, to) {
			return false
		}
		label = Hidden
	}
	if s.views[d].deep {
		label = Hidden
	}
	s.hide(d, from, to, label)
	return true
}

// isValue reports whether text[from:to] is a whole value, as the package
// documentation defines it.
func isValue(text string, from, to int) bool {
	before, after := byte(0), byte(0) // 0 for the ends of the text
	if from > 0 {
		before = text[from-1]
	}
	if to < len(text) {
		after = text[to]
	}
	switch before {
	case 0:
		return after == 0
	case '=':
		return after == 0 || strings.IndexByte("&;,#\"' \t\r\n", after) >= 0
	case '"', '\'':
		return after == before && !isMemberName(text[to+1:])
	case '/':
		return (after == 0 || strings.IndexByte("/?#\"' \t\r\n", after) >= 0) && !isLowerCase(text[from:to])
	case ':', ' ', '\t':
		end := after == 0 || strings.IndexByte("&;,#\"'\\@ \t\r\n", after) >= 0
		return end && (before == ':' || followsName(text[:from-1]))
	}
	return false
}

// isMemberName reports whether what follows a quoted string makes it the name
// of a JSON member.
func isMemberName(rest string) bool {
	for i := range min(len(rest), 64) {
		switch rest[i] {
		case ' ', '\t', '\r', '\n':
		default:
			return rest[i] == ':'
		}
	}
	return false
}

// followsName reports whether text ends with a colon or an authentication
// scheme.
func followsName(text string) bool {
	if strings.HasSuffix(text, ":") {
		return true
	}
	from := len(text)
	for from > 0 && isToken(text[from-1]) && len(text)-from <= maxScheme {
		from--
	}
	return isScheme(text[from:])
}

func isLowerCase(s string) bool {
	for i := range len(s) {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
	}
	return true
}
