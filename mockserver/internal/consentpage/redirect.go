package consentpage

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A Parameter is a parameter of a query.
type Parameter struct{ Name, Value string }

// Redirect returns the headers of the redirect that sends the user back to the app,
// with parameters added to the query of its callback.
func Redirect(callback string, added ...Parameter) (http.Header, error) {
	to, err := addParameters(callback, added)
	if err != nil {
		return nil, err
	}
	h := http.Header{}
	h.Set("Location", to)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	return h, nil
}

// addParameters returns a URL with parameters added to its query.
func addParameters(to string, added []Parameter) (string, error) {
	u, err := url.Parse(to)
	if err != nil {
		return "", err
	}
	query := []string{u.RawQuery}
	for _, p := range added {
		query = append(query, p.Name+"="+queryEscape(p.Value))
	}
	u.RawQuery = strings.Join(slices.DeleteFunc(query, func(s string) bool { return s == "" }), "&")
	return escapeLocation(u.String()), nil
}

// queryEscape escapes a value for a query. A space becomes %20, since not every
// parser reads + as a space.
func queryEscape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// escapeLocation escapes the characters of a URL that a header must not contain:
// spaces, control characters and bytes beyond ASCII.
func escapeLocation(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
