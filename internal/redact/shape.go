package redact

import "strings"

// shownEnd is how many bytes of a secret a label shows at either end, and
// hiddenMiddle how many others there must be.
const (
	shownEnd     = 3
	hiddenMiddle = 16
)

// findShapes hides what looks like a secret in views[d].
func (s *scan) findShapes(d int) {
	for i := range s.r.shapes {
		s.work += len(s.views[d].text)
		for from, to := range s.r.shapes[i].all(s.views[d].text) {
			secret := s.views[d].text[from:to]
			switch {
			case s.learn:
				s.learned = append(s.learned, strings.Clone(secret))
			case s.views[d].deep:
				s.hide(d, from, to, Hidden)
			default:
				s.hide(d, from, to, s.r.label(secret))
			}
		}
	}
}

// all yields the beginnings and ends of the secrets of this shape in text.
func (sh *Shape) all(text string) func(yield func(from, to int) bool) {
	return func(yield func(from, to int) bool) {
		end, hex := 0, false // of the token around i, and whether it has enough hexadecimal digits
		for i := 0; ; {
			at := strings.Index(text[i:], sh.Prefix)
			if at < 0 {
				return
			}
			from := i + at
			if from+len(sh.Prefix) > end {
				end, hex = sh.token(text, from)
			}
			if !sh.matches(text, from, end, hex) {
				i = from + 1
				continue
			}
			if !yield(from, end) {
				return
			}
			i = end
		}
	}
}

// token returns the end of the token that begins at from, and whether it has
// sh.Hex hexadecimal digits in a row. If it has not, no token that begins later
// and has the same end has them either.
func (sh *Shape) token(text string, from int) (end int, hex bool) {
	end = from + len(sh.Prefix)
	for end < len(text) && isTokenOr(text[end], sh.Extra) {
		end++
	}
	run := 0
	for i := from; i < end; i++ {
		run++
		if !isHex(text[i]) {
			run = 0
		}
		hex = hex || run == sh.Hex
	}
	return end, hex
}

// matches reports whether text[from:end] is a secret of this shape.
func (sh *Shape) matches(text string, from, end int, hex bool) bool {
	word := from == 0 || !isToken(text[from-1]) || text[from-1] == '-' || text[from-1] == '_'
	if !hex && !(word && end-from >= sh.Min) {
		return false
	}
	return !isLabel(text[from+len(sh.kind(text[from:end])) : end])
}

// kind returns the beginning of a secret of this shape that may be shown.
func (sh *Shape) kind(secret string) string {
	if sh.Kind == nil {
		return sh.Prefix
	}
	if at := sh.Kind.FindStringIndex(secret); at != nil && at[0] == 0 {
		return secret[:at[1]]
	}
	return ""
}

// isLabel reports whether rest, which follows the kind of a secret, was put
// there by label.
func isLabel(rest string) bool {
	return rest == "..." || len(rest) == 2*shownEnd+3 && rest[shownEnd:shownEnd+3] == "..."
}

// label returns what is shown in place of a secret.
func (r *Redactor) label(secret string) string {
	for i := range r.shapes {
		sh := &r.shapes[i]
		if !strings.HasPrefix(secret, sh.Prefix) {
			continue
		}
		kind := sh.kind(secret)
		rest := secret[len(kind):]
		if isLabel(rest) {
			return secret
		}
		if first, last := rest[:min(shownEnd, len(rest))], rest[max(0, len(rest)-shownEnd):]; len(rest) >= 2*shownEnd+hiddenMiddle &&
			areTokens(first+last) && r.isPlain(kind+first+"..."+last) {
			return kind + first + "..." + last
		}
		if kind != "" && r.isPlain(kind+"...") {
			return kind + "..."
		}
		return Hidden
	}
	return Hidden
}

// isPlain reports whether no part of a label has the shape of a secret itself.
func (r *Redactor) isPlain(label string) bool {
	for i := range r.shapes {
		for range r.shapes[i].all(label) {
			return false
		}
	}
	return true
}

// isToken reports whether c can be part of any key.
func isToken(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

// isTokenOr reports whether c can be part of any key, or is one of extra.
func isTokenOr(c byte, extra string) bool { return isToken(c) || strings.IndexByte(extra, c) >= 0 }

func areTokens(s string) bool {
	for i := range len(s) {
		if !isToken(s[i]) {
			return false
		}
	}
	return true
}
