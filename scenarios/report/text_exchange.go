package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mockgates/mockgates/internal/printable"
)

// The bounds of what the text report shows of a failure.
const (
	linesAround = 3  // lines of a body before and after each place
	maxAlso     = 10 // further places where the same was met
)

// exchangeMargin is before each line of an exchange.
const exchangeMargin = "   | "

// writeEvidence prints what a diagnosis rests on: where else it was met, the lines of
// the specification that are broken, the request as a curl command, and the response
// with a caret at each offending place. shown has the IDs of the exchanges that the report
// has shown.
func (r Report) writeEvidence(b *strings.Builder, d Diagnosis, shown map[string]bool) {
	cited := map[citationKey]bool{} // several findings may break one line
	for _, f := range d.Findings {
		key := citationKey{f.Document, f.Line}
		if text := r.Citation(f); text != "" && !cited[key] {
			writeTextLine(b, fmt.Sprintf("%s: %s", key, text))
		}
		cited[key] = true
	}
	if x := d.Exchange; x != nil {
		b.WriteString("   |\n")
		places := Places("response", d.Findings)
		if shown[x.ID] && len(places) == 0 {
			writeTextLine(b, fmt.Sprintf("%s %s %s, shown above", x.Method, x.Path, x.ended()))
		} else {
			x.write(b, places)
		}
		shown[x.ID] = true
	}
	for i, place := range d.Also {
		if i == maxAlso {
			fmt.Fprintf(b, "  and %s\n", Plural(len(d.Also)-maxAlso, "further place"))
			break
		}
		fmt.Fprintf(b, "  also %s\n", printable.Line(place.String()))
	}
}

// write prints the exchange, with a caret at each place in its response.
func (x Exchange) write(b *strings.Builder, places []string) {
	fmt.Fprintf(b, "%s%s\n", exchangeMargin, printable.Line(x.compact().Curl())) // whole, to be copied
	if x.Status == 0 {
		return
	}
	writeTextLine(b, strings.TrimSpace(fmt.Sprintf("HTTP %d %s", x.Status, http.StatusText(x.Status))))
	for _, f := range Fields(x.ResponseHeader) {
		writeTextLine(b, f.Name+": "+f.Value)
	}
	writeMarkedBody(b, x.ResponseBody.Lines(places...))
}

// ended returns the status of the response, or that there was none.
func (x Exchange) ended() string {
	if x.Status == 0 {
		return "without a response"
	}
	return strconv.Itoa(x.Status)
}

// compact returns the exchange with a JSON request body on one line.
func (x Exchange) compact() Exchange {
	var one bytes.Buffer
	if json.Compact(&one, []byte(x.RequestBody)) == nil {
		x.RequestBody = Body(one.String())
	}
	return x
}

// writeMarkedBody prints the lines of a body around those that are marked, each of
// which gets a caret below it.
func writeMarkedBody(b *strings.Builder, lines []Line) {
	for _, line := range Around(lines, linesAround) {
		shown := fit(line.Text, textColumns-len(exchangeMargin))
		writeTextLine(b, shown)
		if line.Marked {
			text := strings.TrimLeft(shown, " ")
			indent := len(shown) - len(text)
			writeTextLine(b, strings.Repeat(" ", indent)+strings.Repeat("^", max(1, utf8.RuneCountInString(strings.TrimRight(text, ",{[")))))
		}
	}
}

// writeTextLine prints a line of an exchange, cut to fit 80 columns.
func writeTextLine(b *strings.Builder, text string) {
	fmt.Fprintf(b, "%s%s\n", exchangeMargin, fit(printable.Line(text), textColumns-len(exchangeMargin)))
}
