package report

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/internal/shell"
)

// isUsual reports whether every client or server sends a field, so that it says nothing
// about a failure.
func isUsual(name string) bool {
	name = http.CanonicalHeaderKey(name)
	return slices.Contains(usualHeaders, name) || strings.HasPrefix(name, "Access-Control-")
}

// usualHeaders are the usual fields, except those of CORS.
var usualHeaders = []string{
	"Accept", "Accept-Encoding", "Connection", "Content-Length", "Date", "Mockgates-World", "User-Agent",
}

// A HeaderField is one field of a header, safe to print.
type HeaderField struct{ Name, Value string }

// Fields returns the fields of a header that matter: all but those that every
// client or server sends. They are in the order of their names.
func Fields(h http.Header) []HeaderField {
	var list []HeaderField
	for _, name := range slices.Sorted(maps.Keys(h)) {
		if isUsual(name) {
			continue
		}
		for _, value := range h[name] {
			list = append(list, HeaderField{printable.Line(name), printable.Line(value)})
		}
	}
	return list
}

// Curl returns the request as a command line for a POSIX shell. The base URL is
// $MODELGATES_BASE_URL and the management key of the run
// $MODELGATES_MANAGEMENT_KEY; any other secret is the label that replaces it. A body
// that the report has cut is cut here too.
func (x Exchange) Curl() string {
	var b strings.Builder
	b.WriteString("curl -i")
	if x.Method != http.MethodGet {
		b.WriteString(" -X " + shell.Quote(x.Method))
	}
	b.WriteString(` "$MODELGATES_BASE_URL"` + shell.Quote(x.Path))
	for _, f := range Fields(x.RequestHeader) {
		switch {
		case x.Management && f.Name == "Authorization":
			b.WriteString(` -H "Authorization: Bearer $MODELGATES_MANAGEMENT_KEY"`)
		case x.Credential != "" && f.Name == "Authorization":
			b.WriteString(" -H " + credentialWord("Authorization: "+x.Credential))
		default:
			b.WriteString(" -H " + shell.Quote(f.Name+": "+f.Value))
		}
	}
	if x.RequestBody != "" {
		b.WriteString(" --data-binary " + shell.Quote(string(x.RequestBody)))
	}
	return b.String()
}
