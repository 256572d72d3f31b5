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
	Text     string `json:"text"`     // without the space around it
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
			r.Citations = append(r.Citations, Citation{f.Document, f.Line, strings.TrimSpace(text[f.Line-1])})
		}
	}
	slices.SortFunc(r.Citations, func(a, b Citation) int {
		return cmp.Or(cmp.Compare(a.Document, b.Document), cmp.Compare(a.Line, b.Line))
	})
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
