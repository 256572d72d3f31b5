package mockserver

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// redirect returns the redirect that sends the user back to the app.
func redirect(to, rule string) response {
	h := http.Header{}
	h.Set("Location", to)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	return response{status: http.StatusFound, header: h, rules: []string{rule}}
}

// callback returns the callback URL with a parameter, and the state if there is
// one, added to its query.
func (a consentRequest) callback(name, value string) string {
	u, err := url.Parse(a.code.Callback)
	if err != nil {
		return consentPath // unreachable: readCallback has parsed it
	}
	added := name + "=" + queryEscape(value)
	if a.hasState {
		added += "&state=" + queryEscape(a.state)
	}
	u.RawQuery = strings.Join(slices.DeleteFunc([]string{u.RawQuery, added}, func(s string) bool { return s == "" }), "&")
	return escapeLocation(u.String())
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
