// Package annotations writes the failures of a report as workflow commands of
// GitHub Actions, which shows each one on its line of the scenario.
//
// GitHub shows ten errors and ten warnings of a step. The first ten of each are written,
// and a notice says how many more there are.
//
// The package decides nothing: the output is a function of the report alone.
package annotations

import (
	"fmt"
	"io"
	"strings"

	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/scenarios/report"
)

// Max is the largest number of errors, and of warnings, that are written. GitHub shows no
// more of one step.
const Max = 10

// Write writes a command for each problem and each diagnosis, and nothing if there
// is none. A failure that says nothing about the target is a warning.
func Write(w io.Writer, r report.Report) error {
	var b strings.Builder
	written, left := map[string]int{}, 0
	add := func(level, file string, line int, title, message string) {
		if written[level]++; written[level] > Max {
			left++
			return
		}
		b.WriteString(command(level, file, line, title, message))
	}
	for _, p := range r.Problems {
		level := "error"
		if p.Exit == report.ExitInconclusive {
			level = "warning"
		}
		add(level, p.File, p.Line, "mockgates: "+r.Outcome(), p.Text)
	}
	for _, d := range r.Diagnoses() {
		level := "error"
		if d.Failure.Inconclusive {
			level = "warning"
		}
		add(level, d.Scenario.File, d.Failure.Line, d.Headline(), message(d))
	}
	if left > 0 {
		b.WriteString(command("notice", "", 0, "mockgates", report.Plural(left, "further failure")+"; the report has them all"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// message returns the text of the annotation for a diagnosis.
func message(d report.Diagnosis) string {
	text := d.Failure.String()
	if n := len(d.Also); n > 0 {
		text += fmt.Sprintf("\nalso at %s", d.Also[0])
		if n > 1 {
			text += fmt.Sprintf(" and %d more", n-1)
		}
	}
	return text
}

// command returns one workflow command with its line feed.
func command(level, file string, line int, title, message string) string {
	var properties []string
	if file != "" {
		properties = append(properties, "file="+escapeProperty(file))
		if line > 0 {
			properties = append(properties, fmt.Sprintf("line=%d", line))
		}
	}
	properties = append(properties, "title="+escapeProperty(title))
	return fmt.Sprintf("::%s %s::%s\n", level, strings.Join(properties, ","), escape(message))
}

// escape encodes the text of a command for GitHub.
func escape(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(printable.Text(text))
}

// escapeProperty encodes the value of a property for GitHub.
func escapeProperty(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(escape(text))
}
