package script

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
)

// TestTestscriptCommands checks the list of testscript's own commands: testscript
// knows each of them, and does not know another word.
func TestTestscriptCommands(t *testing.T) {
	t.Parallel()
	for _, name := range append(slices.Clone(testscriptCommands), "state") {
		r := &runner{}
		file := t.TempDir() + "/one.txtar"
		if err := os.WriteFile(file, []byte("! "+name+" a b c d e f g\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		r.protect(func() { testscript.RunT(r, testscript.Params{Files: []string{file}}) })
		if unknown := strings.Contains(r.log.String(), "unknown command"); unknown != (name == "state") {
			t.Errorf("%s: testscript does not know it: %v", name, unknown)
		}
	}
}

func TestSplitWords_asTestscript(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][]string{
		"":                      nil,
		"  \t ":                 nil,
		"one two":               {"one", "two"},
		"'one two' three":       {"one two", "three"},
		"it''s":                 {"its"},
		"'it''s'":               {"it's"},
		"a'b c'd":               {"ab cd"},
		"one # two":             {"one"},
		"one#two":               {"one"},
		"'one # two'":           {"one # two"},
		"''":                    {""},
		"\"one two\"":           {`"one`, `two"`},
		"call POST /keys key\r": {"call", "POST", "/keys", "key"},
		"ümlaut 'größer als'":   {"ümlaut", "größer als"},
		"jq '.data":             nil, // the quote is not closed
	} {
		got, _, err := splitWords(line)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", line, diff)
		}
		if open := strings.Count(line, "'")%2 == 1; open != (err != nil) {
			t.Errorf("%q: error %v", line, err)
		}
		if err != nil {
			continue
		}
		if got, ok := splitByTestscript(t, line); ok && !slices.Equal(want, got) {
			t.Errorf("testscript splits %q into %q, want %q", line, got, want)
		}
	}
}

// splitByTestscript lets testscript split a line. It returns false if the line
// has no word.
func splitByTestscript(t *testing.T, line string) (words []string, ok bool) {
	t.Helper()
	file := t.TempDir() + "/one.txtar"
	if err := os.WriteFile(file, []byte("words "+line+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := &runner{}
	r.protect(func() {
		testscript.RunT(r, testscript.Params{
			Files: []string{file},
			Cmds: map[string]func(*testscript.TestScript, bool, []string){
				"words": func(_ *testscript.TestScript, _ bool, args []string) { words, ok = args, len(args) > 0 },
			},
		})
	})
	return words, ok
}

// FuzzParse checks that every script is either refused with a message, or read
// into steps that have a line and a command.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"call POST /keys", "[fake] ! status 200", "# rules: keys.created\nstop", "''", "[", "!", "$X", "[]", "stop\n-- --\n", "stop\n-- ../x --\n"} {
		f.Add(s)
	}
	p := NewParser(Language{Commands: []string{"call", "status"}, Rules: []string{"keys.created"}})
	f.Fuzz(func(t *testing.T, text string) {
		s, err := p.Parse("fuzz", "fuzz.txtar", []byte(text))
		if err != nil {
			if e, ok := errors.AsType[*SyntaxError](err); !ok || e.Line < 0 || e.Column < 0 || e.Text == "" {
				t.Errorf("error %#v", err)
			}
			return
		}
		for _, st := range s.steps {
			if st.line < 1 || st.line > len(s.lines) || len(st.words) == 0 {
				t.Errorf("step %+v of %d lines", st, len(s.lines))
			}
		}
	})
}
