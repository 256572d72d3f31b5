package redact

import "strings"

// findFields hides the values of named fields in views[d].
func (s *scan) findFields(d int) {
	text := s.views[d].text
	for _, name := range s.r.fields {
		s.work += len(text)
		for i := 0; ; {
			at := strings.Index(text[i:], name)
			if at < 0 {
				break
			}
			from := i + at
			i = from + len(name)
			if from == 0 || !isToken(text[from-1]) {
				i = s.field(d, from, i)
			}
		}
	}
}

// field hides the value of the field whose name is text[from:end], and returns
// where the search continues. A name without quotes or an equals sign is
// just a word.
func (s *scan) field(d, from, end int) int {
	text := s.views[d].text
	if end == len(text) {
		return end
	}
	switch c := text[end]; {
	case c == '=':
		if s.views[d].unchanged(from-1, end+1) {
			return end
		}
		to := s.formEnd(d, end)
		s.hideValue(d, end+1, to)
		return to
	case (c == '"' || c == '\'') && from > 0 && text[from-1] == c:
		colon := skipSpace(text, end+1)
		if colon == len(text) || text[colon] != ':' {
			return end
		}
		i := skipSpace(text, colon+1)
		if s.views[d].unchanged(from-1, i+1) {
			return end
		}
		return s.jsonValue(d, i)
	}
	return end
}

// unchanged reports whether the bytes [from, to) of the view were the same in
// the view before, where the field was found then, with the escapes of its value
// still in place.
func (v *view) unchanged(from, to int) bool {
	from, to = max(from, 0), min(to, len(v.text))
	return v.at != nil && int(v.at[to]-v.at[from]) == to-from
}

// jsonValue hides the strings and numbers of the JSON value that begins at i,
// and returns its end. A value without an end extends to the end of the text.
func (s *scan) jsonValue(d, i int) int {
	text := s.views[d].text
	nesting := 0
	for i < len(text) {
		if strings.HasPrefix(text[i:], Hidden) {
			return i + len(Hidden) // not an array: it was put there
		}
		switch c := text[i]; c {
		case '"', '\'':
			to := s.stringEnd(d, i)
			s.hideValue(d, i+1, to)
			i = min(to+1, len(text))
		case '[', '{':
			nesting++
			i++
		case ']', '}':
			nesting--
			i++
		case ' ', '\t', '\r', '\n', ',', ':':
			i++
		default:
			i = s.jsonWord(d, i)
		}
		if nesting <= 0 {
			break
		}
	}
	return i
}

// jsonWord hides a number, or any other value without quotes, and returns its end. In
// the text itself the label has quotes, so that JSON stays JSON. In a text that was
// encoded they would end the string around it.
func (s *scan) jsonWord(d, from int) int {
	text := s.views[d].text
	to := from
	for to < len(text) && strings.IndexByte(",:[]{}\"' \t\r\n", text[to]) < 0 {
		to++
	}
	switch word := text[from:to]; word {
	case "null", "true", "false":
	default:
		label := Hidden
		if d == 0 {
			label = `"` + Hidden + `"`
		}
		s.hide(d, from, to, label)
		s.learnValue(word)
	}
	return to
}

// stringEnd returns the index of the quote that ends the string that begins at i, or
// the end of the text.
//
// In a view that was decoded, a quote that was escaped does not end a string
// that began with one that was not, and vice versa.
func (s *scan) stringEnd(d, i int) int {
	v := &s.views[d]
	text, quote, escaped := v.text, v.text[i], v.escaped(i)
	for i++; i < len(text); i++ {
		switch {
		case text[i] == quote && v.escaped(i) == escaped:
			return i
		case text[i] == '\\' && (escaped || v.from != escape):
			i++ // the escapes of this string are still in place
		}
	}
	return len(text)
}

// formEnd returns the end of the value of a query parameter or form field, whose
// equals sign is at i. Inside of JSON it ends with the string at the latest.
func (s *scan) formEnd(d, i int) int {
	v := &s.views[d]
	text, escaped := v.text, v.escaped(i)
	start := skipSpace(text, 0)
	isJSON := start < len(text) && strings.IndexByte(`{["`, text[start]) >= 0
	for i++; i < len(text); i++ {
		if v.from == percent && !escaped && v.escaped(i) {
			continue // part of the value
		}
		switch text[i] {
		case '&', ' ', '\t', '\r', '\n':
			return i
		case '"':
			if isJSON {
				return i
			}
		case '\\':
			if isJSON && i+1 < len(text) && (text[i+1] == '"' || text[i+1] == '\\') {
				return i
			}
		}
	}
	return i
}

// hideValue hides the value of a field.
func (s *scan) hideValue(d, from, to int) {
	s.work += to - from
	s.hide(d, from, to, Hidden)
	if from < to {
		s.learnValue(s.views[d].text[from:to])
	}
}

// learnValue notes the value of a field, as it stands and decoded: which of the
// two is meant depends on the kind of field.
func (s *scan) learnValue(value string) {
	if !s.learn || value == Hidden {
		return
	}
	s.learned = append(s.learned, strings.Clone(value))
	if first := nextPercent(value, 0); first >= 0 {
		decoded, _ := decodePercent(value, first)
		s.learned = append(s.learned, decoded)
	}
	if first := nextEscape(value, 0); first >= 0 {
		decoded, _ := decodeEscapes(value, first)
		s.learned = append(s.learned, decoded)
	}
}

// skipSpace returns the index of the first byte of text at or after i that is not
// white space.
func skipSpace(text string, i int) int {
	for i < len(text) && strings.IndexByte(" \t\r\n", text[i]) >= 0 {
		i++
	}
	return i
}
