package scenarios_test

import (
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
)

// TestWriteText_failures compares the report of scenarios that fail with a golden
// file.
func TestWriteText_failures(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/failing/*.txtar")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d kinds of failure, error %v; want 20 or more", len(files), err)
	}
	r, _ := play(t, scenarios.Options{Files: files, Clock: frozen, DocumentedOnly: true})
	var text strings.Builder
	if err := r.WriteText(&text, false); err != nil {
		t.Fatal(err)
	}
	got := text.String()
	if r.ExitCode() != report.ExitFailed {
		t.Errorf("exit code %d, want 4", r.ExitCode())
	}
	if n := r.Count(report.Failed); n != len(files) {
		t.Errorf("%d scenarios failed, want all %d", n, len(files))
	}
	checkFits(t, got)
	got = ruleLine.ReplaceAllString(got, "$1:N")
	golden(t, "testdata/failing.golden", got)
}

// checkFits fails for a line of more than 80 columns that is neither a command to copy
// nor the place of something.
func checkFits(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if utf8.RuneCountInString(line) > 80 && !strings.HasPrefix(line, "   | curl -i ") && !strings.HasPrefix(strings.TrimLeft(line, " "), "--> ") {
			t.Errorf("a line of %d columns, want at most 80: %s", utf8.RuneCountInString(line), line)
		}
	}
}

// ruleLine matches the line of a rule, which changes with every edit of the
// specification.
var ruleLine = regexp.MustCompile(`(modelgates\.yaml):\d+`)

// TestWriteText_controlCharacters plays on a target whose responses contain control
// sequences of a terminal.
func TestWriteText_controlCharacters(t *testing.T) {
	t.Parallel()
	hostile := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["X-Title"] = []string{"\u009b2J"}
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, "\x1b]0;title\a\u202e\rok\u009b2J\xff")
		})
	}
	file := script(t, "call POST /keys key.json\njq '.'\nstdout '\x1b[3J'\n\n-- key.json --\n{\"name\": \"k\"}\n")
	var transcript strings.Builder
	_, text := play(t, scenarios.Options{Handler: hostile, Files: []string{file}, Verbose: true, Output: &transcript})
	text += transcript.String()
	for _, r := range text {
		if r != '\n' && r != '\t' && unicode.IsControl(r) || r == '\u202e' || r == unicode.ReplacementChar {
			t.Errorf("the report contains %q:\n%q", r, text)
			break
		}
	}
	if !strings.Contains(text, `\u001b]0;title\u0007`) {
		t.Errorf("the report does not show the body:\n%q", text)
	}
}
