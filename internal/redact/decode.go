package redact

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// nextPercent returns the index of the first percent-encoded byte of text at or
// after i, or -1.
func nextPercent(text string, i int) int {
	for {
		at := strings.IndexByte(text[i:], '%')
		if at < 0 {
			return -1
		}
		i += at
		if isPercent(text, i) {
			return i
		}
		i++
	}
}

// isPercent reports whether a percent-encoded byte is at the percent sign at i.
func isPercent(text string, i int) bool {
	return i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2])
}

// decodePercent undoes percent-encoding, as decode does. The first encoded byte
// is at first.
func decodePercent(text string, first int) (string, []int32) {
	return decode(text, first, nextPercent, func(out []byte, code string) ([]byte, int) {
		return append(out, hexValue(code[1])<<4|hexValue(code[2])), len("%00")
	})
}

// nextEscape returns the index of the first string escape of text at or after i, or
// -1.
func nextEscape(text string, i int) int {
	for {
		at := strings.IndexByte(text[i:], '\\')
		if at < 0 {
			return -1
		}
		i += at
		if _, size := decodeEscape(text[i:]); size > 0 {
			return i
		}
		i++
	}
}

// decodeEscapes undoes string escapes, as decode does. The first is at first.
func decodeEscapes(text string, first int) (string, []int32) {
	return decode(text, first, nextEscape, func(out []byte, code string) ([]byte, int) {
		c, size := decodeEscape(code)
		if c < utf8.RuneSelf || code[1] == 'x' {
			return append(out, byte(c)), size // \x stands for a byte
		}
		return utf8.AppendRune(out, c), size
	})
}

// decode replaces each code in text by what it stands for. It also returns where in
// text each byte of the outcome begins, and where the last one ends. The first code
// is at first, or there is none if first is -1; next finds the one after an index.
// Undo appends what the code at the start of a text stands for, and returns its length.
func decode(text string, first int, next func(string, int) int, undo func([]byte, string) ([]byte, int)) (string, []int32) {
	out := make([]byte, 0, len(text))
	at := make([]int32, 0, len(text)+1)
	for i := 0; i < len(text); first = next(text, i) {
		if first < 0 {
			first = len(text)
		}
		for ; i < first; i++ {
			out, at = append(out, text[i]), append(at, int32(i)) // texts are shorter than 2 GiB
		}
		if i == len(text) {
			break
		}
		var size int
		out, size = undo(out, text[i:])
		for len(at) < len(out) {
			at = append(at, int32(i))
		}
		i += size
	}
	return string(out), append(at, int32(len(text)))
}

// decodeEscape returns what the string escape at the start of text stands for,
// and its length; 0 if there is none. The text begins with a backslash.
func decodeEscape(text string) (c rune, size int) {
	if len(text) < 2 {
		return 0, 0
	}
	switch text[1] {
	case '"', '\\', '/', '\'':
		return rune(text[1]), 2
	case 'a', 'b', 'f', 'n', 'r', 't', 'v':
		return rune("\a\b\f\n\r\t\v"[strings.IndexByte("abfnrtv", text[1])]), 2
	case 'x':
		return hexRune(text, 2)
	case 'U':
		return hexRune(text, 8)
	case 'u':
		c, size = hexRune(text, 4)
		if size == 0 || !utf16.IsSurrogate(c) {
			return c, size
		}
		if rest := text[size:]; strings.HasPrefix(rest, `\u`) {
			if low, n := hexRune(rest, 4); n > 0 {
				if pair := utf16.DecodeRune(c, low); pair != utf8.RuneError {
					return pair, size + n
				}
			}
		}
		return utf8.RuneError, size
	}
	return 0, 0
}

// hexRune reads the digits of an escape such as \u or \x.
func hexRune(text string, digits int) (c rune, size int) {
	if len(text) < 2+digits {
		return 0, 0
	}
	var n uint32
	for _, d := range []byte(text[2 : 2+digits]) {
		if !isHex(d) {
			return 0, 0
		}
		n = n<<4 | uint32(hexValue(d))
	}
	if n > utf8.MaxRune {
		return utf8.RuneError, 2 + digits
	}
	return rune(n), 2 + digits
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// hexValue returns the value of a hexadecimal digit.
func hexValue(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
