package form

import (
	"net/url"
	"strings"

	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

// ParseURI reads a URI with a scheme. It is as strict as RFC 3986 about the
// characters of a URI, which package net/url is not: no spaces, no characters
// beyond ASCII, and brackets around the host only.
func ParseURI(s string) (*url.URL, bool) {
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

// uriCharacters are the characters of a URI (RFC 3986, appendix A).
const uriCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@!$&'()*+,;=%"

// hasURICharacters reports whether s has only the characters of a URI, and two
// hexadecimal digits after each percent sign.
func hasURICharacters(s string) bool {
	for i := range len(s) {
		if strings.IndexByte(uriCharacters, s[i]) < 0 {
			return false
		}
		if s[i] == '%' && (i+2 >= len(s) || !apispec.IsHex(s[i+1]) || !apispec.IsHex(s[i+2])) {
			return false
		}
	}
	return true
}
