// Package codequality writes the failures of a report as a code quality report of
// GitLab, which shows each one in the merge request on its line of the scenario.
//
// The package decides nothing: the output is a function of the report alone.
package codequality

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/scenarios/report"
)

// An issue is one entry, in the subset of the Code Climate format that GitLab reads.
type issue struct {
	Description string   `json:"description"`
	CheckName   string   `json:"check_name"`
	Fingerprint string   `json:"fingerprint"` // the same for the same failure of another run
	Severity    string   `json:"severity"`
	Location    location `json:"location"`
}

type location struct {
	Path  string `json:"path"`
	Lines lines  `json:"lines"`
}

type lines struct {
	Begin int `json:"begin"`
}

// ofTheRun is the path of a problem that concerns no file. GitLab drops an issue without a
// path.
const ofTheRun = "mockgates"

// Write writes an array with one issue for each problem, and for each failure of each
// scenario. A failure without a line is on line 1.
func Write(w io.Writer, r report.Report) error {
	list := []issue{}
	seen := map[string]int{}
	add := func(check, severity, description, file string, line int) {
		key := strings.Join([]string{file, check, description}, "\x00")
		seen[key]++
		sum := sha256.Sum256([]byte(fmt.Sprintf("%s\x00%d", key, seen[key])))
		list = append(list, issue{
			printable.Line(description), check, hex.EncodeToString(sum[:16]), severity,
			location{printable.Line(file), lines{max(line, 1)}},
		})
	}
	for _, p := range r.Problems {
		severity := "blocker"
		if p.Exit == report.ExitInconclusive {
			severity = "minor"
		}
		add("problem", severity, p.Text, cmp.Or(p.File, ofTheRun), p.Line)
	}
	for _, s := range r.Scenarios {
		for _, f := range s.Failures {
			d := s.Diagnose(f)
			severity := "major"
			if f.Inconclusive {
				severity = "minor"
			}
			file, line := d.Location()
			add(d.Kind(), severity, description(d), file, line)
		}
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(list)
}

// description returns the text of the issue for a failure, in one line.
func description(d report.Diagnosis) string {
	want, got := d.Failure.Want, d.Failure.Got
	if len(d.Findings) > 0 {
		want, got = d.Findings[0].Want, d.Findings[0].Got
	}
	text := d.Headline()
	if want != "" {
		text += "; want " + want
	}
	if got != "" {
		text += "; got " + got
	}
	return text
}
