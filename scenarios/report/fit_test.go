package report

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// TestRows_loseNothing breaks texts of any words: the words are those of the text, no
// line is longer than asked for unless it is one word, and none could hold the next word.
func TestRows_loseNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[aä"]{1,30}`), 1, 20).Draw(t, "words")
		columns := rapid.IntRange(10, 100).Draw(t, "columns")
		hang := strings.Repeat(" ", rapid.IntRange(0, 9).Draw(t, "hang"))
		got := rows(strings.Join(words, " "), columns, hang)
		if len(got) == maxRows && strings.HasSuffix(got[len(got)-1], "…") {
			return // it says that there is more
		}
		if text := strings.Join(got, " "); !slices.Equal(strings.Fields(text), words) || len(got) > maxRows {
			t.Fatalf("%d lines, %q; want the words %q", len(got), got, words)
		}
		for i, row := range got {
			if n := utf8.RuneCountInString(row); n > columns && len(strings.Fields(row)) > 1 {
				t.Fatalf("the line %q has %d columns, want at most %d", row, n, columns)
			}
			if i > 0 && !strings.HasPrefix(row, hang) {
				t.Fatalf("the line %q does not begin with %d spaces", row, len(hang))
			}
		}
	})
}

// TestRows_areBounded cuts a text that takes more lines than a text may.
func TestRows_areBounded(t *testing.T) {
	t.Parallel()
	got := rows(strings.Repeat("word ", 400), 80, "")
	if len(got) != maxRows || !strings.HasSuffix(got[maxRows-1], "…") || utf8.RuneCountInString(got[maxRows-1]) > 80 {
		t.Errorf("%d lines, the last %q; want %d that end in …", len(got), got[len(got)-1], maxRows)
	}
}

// TestWriteMarkedBody_atTheBound puts a caret below each column of a line that is shown,
// however long, wide or deep the line is, and below no other.
func TestWriteMarkedBody_atTheBound(t *testing.T) {
	t.Parallel()
	const room = textColumns - len(exchangeMargin)
	for name, test := range map[string]struct {
		line   string
		indent int
		carets int
	}{
		"a short line":                   {`  "a": 1,`, 2, len(`"a": 1`)},
		"a line of every column":         {"  " + strings.Repeat("x", room-2), 2, room - 2},
		"a line of one column more":      {"  " + strings.Repeat("x", room-1), 2, room - 2},
		"a line of letters of two bytes": {"  " + strings.Repeat("ä", room), 2, room - 2},
		"a line that begins at the end":  {strings.Repeat(" ", room-1) + "x", room - 1, 1},
		"a line that begins beyond it":   {strings.Repeat(" ", room+30) + "x", room - 1, 1},
		"an object that opens":           {`    "data": {`, 4, len(`"data": `)},
	} {
		var b strings.Builder
		writeMarkable(&b, test.line, true)
		lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
		want := exchangeMargin + strings.Repeat(" ", test.indent) + strings.Repeat("^", test.carets)
		if len(lines) != 2 || lines[1] != want {
			t.Errorf("%s: got\n%s\nwant the carets\n%s", name, b.String(), want)
		}
		for _, line := range lines {
			if n := utf8.RuneCountInString(line); n > textColumns {
				t.Errorf("%s: a line of %d columns", name, n)
			}
		}
	}
}

// TestWriteMargin_linesThatAreNotBroken keeps a diff a diff, and a request, a file or a
// command line whole.
func TestWriteMargin_linesThatAreNotBroken(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", 40)
	for line, want := range map[string]int{
		"  +" + long: textColumns, "  -" + long: textColumns,
		"  smaller: " + long: len(long) + 16, "    --> " + long: len(long) + 13, "  mockgates exec -- " + long: len(long) + 25,
	} {
		var b strings.Builder
		writeMargin(&b, "   | ", line)
		if n := utf8.RuneCountInString(strings.TrimRight(b.String(), "\n")); strings.Count(b.String(), "\n") != 1 || n != want {
			t.Errorf("%.20s: %d lines of %d columns, want one of %d", line, strings.Count(b.String(), "\n"), n, want)
		}
	}
}
