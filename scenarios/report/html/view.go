package html

import (
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/scenarios/report"
)

// The limits that keep a page below MaxPage. A text is escaped to at most five times
// its length, so the limits count that.
const (
	maxText      = 2 << 10   // bytes of a text of a failure
	maxLine      = 300       // bytes of a line of a body or a request
	aroundMark   = 5         // lines of a body before and after a place
	maxLines     = 100       // lines of a body, and fields, in a failure
	maxListed    = 50        // problems, places of a failure, notes, settlements, missing features
	failuresPart = 2_000_000 // bytes of all failures
	exchangePart = 7_200_000 // bytes of all scenarios
	maxBody      = 4 << 10   // bytes of a body of an exchange while there is room
	shortBody    = 160       // bytes of a body when there is no room

	maxBuilt = 1000 // exchanges of folded scenarios that are elements when the page opens
)

// A failure is a diagnosis as the page shows it.
type failure struct {
	ID, Kind, Headline, Place string
	Line                      int
	Source, Phase             string
	Want, Got, Detail         string
	Inconclusive              bool
	Findings                  []findingView
	Exchange, ExchangeID      string // its request line; "" if there is none
	Status                    string
	Curl                      string
	Request, Response         *excerpt // nil if there is nothing to show
	Also                      []report.Place
	MoreAlso                  int
}

// A findingView is one finding of a failure.
type findingView struct{ Where, Kind, Want, Got, Rule, Citation string } // Kind is "" if Where says it

// failures adds the failures of a report while there is room.
func (p *page) failures(r report.Report) {
	left := failuresPart
	for _, d := range r.Diagnoses() {
		f := failureOf(r, d)
		if left -= f.size(); left < 0 {
			p.MoreFailing++
			continue
		}
		p.Failures = append(p.Failures, f)
	}
}

func failureOf(r report.Report, d report.Diagnosis) failure {
	f := d.Failure
	out := failure{
		ID: f.ID, Kind: d.Kind(), Headline: text(d.Headline()), Place: text(d.Place().String()), Line: f.Line,
		Source: text(f.Source), Phase: text(f.Phase), Want: text(f.Want), Got: text(f.Got), Inconclusive: f.Inconclusive,
		Also: d.Also[:min(len(d.Also), maxListed)],
	}
	out.MoreAlso = len(d.Also) - len(out.Also)
	for _, f := range d.Findings {
		out.Findings = append(out.Findings, findingOf(r, f))
	}
	if len(d.Findings) == 0 { // which the detail would only repeat
		_, more, _ := strings.Cut(f.Text, "\n")
		out.Detail = text(strings.TrimSpace(more + "\n" + f.Detail))
	}
	x := d.Exchange
	if x == nil {
		return out
	}
	out.ExchangeID, out.Exchange, out.Status = x.ID, line(x.Method+" "+x.Path), status(*x)
	out.Curl = report.Shorten(printable.Text(x.Curl()), 2*maxText)
	out.Request = newExcerpt(x.RequestHeader, x.RequestBody, finding.PartRequest, d.Findings)
	out.Response = newExcerpt(x.ResponseHeader, x.ResponseBody, finding.PartResponse, d.Findings)
	return out
}

func findingOf(r report.Report, f finding.Finding) findingView {
	kind := f.Kind
	if f.PlaceSaysKind() {
		kind = ""
	}
	return findingView{
		Where: text(f.Part + " " + f.Where), Kind: kind, Want: text(f.Want), Got: text(f.Got),
		Rule: text(f.Rule()), Citation: text(r.Citation(f)),
	}
}

// An excerpt is what a failure shows of a message.
type excerpt struct {
	Fields []report.Line // of the header, those that matter
	Body   []report.Line
}

// newExcerpt returns the fields of a message and the lines of its body around the
// places of findings, and nil if there are none.
func newExcerpt(h http.Header, b report.Body, part string, findings []finding.Finding) *excerpt {
	out := excerpt{Body: report.Around(b.Lines(report.Places(part, findings)...), aroundMark)}
	out.Body = out.Body[:min(len(out.Body), maxLines)]
	for i := range out.Body {
		out.Body[i].Text = report.Shorten(out.Body[i].Text, maxLine)
	}
	for _, f := range report.Fields(h) {
		if len(out.Fields) < maxLines {
			out.Fields = append(out.Fields, report.Line{
				Text: report.Shorten(f.Name+": "+f.Value, maxLine), Marked: report.IsMarked(part, "header "+f.Name, findings),
			})
		}
	}
	if len(out.Fields)+len(out.Body) == 0 {
		return nil
	}
	return &out
}

// size returns an upper estimate of the length of the excerpt on the page.
func (e *excerpt) size() int {
	n := 0
	if e == nil {
		return n
	}
	for _, line := range slices.Concat(e.Fields, e.Body) {
		n += 60 + escaped(line.Text)
	}
	return n
}

// size returns an upper estimate of the length of the failure on the page.
func (f failure) size() int {
	n := 1600
	for _, s := range []string{f.ID, f.ID, f.Headline, f.Place, f.Source, f.Phase, f.Want, f.Got, f.Detail, f.Exchange, f.Curl} {
		n += escaped(s)
	}
	for _, g := range f.Findings {
		n += 300 + escaped(g.Where) + escaped(g.Want) + escaped(g.Got) + escaped(g.Rule) + escaped(g.Citation)
	}
	n += f.Request.size() + f.Response.size()
	for _, place := range f.Also {
		n += 80 + escaped(place.ID) + escaped(place.String())
	}
	return n
}

// A scenario is a scenario as the page shows it.
type scenario struct {
	ID, File, Verdict, Reason, Took string
	Notes                           []string
	Exchanges                       []exchange
	More                            int  // exchanges that are not shown
	Later                           bool // the script makes the elements of the exchanges when the scenario is unfolded
}

// An exchange is an exchange as the page shows it.
type exchange struct {
	ID, Method, Path, Status string
	Case                     string        // the generated case, without the operation; "" for none
	Departs, Injected        bool          // Departs is about the response: a request may break the contract on purpose
	Sent, Received           template.HTML // messages: fields, an empty line, the body
}

// scenarios adds the scenarios of a report. Those that failed have room before the
// others.
func (p *page) scenarios(r report.Report) {
	left := exchangePart
	all := make([]*scenario, len(r.Scenarios))
	for _, failed := range []bool{true, false} {
		for i, s := range r.Scenarios {
			if (s.Verdict == report.Failed) == failed {
				all[i] = p.scenario(s, &left)
			}
		}
	}
	built := 0
	for _, s := range all {
		if s == nil {
			p.More++
			continue
		}
		if s.Verdict != string(report.Failed) { // others are folded
			built += len(s.Exchanges)
			s.Later = built > maxBuilt
			p.Later = p.Later || s.Later
		}
		p.Scenarios = append(p.Scenarios, *s)
	}
}

// scenario returns a scenario with as much of its exchanges as there is room for,
// and nil if there is none.
func (p *page) scenario(s report.Scenario, left *int) *scenario {
	out := &scenario{ID: s.ID, File: text(s.File), Verdict: string(s.Verdict), Reason: text(s.Reason), Took: took(s.Duration)}
	for _, note := range s.Notes[:min(len(s.Notes), maxListed)] {
		out.Notes = append(out.Notes, text(note))
		*left -= 20 + escaped(text(note))
	}
	*left -= 500 + escaped(out.File) + escaped(out.Reason) + 2*escaped(out.ID)
	if *left < 0 {
		return nil
	}
	for i, x := range s.Exchanges {
		body := maxBody
		if s.Verdict == report.Passed && *left < exchangePart/2 || *left < exchangePart/10 {
			body = shortBody
		}
		view, truncated := exchangeOf(x, body)
		p.Truncated = p.Truncated || truncated
		if *left -= view.size(); *left < 0 {
			out.More = len(s.Exchanges) - i
			break
		}
		out.Exchanges = append(out.Exchanges, view)
	}
	return out
}

// exchangeOf returns an exchange whose bodies have at most max bytes each, and
// whether one was longer.
func exchangeOf(x report.Exchange, limit int) (view exchange, truncated bool) {
	view = exchange{
		ID: x.ID, Method: line(x.Method), Path: line(x.Path), Status: status(x),
		Injected: x.Injected, Case: line(strings.TrimPrefix(x.Case, x.Operation+"/")),
	}
	for _, f := range x.Findings {
		view.Departs = view.Departs || f.Part == finding.PartResponse && !f.Note()
	}
	view.Sent = escape(message(x.RequestHeader, x.RequestBody, x.RequestSize, limit))
	view.Received = escape(message(x.ResponseHeader, x.ResponseBody, x.ResponseSize, limit))
	if x.Broken != "" {
		view.Received += escape("\n(" + text(x.Broken) + ")")
	}
	return view, len(x.RequestBody) > limit || len(x.ResponseBody) > limit
}

func (x exchange) size() int {
	return 170 + escaped(x.ID) + escaped(x.Path) + escaped(x.Method) + escaped(x.Case) + len(x.Sent) + len(x.Received)
}

// message returns the fields that matter and at most limit bytes of the body. size
// is that of the body if the report itself has cut it.
func message(h http.Header, body report.Body, size, limit int) string {
	var b strings.Builder
	for _, f := range report.Fields(h) {
		b.WriteString(report.Shorten(f.Name+": "+f.Value, maxLine) + "\n")
	}
	if body == "" {
		return b.String()
	}
	if b.Len() > 0 {
		b.WriteString("\n")
	}
	if len(body) > limit {
		return b.String() + printable.Text(report.Shorten(string(body), limit)) + fmt.Sprintf(" (%d bytes)", max(size, len(body)))
	}
	b.WriteString(printable.Text(string(body)))
	if size > 0 {
		fmt.Fprintf(&b, "… (%d bytes)", size)
	}
	return b.String()
}

// escape escapes a text for the content of an element. Unlike the template it does not
// escape quotes, because JSON has many.
func escape(text string) template.HTML {
	return template.HTML(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text))
}

// status returns the status of an exchange with its name.
func status(x report.Exchange) string {
	if x.Status == 0 {
		return "no response"
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", x.Status, http.StatusText(x.Status)))
}

// escaped returns how long a text is on the page.
func escaped(s string) int {
	return len(s) + 4*(strings.Count(s, "&")+strings.Count(s, "<")+strings.Count(s, ">")+strings.Count(s, `"`)+strings.Count(s, "'")+strings.Count(s, "+"))
}

// line returns a text that the page shows on one line.
func line(s string) string { return report.Shorten(printable.Line(s), maxLine) }

// text returns a text of a failure as the page shows it.
func text(s string) string { return report.Shorten(printable.Text(s), maxText) }
