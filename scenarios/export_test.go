package scenarios

import "regexp"

// Unwrap returns the text of a report with each message on one line.
func Unwrap(text string) string { return wrapped.ReplaceAllString(text, " $1$2") }

// wrapped matches where a message is broken into lines: they are indented as far as a
// label of the report.
var wrapped = regexp.MustCompile(`\n {6,}(\S)|\n +\| {8,}(\S)`)
