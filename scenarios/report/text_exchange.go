package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mockgates/mockgates/contract/finding"
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
		if shown[x.ID] && !slices.ContainsFunc(d.Findings, isOfResponse) {
			writeTextLine(b, fmt.Sprintf("%s %s %s, shown above", x.Method, x.Path, x.ended()))
		} else {
			x.write(b, d.Findings)
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

// write prints the exchange, with a caret at each place in its response that a finding is
// about.
func (x Exchange) write(b *strings.Builder, findings []finding.Finding) {
	fmt.Fprintf(b, "%s%s\n", exchangeMargin, printable.Line(x.oneLine())) // whole, to be copied
	if x.Status == 0 {
		return
	}
	isMarked := func(where string) bool { return IsMarked(finding.PartResponse, where, findings) }
	writeMarkable(b, strings.TrimSpace(fmt.Sprintf("HTTP %d %s", x.Status, http.StatusText(x.Status))), isMarked("status"))
	for _, f := range Fields(x.ResponseHeader) {
		writeMarkable(b, f.Name+": "+f.Value, isMarked("header "+f.Name))
	}
	for _, line := range Around(x.ResponseBody.Lines(Places(finding.PartResponse, findings)...), linesAround) {
		writeMarkable(b, line.Text, line.Marked)
	}
}

func isOfResponse(f finding.Finding) bool { return f.Part == finding.PartResponse }

// writeMarkable prints a line of a response, cut to fit 80 columns, and a caret below it if it is
// marked.
func writeMarkable(b *strings.Builder, text string, marked bool) {
	shown := fit(printable.Line(text), textColumns-len(exchangeMargin))
	writeTextLine(b, shown)
	if marked {
		text := strings.TrimLeft(shown, " ")
		indent := len(shown) - len(text)
		writeTextLine(b, strings.Repeat(" ", indent)+strings.Repeat("^", max(1, utf8.RuneCountInString(strings.TrimRight(text, ",{[")))))
	}
}

// ended returns the status of the response, or that there was none.
func (x Exchange) ended() string {
	if x.Status == 0 {
		return "without a response"
	}
	return strconv.Itoa(x.Status)
}

// oneLine returns the request as a command on one line.
func (x Exchange) oneLine() string { return x.compact().curl(unicode.IsControl) }

// compact returns the exchange with a JSON request body on one line.
func (x Exchange) compact() Exchange {
	var one bytes.Buffer
	if json.Compact(&one, []byte(x.RequestBody)) == nil {
		x.RequestBody = Body(one.String())
	}
	return x
}

// writeTextLine prints a line of an exchange, cut to fit 80 columns.
func writeTextLine(b *strings.Builder, text string) {
	fmt.Fprintf(b, "%s%s\n", exchangeMargin, fit(printable.Line(text), textColumns-len(exchangeMargin)))
}
