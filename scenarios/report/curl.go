package report

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
	return x.curl(func(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\r' && c != '\t' })
}

// curl is Curl for a shell to which some characters cannot be given in quotes. A body with one
// of them comes from printf, and so does one that curl would take for the name of a file.
func (x Exchange) curl(unquotable func(rune) bool) string {
	var b strings.Builder
	data := ""
	switch body := string(x.RequestBody); {
	case strings.HasPrefix(body, "@") || strings.ContainsFunc(body, unquotable) || !utf8.ValidString(body):
		b.WriteString("printf " + shell.Quote(printfFormat(body)) + " | ")
		data = "@-"
	case body != "":
		data = shell.Quote(body)
	}
	b.WriteString("curl -i")
	if x.Method != http.MethodGet || data != "" {
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
	if data != "" {
		b.WriteString(" --data-binary " + data)
	}
	return b.String()
}

// printfFormat returns a format that makes printf write a text.
func printfFormat(text string) string {
	var b strings.Builder
	for i, c := range []byte(text) {
		switch {
		case c == '\\' || c == '%':
			b.Write([]byte{c, c})
		case c < ' ' || c >= 0x7f || c == '-' && i == 0:
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
