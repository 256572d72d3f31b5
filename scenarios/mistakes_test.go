package scenarios_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
)

// TestRun_anAuthorsFirstMistakes makes the mistakes that an author of scenarios makes
// first. Nothing is played, and each message has the line and the column of the mistake
// and says what to write instead.
func TestRun_anAuthorsFirstMistakes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ mistake, script, want string }{
		{"an unset variable in a path", "call POST /keys key.json\ncapture HASH .data.hash\ncall GET /keys/$HAHS\n", `:3:10: variable $HAHS is not set; did you mean HASH?`},
		{"an unset variable in an argument", "call POST /keys key.json\nas key $WORDL\n", `:2:8: variable $WORDL is not set; did you mean WORLD?`},
		{"an unset variable in a body", "call POST /keys typo.json\n-- typo.json --\n{\"name\": \"of $RNU\"}\n", `:1:17: typo.json: variable $RNU is not set; did you mean RUN?`},
		{"two files of one name", "call POST /keys key.json\n-- key.json --\n{}\n", `:5:4: file name "key.json" is given twice; give each file another name`},
		{"a jq expression that assigns", "call POST /keys key.json\njq '.data.limit = 10'\n", `:2:4: ".data.limit = 10" cannot be compiled: it assigns with =, which a scenario cannot; to compare, use ==`},
		{"a jq expression that ends too early", "call POST /keys key.json\njq '.data.limit =='\n", `:2:4: ".data.limit ==" is not a jq expression: it is not complete`},
		{"a jq expression with an unset variable", "call POST /keys key.json\njq '.data.limit == $LIMTI'\n", `:2:4: ".data.limit == $LIMTI" cannot be compiled: variable not defined: $LIMTI; did you mean LIMIT?`},
		{"a file that is missing", "call POST /keys kye.json\n", `:1:17: there is no file "kye.json"; did you mean key.json?`},
		{"a fault of an unknown operation", "fault create-key status=500\ncall POST /keys key.json\n", `:1:7: fault: operation "create-key" is not known; did you mean create-keys?`},
		{"a fault with a status that nothing documents", "fault create-keys status=418\ncall POST /keys key.json\n", `:1:7: fault "create-keys": status 418 is not documented; want one of 400, 401, 403, 429, 500, or force`},
		{"a fault with an unknown word", "fault create-keys stauts=500\ncall POST /keys key.json\n", `:1:7: fault "create-keys": "stauts" is not a member of a fault; did you mean status?`},
		{"an unknown command", "cal POST /keys key.json\n", `:1:1: unknown command "cal"; did you mean call?`},
		{"an unknown rule", "# rules: keys.craeted\ncall POST /keys key.json\n", `:1:10: unknown rule "keys.craeted"; did you mean keys.created?`},
		{"a quote that is not closed", "call POST /keys key.json\njq '.data.limit == 10\n", `:2:21: a quote is not closed; end it with '`},
		{"an unknown condition", "[fkae] call POST /keys key.json\n", `:1:1: condition [fkae] is not known; did you mean fake?`},
		{"a condition without a command", "call POST /keys key.json\n[fake]\n", `:2:1: a condition or ! needs a command after it, such as [fake] status 200`},
		{"a name of a file that leads elsewhere", "call POST /keys ../key.json\n-- ../key.json --\n{}\n", `:2:4: file name "../key.json" leads out of the folder of the scenario; want a relative one that stays in it`},
	} {
		t.Run(test.mistake, func(t *testing.T) {
			t.Parallel()
			file := script(t, test.script+nightly)
			r, text := play(t, scenarios.Options{Files: []string{file}})
			first, _, _ := strings.Cut(text, "\n")
			got := strings.TrimPrefix(first, "error: "+filepath.ToSlash(file))
			if r.ExitCode() != report.ExitUnreadable || r.Exchanges > 0 || got != test.want {
				t.Errorf("exit code %d after %d exchanges:\ngot  %s\nwant %s", r.ExitCode(), r.Exchanges, got, test.want)
			}
		})
	}
}

// TestRun_noFolderForFiles plays where no temporary folder can be created. The run is
// inconclusive, since that says nothing about the target.
func TestRun_noFolderForFiles(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "nowhere"))
	t.Setenv("TMP", filepath.Join(t.TempDir(), "nowhere")) // as TMPDIR on Windows
	file := filepath.Join("testdata", "failing", "status_unexpected.txtar")
	r, text := play(t, scenarios.Options{Files: []string{file}})
	checkReport(t, r, text, report.ExitInconclusive, "set TMPDIR to a writable folder")
	if r.Exchanges > 0 || strings.Contains(text, "does not conform") {
		t.Errorf("%d exchanges, want none and no verdict on the target\n%s", r.Exchanges, text)
	}
}

// TestRun_mistakesWithFiles names what is wrong with the files that are given.
func TestRun_mistakesWithFiles(t *testing.T) {
	t.Parallel()
	file := script(t, "call OPTIONS /keys\n")
	empty := t.TempDir()
	if err := os.WriteFile(filepath.Join(empty, "keys.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		files []string
		want  string
	}{
		"the same file twice":         {[]string{file, file}, "error: " + file + ": the file is given twice, first as " + file + "; name it once\n"},
		"a file that is missing":      {[]string{empty + "/nowhere.txtar"}, "error: " + empty + "/nowhere.txtar: no such file or directory\n"},
		"a folder without a scenario": {[]string{empty}, "error: " + empty + ": the folder has no scenario; want a file whose name ends in .txtar in it or below\n"},
	} {
		r, text := play(t, scenarios.Options{Files: test.files})
		if r.ExitCode() != report.ExitUnreadable || r.Exchanges > 0 || !strings.HasPrefix(text, test.want) {
			t.Errorf("%s: exit code %d, want 2 and %s\n%s", name, r.ExitCode(), test.want, text)
		}
	}
}
