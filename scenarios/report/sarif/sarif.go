// Package sarif writes the failures of a report as SARIF 2.1.0, the format in
// which code scanning services read what a tool has found.
//
// Each finding of a failure is a result of its own. It is located at the line of the
// scenario; the line of the specification that it breaks is a related location. The
// request and the response are in the result too. What kept the run from being
// played is a notification of the tool.
//
// The package decides nothing: the output is a function of the report alone.
package sarif

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/scenarios/report"
)

// The version of the format, and its published schema.
const (
	version   = "2.1.0"
	schemaURI = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

// maxBody is how much of a body a result shows, in bytes.
const maxBody = 8 << 10

// Write writes the report. Equal reports give equal bytes.
func Write(w io.Writer, r report.Report) error {
	b := builder{report: r, rules: map[string]int{}, list: []rule{}, seen: map[string]int{}, results: []result{}}
	for _, d := range r.Diagnoses() {
		b.diagnosis(d)
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(log{schemaURI, version, []run{{
		Tool:        tool{driver{"mockgates", r.Run.Version, b.list}},
		Invocations: []invocation{invocationOf(r)},
		Results:     b.results,
		ColumnKind:  "unicodeCodePoints",
	}}})
}

// invocationOf returns how the run ended.
func invocationOf(r report.Report) invocation {
	code := r.ExitCode()
	in := invocation{ExitCode: code, ExitCodeDescription: r.Outcome(), ExecutionSuccessful: true}
	switch code {
	case report.ExitUnreadable, report.ExitNothingTested, report.ExitInconclusive:
		in.ExecutionSuccessful = false
	}
	for _, p := range r.Problems {
		n := notification{Level: "error", Message: text{printable.Text(p.Text)}}
		if p.File != "" {
			n.Locations = []location{at(p.File, p.Line, "")}
		}
		in.Notifications = append(in.Notifications, n)
	}
	return in
}

// A builder collects results and the rules that they name.
type builder struct {
	report  report.Report
	rules   map[string]int // index in list
	list    []rule
	seen    map[string]int // how many results have a fingerprint
	results []result
}

// diagnosis adds a result for each finding of a diagnosis, or one if it has none.
func (b *builder) diagnosis(d report.Diagnosis) {
	if len(d.Findings) == 0 {
		message := d.Failure.String()
		b.add(d, d.Kind(), message, nil)
		return
	}
	for _, f := range d.Findings {
		message := fmt.Sprintf("%s\nwant: %s\ngot: %s", f.Title(), f.Want, f.Got)
		b.add(d, f.Kind, message, b.cited(f))
	}
}

// cited returns the line of the specification that a finding breaks.
func (b *builder) cited(f finding.Finding) []location {
	if f.Document == "" {
		return nil
	}
	l := at(f.Document, f.Line, b.report.Citation(f))
	l.Message = &text{"the specification"}
	return []location{l}
}

// add adds a result. Places beside the first, up to 20, are related locations.
func (b *builder) add(d report.Diagnosis, kind, message string, related []location) {
	for _, p := range d.Also[:min(len(d.Also), 20)] {
		l := at(cmp.Or(p.File, p.ID), p.Line, "")
		l.Message = &text{"also met in " + printable.Line(p.ID)}
		related = append(related, l)
	}
	for i := range related {
		related[i].ID = i + 1
	}
	level := "error"
	if d.Failure.Inconclusive {
		level = "warning"
	}
	out := result{
		RuleID: kind, RuleIndex: b.rule(kind), Level: level, Message: text{printable.Text(message)},
		RelatedLocations: related, PartialFingerprints: map[string]string{"mockgates/v1": b.fingerprint(d, message)},
	}
	file, line := d.Location()
	out.Locations = []location{at(file, line, d.Failure.Source)}
	if x := d.Exchange; x != nil {
		out.WebRequest, out.WebResponse = requestOf(x), responseOf(x)
	}
	b.results = append(b.results, out)
}

// rule returns the index of the rule with an id.
func (b *builder) rule(id string) int {
	if _, ok := b.rules[id]; !ok {
		b.rules[id] = len(b.list)
		b.list = append(b.list, rule{id, text{describe(id)}})
	}
	return b.rules[id]
}

// fingerprint returns what is the same for the same result of another run.
func (b *builder) fingerprint(d report.Diagnosis, message string) string {
	key := strings.Join([]string{d.Scenario.File, d.Failure.Text, message}, "\x00")
	b.seen[key]++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, b.seen[key]))
	return hex.EncodeToString(sum[:16])
}

// describe returns what a rule is about.
func describe(kind string) string {
	switch kind {
	case "assertion":
		return "An assertion of a scenario failed."
	case "inconclusive":
		return "The target could not be judged."
	}
	return "An exchange departs from the contract: " + kind + "."
}

// at returns a location. line is 0 if only the file is known.
func at(file string, line int, source string) location {
	l := location{PhysicalLocation: physicalLocation{ArtifactLocation: artifactLocation{uriOf(file)}}}
	if line > 0 {
		l.PhysicalLocation.Region = &region{StartLine: line}
		if source != "" {
			l.PhysicalLocation.Region.Snippet = &text{printable.Text(source)}
		}
	}
	return l
}

// uriOf returns the path of a file as a reference.
func uriOf(file string) string {
	u := url.URL{Path: filepath.ToSlash(file)}
	return u.String()
}

func requestOf(x *report.Exchange) *webRequest {
	return &webRequest{
		Protocol: "HTTP", Method: printable.Line(x.Method), Target: printable.Line(x.Path),
		Headers: headers(x.RequestHeader), Body: bodyOf(x.RequestBody),
	}
}

func responseOf(x *report.Exchange) *webResponse {
	return &webResponse{
		StatusCode: x.Status, Headers: headers(x.ResponseHeader), Body: bodyOf(x.ResponseBody), NoResponse: x.Status == 0,
	}
}

// headers returns the fields that matter, the values of a name joined by commas.
func headers(h http.Header) map[string]string {
	out := map[string]string{}
	for _, f := range report.Fields(h) {
		if before, ok := out[f.Name]; ok {
			f.Value = before + ", " + f.Value
		}
		out[f.Name] = f.Value
	}
	return out
}

// bodyOf returns a body, or its beginning.
func bodyOf(b report.Body) *text {
	if b == "" {
		return nil
	}
	s := printable.Text(string(b))
	if len(s) > maxBody {
		s = strings.ToValidUTF8(s[:maxBody], "") + "…"
	}
	return &text{s}
}
