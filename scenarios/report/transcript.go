package report

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/internal/printable"
)

// WriteTranscript prints every exchange of a scenario with headers and bodies.
func (s Scenario) WriteTranscript(w io.Writer) {
	var b strings.Builder
	for _, x := range s.Exchanges {
		fmt.Fprintf(&b, "%s:%d\n> %s %s\n", s.Name, x.Line, printable.Line(x.Method), printable.Line(x.Path))
		writeHeader(&b, "> ", x.RequestHeader)
		writeBody(&b, "> ", x.RequestBody, x.RequestSize)
		fmt.Fprintf(&b, "< %d %s\n", x.Status, http.StatusText(x.Status))
		writeHeader(&b, "< ", x.ResponseHeader)
		writeBody(&b, "< ", x.ResponseBody, x.ResponseSize)
		b.WriteString("\n")
	}
	_, _ = io.WriteString(w, b.String()) // the verdict does not depend on the console
}

func writeHeader(b *strings.Builder, mark string, h http.Header) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			fmt.Fprintf(b, "%s%s: %s\n", mark, printable.Line(name), printable.Line(value))
		}
	}
}

// writeBody prints a body. A size says that it is the beginning of a longer one.
func writeBody(b *strings.Builder, mark string, body Body, size int) {
	text := string(body)
	if size > 0 {
		text = fmt.Sprintf("%s… (%d bytes)", text, size)
	}
	for line := range strings.Lines(text) {
		fmt.Fprintf(b, "%s| %s\n", mark, printable.Text(strings.TrimRight(line, "\r\n")))
	}
}
