// Package secretform knows the forms in which a text can show a secret, for tests that
// look for one where none may be.
package secretform

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Encodings are the forms in which a target or a user may write a secret.
var Encodings = map[string]func(string) string{
	"plain":              func(s string) string { return s },
	"base64":             func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64 for URLs":    func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("x" + s)) },
	"percent":            func(s string) string { return strings.ToUpper(percent(s)) },
	"percent, in part":   url.QueryEscape,
	"escapes of JSON":    escapeJSON,
	"split across lines": func(s string) string { return s[:len(s)/2] + "\n" + s[len(s)/2:] },
	"base64 in lines": func(s string) string {
		e := base64.StdEncoding.EncodeToString([]byte(s))
		return e[:20] + "\r\n" + e[20:]
	},
	"base64 of percent": func(s string) string { return base64.StdEncoding.EncodeToString([]byte(percent(s))) },
}

// percent encodes each byte of a text.
func percent(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "%%%02x", c)
	}
	return b.String()
}

// escapeJSON writes each character of a text as a JSON escape.
func escapeJSON(s string) string {
	var b strings.Builder
	for _, c := range s {
		fmt.Fprintf(&b, `\u%04x`, c)
	}
	return b.String()
}

// escapes are the escapes that may occur in an output.
var escapes = regexp.MustCompile(`\\u[0-9a-fA-F]{4}|%[0-9a-fA-F]{2}`)

// unspaced removes what an output may put between two parts of a text.
var unspaced = strings.NewReplacer("\r", "", "\n", "", `\r`, "", `\n`, "", "\t", "", " ", "", "|", "", "<", "", ">", "")

// decodings returns a text, and the same text with its escapes decoded.
func decodings(text string) []string {
	undone := escapes.ReplaceAllStringFunc(html.UnescapeString(text), func(e string) string {
		n, _ := strconv.ParseUint(strings.TrimLeft(e, `\u%`), 16, 32)
		if e[0] == '%' {
			return string([]byte{byte(n)})
		}
		return string(rune(n))
	})
	return []string{text, undone, unspaced.Replace(undone)}
}

// In returns the form in which a text shows a secret, or "" if it does not.
func In(text, secret string) string {
	quoted, _ := json.Marshal(secret)
	forms := map[string]string{
		"plain": secret, "JSON": strings.Trim(string(quoted), `"`), "query": url.QueryEscape(secret), "hexadecimal": hex.EncodeToString([]byte(secret)),
	}
	for shift := range 3 { // base64 in each alignment, without the digits that depend on what is around
		for name, e := range map[string]*base64.Encoding{"base64": base64.StdEncoding, "base64 for URLs": base64.URLEncoding} {
			digits := e.EncodeToString([]byte(strings.Repeat("x", shift) + secret))
			forms[fmt.Sprint(name, " ", shift)] = digits[4 : len(digits)-4]
		}
	}
	for _, text := range decodings(text) {
		for name, form := range forms {
			if strings.Contains(text, form) || strings.Contains(text, unspaced.Replace(form)) {
				return name
			}
		}
	}
	return ""
}
