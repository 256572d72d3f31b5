package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// The bounds of the text report. A character counts as one column.
const (
	textColumns = 80 // of a line, unless it is to be copied or has a word that is longer, such as a path
	maxRows     = 8  // lines that one text may take
)

// fit returns a text of at most some columns. Of a longer one it returns the beginning,
// and … in the last column.
func fit(text string, columns int) string {
	if len(text) <= columns || utf8.RuneCountInString(text) <= columns {
		return text
	}
	n := 0
	for i := range text {
		if n++; n == columns {
			return text[:i] + "…"
		}
	}
	return text
}

// rows returns a text as lines of at most some columns, broken at spaces. All but the
// first begin with hang. A word that is longer than a line is a line of its own.
func rows(text string, columns int, hang string) []string {
	indent := text[:len(text)-len(strings.TrimLeft(text, " "))]
	if utf8.RuneCountInString(text) <= columns {
		return []string{text}
	}
	var list []string
	row, begin := indent, true
	for word := range strings.SplitSeq(text[len(indent):], " ") {
		if !begin && utf8.RuneCountInString(row)+1+utf8.RuneCountInString(word) > columns {
			if len(list) == maxRows-1 {
				return append(list, fit(row+" …", columns))
			}
			list = append(list, row)
			row, begin = hang, true
		}
		if !begin {
			row += " "
		}
		row += word
		begin = false
	}
	return append(list, row)
}

// writeWrapped prints a label, which may be painted and is some columns wide, and a text
// on as many lines as needed. Lines after the first are indented by that width.
func writeWrapped(b *strings.Builder, label string, columns int, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		for _, row := range rows(line, textColumns-columns, "") {
			fmt.Fprintf(b, "%s%s\n", label, row)
			label = strings.Repeat(" ", columns)
		}
	}
}

// copied are the beginnings of lines that are never broken, so that they can be copied:
// those with a request, the name of a file or a command line.
var copied = []string{"smaller: ", "scenario: ", "--> ", "mockgates exec "}

// writeMargin prints a line after a margin. A line to be copied is printed whole, and a
// line of a diff is cut. Any other line is broken into several, each of which is cut.
func writeMargin(b *strings.Builder, margin, line string) {
	columns := textColumns - utf8.RuneCountInString(margin)
	text := strings.TrimLeft(line, " ")
	if slices.ContainsFunc(copied, func(beginning string) bool { return strings.HasPrefix(text, beginning) }) {
		fmt.Fprintf(b, "%s%s\n", margin, line)
		return
	}
	list := []string{line}
	if text != "" && !strings.ContainsRune("+-@", rune(text[0])) {
		list = rows(line, columns, strings.Repeat(" ", hangOf(line, columns)))
	}
	for _, row := range list {
		fmt.Fprintf(b, "%s%s\n", margin, fit(row, columns))
	}
}

// hangOf returns the indentation of the lines after the first. They line up with the
// value in a line that says what was wanted or got.
func hangOf(line string, columns int) int {
	text := strings.TrimLeft(line, " ")
	hang := len(line) - len(text)
	if strings.HasPrefix(text, "want: ") || strings.HasPrefix(text, "got:  ") {
		hang += len("want: ")
	}
	return min(hang, columns/2)
}
