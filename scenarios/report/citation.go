package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/contract/finding"
)

// A Citation is a line of a document that a finding names.
type Citation struct {
	Document string `json:"document"` // its name, as findings have it
	Line     int    `json:"line"`     // from 1
	Text     string `json:"text"`     // without the space around it; with the list that it begins, or the key of the list that it is in
}

// String returns the citation with its place: "modelgates.yaml:120: type: string".
func (c Citation) String() string { return fmt.Sprintf("%s:%d: %s", c.Document, c.Line, c.Text) }

// A citationKey identifies a citation.
type citationKey struct {
	document string
	line     int
}

func (k citationKey) String() string { return fmt.Sprintf("%s:%d", k.document, k.line) }

// Cite sets the citations of the report: every line that a finding names and that
// a document has. documents holds the texts by name.
func (r *Report) Cite(documents map[string]string) {
	lines := map[string][]string{}
	for name, text := range documents {
		lines[name] = strings.Split(text, "\n")
	}
	cited := map[citationKey]bool{}
	r.Citations = nil
	for f := range r.findings() {
		key := citationKey{f.Document, f.Line}
		if text := lines[f.Document]; f.Line >= 1 && f.Line <= len(text) && !cited[key] {
			cited[key] = true
			r.Citations = append(r.Citations, Citation{f.Document, f.Line, excerpt(text, f.Line-1)})
		}
	}
	slices.SortFunc(r.Citations, func(a, b Citation) int {
		return cmp.Or(cmp.Compare(a.Document, b.Document), cmp.Compare(a.Line, b.Line))
	})
}

// maxItems is how many items of a list a citation has.
const maxItems = 20

// excerpt returns a line of a YAML document so that it says something by itself: "type:" with
// the list that follows, as "type: [number, 'null']", and "- limit" with the key of its
// list, as "required: - limit". Another line is returned without the space around it.
func excerpt(lines []string, i int) string {
	text := strings.TrimSpace(lines[i])
	switch {
	case strings.HasPrefix(text, "- "):
		for i > 0 && strings.HasPrefix(strings.TrimSpace(lines[i]), "- ") {
			i--
		}
		if key := strings.TrimSpace(lines[i]); isKey(key) {
			return key + " " + text
		}
	case isKey(text):
		if list := items(lines[i+1:]); len(list) > 0 {
			return text + " [" + strings.Join(list, ", ") + "]"
		}
	}
	return text
}

// isKey reports whether a line of YAML is a key whose value is on the lines after it.
func isKey(text string) bool { return strings.HasSuffix(text, ":") && !strings.HasPrefix(text, "- ") }

// items returns the items of the list of scalars with which lines begin, the first maxItems
// of them and then an ellipsis.
func items(lines []string) []string {
	var list []string
	for _, line := range lines {
		item, isItem := strings.CutPrefix(strings.TrimSpace(line), "- ")
		switch {
		case !isItem:
			return list
		case strings.Contains(item, ": ") || strings.HasSuffix(item, ":"):
			return nil
		case len(list) == maxItems:
			return append(list, "…")
		}
		list = append(list, item)
	}
	return list
}

// findings yields every finding of the report.
func (r Report) findings() func(yield func(finding.Finding) bool) {
	return func(yield func(finding.Finding) bool) {
		for _, s := range r.Scenarios {
			for _, x := range s.Exchanges {
				for _, f := range x.Findings {
					if !yield(f) {
						return
					}
				}
			}
		}
	}
}

// Citation returns the text of the line that a finding names, or "" if the report
// does not cite it.
func (r Report) Citation(f finding.Finding) string {
	i, found := slices.BinarySearchFunc(r.Citations, f, func(c Citation, f finding.Finding) int {
		return cmp.Or(cmp.Compare(c.Document, f.Document), cmp.Compare(c.Line, f.Line))
	})
	if !found {
		return ""
	}
	return r.Citations[i].Text
}
