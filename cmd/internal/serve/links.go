package serve

import (
	"io"
	"net/http"
	"strings"
)

// linksHead begins the page at /, which tells a person with a browser what is here.
const linksHead = `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>mockgates</title>
<h1>mockgates</h1>
<p>This is a fake of the ModelGates API. The API is below <code>/api/v1</code>.</p>
<ul>
`

// links returns the page at /. It leads only to what the server has: the consent page,
// the control API on the same port, the specification.
func links(consent, control, openAPI bool) string {
	var b strings.Builder
	b.WriteString(linksHead)
	for _, link := range []struct {
		is         bool
		path, text string
	}{
		{consent, "auth", "the consent page of the PKCE flow"},
		{true, "_mockgates/health", "health"},
		{control, "_mockgates/health?verbose=true", "what the server holds, and its bounds"},
		{control, "_mockgates/requests", "requests that the default world has received"},
		{control, "_mockgates/violations", "violations of the API's rules by clients"},
		{control, "_mockgates/faults", "faults in force"},
		{control, "_mockgates/coverage", "documented responses that were sent"},
		{control, "_mockgates/rules", "rules that the fake enforces"},
		{control && openAPI, "_mockgates/openapi.yaml", "specification of the API"},
		{control, "_mockgates/version", "version"},
	} {
		if link.is {
			b.WriteString(`<li><a href="/` + link.path + `">` + link.text + "</a></li>\n")
		}
	}
	b.WriteString("</ul>\n</html>\n")
	return b.String()
}

// withLinks returns a handler that answers / with a page, and leaves every other path
// to api.
func withLinks(api http.Handler, page string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" || r.Method != http.MethodGet && r.Method != http.MethodHead {
			api.ServeHTTP(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		_, _ = io.WriteString(w, page)
	})
}
