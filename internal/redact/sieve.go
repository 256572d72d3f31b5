package redact

import "strings"

// A sieve finds in one pass over a text that no secret is in it, by shape or by field,
// and that it does not decode to anything that would have to be examined. Most texts
// are like this. The others have to be scanned.
type sieve struct {
	class [256]byte   // of each byte: the bits below
	marks [256][]mark // by the byte by which they are found
}

// The classes of bytes.
const (
	isDigit  = 1 << iota // a digit of base64
	isEscape             // escapes begin with it
	isMark               // a mark has it
)

// A mark is a text that a secret begins with, or the name of a field.
type mark struct {
	text  string
	at    int    // index of the byte by which it is found, one that few texts have
	least int    // length of the shortest secret that begins with it
	extra string // bytes that the secret can hold beside those of any token
}

// rare lists bytes from the rarest on, as they are found in JSON and in URLs.
const rare = "QXZJKVWYGUHNjqzxkwvPLMBOFRTICDSAE-bfgpyhum_"

func newSieve(shapes []Shape, fields []string) *sieve {
	v := &sieve{}
	for c := range v.class {
		if digits[c] != 0 {
			v.class[c] |= isDigit
		}
	}
	v.class['%'] |= isEscape
	v.class['\\'] |= isEscape
	for i := range shapes {
		v.add(mark{text: shapes[i].Prefix, least: min(shapes[i].Min, shapes[i].Hex), extra: shapes[i].Extra})
	}
	for _, name := range fields {
		v.add(mark{text: name})
	}
	return v
}

func (v *sieve) add(m mark) {
	for i := range len(rare) {
		if at := strings.IndexByte(m.text, rare[i]); at >= 0 {
			m.at = at
			break
		}
	}
	c := m.text[m.at]
	v.class[c] |= isMark
	v.marks[c] = append(v.marks[c], m)
}

// passes reports whether there is nothing to find in text. If it reports false there
// may be something.
func (v *sieve) passes(text string) bool {
	from := 0 // where the run of base64 digits before i begins
	for i := range len(text) {
		class := v.class[text[i]]
		if class == isDigit {
			continue
		}
		if class&isMark != 0 && v.isMarked(text, i) || class&isEscape != 0 && isEscaped(text, i) {
			return false
		}
		if class&isDigit != 0 {
			continue
		}
		if i-from >= minRun && holdsText(text[from:i]) {
			return false
		}
		from = i + 1
	}
	return len(text)-from < minRun || !holdsText(text[from:])
}

// isMarked reports whether byte i of text belongs to a mark that can begin a secret.
// It looks at no more bytes than the shortest secret has.
func (v *sieve) isMarked(text string, i int) bool {
	marks := v.marks[text[i]]
	for k := range marks {
		m := &marks[k]
		from := i - m.at
		if from < 0 || text[from] != m.text[0] || !strings.HasPrefix(text[from:], m.text) { // the first byte tells most apart
			continue
		}
		end := from + len(m.text)
		for end < len(text) && end-from < m.least && isTokenOr(text[end], m.extra) {
			end++
		}
		if end-from >= m.least {
			return true
		}
	}
	return false
}

// isEscaped reports whether an escape begins at byte i of text.
func isEscaped(text string, i int) bool {
	if text[i] == '%' {
		return isPercent(text, i)
	}
	_, size := decodeEscape(text[i:])
	return size > 0
}

// canHoldText reports whether two digits of a run, four apart, can each begin three
// bytes of text. A text of MinLength bytes has two such digits, wherever the encoding
// begins, and the names of most JSON members do not.
func canHoldText(run string) bool {
	for i := 4; i < len(run); i++ {
		if beginsText[run[i]] && beginsText[run[i-4]] {
			return true
		}
	}
	return false
}

// beginsText says of each base64 digit whether it can be the first of the four that
// printable bytes are encoded in.
var beginsText = func() (table [256]bool) {
	for c := range table {
		for next := range byte(4) { // the first bits of the second digit
			table[c] = table[c] || digits[c] != 0 && isPrintable((digits[c]-1)<<2|next)
		}
	}
	return table
}()

// holdsText reports whether a run of base64 digits decodes to text of MinLength
// bytes, wherever the encoding begins.
func holdsText(run string) bool {
	if !canHoldText(run) {
		return false
	}
	for begin := range 4 {
		if from, to := nextStretch(run[begin:], 0); from < to {
			return true
		}
	}
	return false
}
