package form

import (
	"net/url"
	"strings"
)

// parseURI reads a URI with a scheme. It is as strict as RFC 3986 about the
// characters of a URI, which package net/url is not: no spaces, no characters
// beyond ASCII, and brackets around the host only.
func parseURI(s string) (*url.URL, bool) {
	for i := range len(s) {
		c := s[i]
		letterOrDigit := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !letterOrDigit && strings.IndexByte("-._~:/?#[]@!$&'()*+,;=%", c) < 0 {
			return nil, false
		}
		if c == '%' && (i+2 >= len(s) || strings.Trim(s[i+1:i+3], "0123456789abcdefABCDEF") != "") {
			return nil, false
		}
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
