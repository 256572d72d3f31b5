// Package printable makes text from someone else safe to print. A terminal obeys
// control characters: they move the cursor, change the title of the window, or hide
// what was printed before.
package printable

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns s with its control characters escaped, apart from line feeds and
// tabs: the escape character becomes \u001b. The characters that change the
// direction of text are escaped too, and bytes that are not UTF-8 become \ufffd.
// The escapes are those of JSON, so JSON text keeps its meaning.
func Text(s string) string {
	if strings.IndexFunc(s, isUnsafe) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if isUnsafe(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Line is like Text, but also escapes line feeds, so that the text cannot pretend to
// be a line of its own.
func Line(s string) string { return strings.ReplaceAll(Text(s), "\n", `\u000a`) }

func isUnsafe(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r == utf8.RuneError: // a byte that is not UTF-8 reads as this too
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// Writer returns a writer that escapes each text as Text does, and writes it to
// w. A character must not be split between two writes.
func Writer(w io.Writer) io.Writer { return writer{w} }

// isSafe reports whether Text leaves the text as it is. It does not decode ASCII, and
// looks at eight bytes of it at once: every line of a log passes here.
func isSafe(text []byte) bool {
	for i := 0; i < len(text); {
		if c := text[i]; c >= ' ' && c <= '~' {
			i++
			for i+8 <= len(text) && isPlain(binary.LittleEndian.Uint64(text[i:])) {
				i += 8
			}
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if isUnsafe(r) {
			return false
		}
		i += size
	}
	return true
}

// isPlain reports whether all bytes of a word are printable ASCII. Adding 1 sets the
// high bit of 0x7f, and subtracting 0x20 that of the lowest control character.
// Either may also set the bit of a byte beside one that is not plain.
func isPlain(word uint64) bool {
	const each = 0x0101010101010101
	return (word|(word+each)|(word-0x20*each))&(0x80*each) == 0
}

type writer struct{ w io.Writer }

func (w writer) Write(text []byte) (int, error) {
	if isSafe(text) {
		return w.w.Write(text)
	}
	if _, err := io.WriteString(w.w, Text(string(text))); err != nil {
		return 0, err
	}
	return len(text), nil
}
