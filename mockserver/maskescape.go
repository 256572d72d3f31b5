package mockserver

import (
	"encoding/base64"
	"strconv"
	"strings"
	"unicode/utf8"
)

// findEscaped appends the secrets that appear in text once its JSON and
// percent escapes are undone, as parts of the text as it stands. Escapes of
// escapes are undone too.
func (m *masker) findEscaped(text string, spans []span) []span {
	from := make([]int, len(text)+1) // where in text each byte of plain begins
	for i := range from {
		from[i] = i
	}
	plain := text
	for range 4 {
		next, places := unescape(plain)
		if len(next) == len(plain) {
			break
		}
		for i, p := range places {
			places[i] = from[p]
		}
		plain, from = next, places
		for _, s := range m.find(plain, nil) {
			spans = append(spans, span{from[s.from], from[s.to], s.label})
		}
	}
	return spans
}

// unescape undoes one layer of percent escapes and of JSON's \u and
// single-character escapes. It returns the text and where in the escaped one
// each of its bytes begins, with one place more for its end. A text without
// escapes comes back as it is, without places.
func unescape(text string) (plain string, places []int) {
	if !strings.ContainsAny(text, `%\`) {
		return text, nil
	}
	var out []byte
	for i := 0; i < len(text); {
		c, size := rune(0), 0
		switch {
		case text[i] == '%' && i+2 < len(text):
			if n, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				out, places = append(out, byte(n)), append(places, i)
				i += 3
				continue
			}
		case text[i] == '\\' && i+5 < len(text) && text[i+1] == 'u':
			if n, err := strconv.ParseUint(text[i+2:i+6], 16, 16); err == nil {
				c, size = rune(n), 6
			}
		case text[i] == '\\' && i+1 < len(text) && strings.IndexByte(`"\/`, text[i+1]) >= 0:
			c, size = rune(text[i+1]), 2
		}
		if size == 0 {
			out, places = append(out, text[i]), append(places, i)
			i++
			continue
		}
		for _, b := range utf8.AppendRune(nil, c) {
			out, places = append(out, b), append(places, i)
		}
		i += size
	}
	return string(out), append(places, len(text))
}

// base64Heads are what "sk-" and a letter look like in base64, by the place at
// which they stand in a group of three bytes.
var base64Heads = []string{"c2st", "NrL", "zay1"}

// findBase64 appends the runs of base64 in text that hold a key.
func (m *masker) findBase64(text string, spans []span) []span {
	for _, head := range base64Heads {
		for i := 0; ; {
			at := strings.Index(text[i:], head)
			if at < 0 {
				break
			}
			from, to := i+at, i+at+len(head)
			for from > 0 && isBase64(text[from-1]) {
				from--
			}
			for to < len(text) && isBase64(text[to]) {
				to++
			}
			i = to
			if m.holdsKey(text[from:to]) {
				spans = append(spans, span{from, to, hidden})
			}
		}
	}
	return spans
}

// holdsKey reports whether a key can be read in a run of base64, wherever in
// the run its encoding begins.
func (m *masker) holdsKey(run string) bool {
	run = strings.NewReplacer("-", "+", "_", "/").Replace(run)
	for begin := range min(4, len(run)) {
		part := run[begin:]
		plain, err := base64.RawStdEncoding.DecodeString(part[:len(part)-len(part)%4])
		if err == nil && len(m.find(string(plain), nil)) > 0 {
			return true
		}
	}
	return false
}

func isBase64(c byte) bool { return isTokenByte(c) || c == '+' || c == '/' }
