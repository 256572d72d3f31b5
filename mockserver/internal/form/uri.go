package form

import (
	"net/url"
	"strings"
)

// parseURI reads a URI with a scheme. It is as strict as RFC 3986 about the
// characters of a URI, which package net/url is not: no spaces, no characters
// beyond ASCII, and brackets around the host only.
func parseURI(s string) (*url.URL, bool) {
	if !hasURICharacters(s) {
		return nil, false
	}
	u, err := url.Parse(s)
	if err != nil || !u.IsAbs() {
		return nil, false
	}
	brackets := 0
	if strings.HasPrefix(u.Host, "[") {
		brackets = 1
	}
	ok := strings.Count(s, "#") <= 1 && strings.Count(s, "[") == brackets && strings.Count(s, "]") == brackets
	return u, ok
}

const (
	letters      = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	uriCharacter = letters + "0123456789-._~:/?#[]@!$&'()*+,;=%"
	hexDigits    = "0123456789abcdefABCDEF"
)

// hasURICharacters reports whether s has only the characters of a URI, and two
// hexadecimal digits after each percent sign.
func hasURICharacters(s string) bool {
	for i := range len(s) {
		if strings.IndexByte(uriCharacter, s[i]) < 0 {
			return false
		}
		if s[i] == '%' && (i+2 >= len(s) || strings.Trim(s[i+1:i+3], hexDigits) != "") {
			return false
		}
	}
	return true
}
