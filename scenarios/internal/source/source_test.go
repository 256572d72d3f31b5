package source

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/scenarios/internal/script"
)

// TestLanguage_refusesWhatCanOnlyFail reads, for each command that is checked before
// anything is played, a line with a mistake and the same line without it.
func TestLanguage_refusesWhatCanOnlyFail(t *testing.T) {
	t.Parallel()
	p := script.NewParser(Language([]string{"assert-requests", "call", "capture", "cleanup", "consent", "eventually", "fault", "jq", "pkce"}, nil, []string{"RUN"}))
	for _, test := range []struct{ bad, want, good string }{
		{"jq '.a ='", "3:4", "jq '.a == $RUN'"},
		{"jq '$NOTHING'", "3:4", "jq '$status'"},
		{"assert-requests list-keys jq '.['", "3:30", "assert-requests list-keys jq '.[0]'"},
		{"eventually 1s jq '.['", "3:18", "eventually 1s status 200"},
		{"capture A '.['", "3:11", "capture A .a"},
		{"capture A stdout '('", "3:18", "capture A stdout 'x(.*)'"},
		{"fault create-keys status=999", "3:7", "fault create-keys status=500"},
		{"call POST /keys nothing.json", "3:17", "call POST /keys body.json"},
		{"cleanup call POST /keys nothing.json", "3:25", "cleanup call POST /keys body.json"},
		{"cmp stdout nothing.json", "3:12", "cmp stdout body.json"},
		{"call GET /keys/$HASH", "3:10", "capture HASH .hash\ncall GET /keys/$HASH"},
		{"call GET /keys/$CODE", "3:10", "consent /auth CODE\ncall GET /keys/$CODE$CALLBACK"},
		{"call GET /keys/$C", "3:10", "pkce V C\ncall GET /keys/$V$C"},
	} {
		read := func(line string) error {
			_, err := p.Parse("s", "s.txtar", []byte("# A scenario.\ncall GET /keys\n"+line+"\n-- body.json --\n{}\n"))
			return err
		}
		err := read(test.bad)
		if at := errorAt(err); at != test.want {
			t.Errorf("%s: %v at %s, want an error at %s", test.bad, err, at, test.want)
		}
		if err := read(test.good); err != nil {
			t.Errorf("%s: %v", test.good, err)
		}
	}
}

// errorAt returns the line and column of an error, as a report does.
func errorAt(err error) string {
	if err == nil {
		return "nowhere"
	}
	p := Unreadable("", err)
	return fmt.Sprintf("%d:%d", p.Line, p.Column)
}

// TestRead_aFileIsBounded accepts a file of the maximum length, and refuses one that is a
// byte longer.
func TestRead_aFileIsBounded(t *testing.T) {
	t.Parallel()
	p := script.NewParser(Language([]string{"call"}, nil, nil))
	file := filepath.Join(t.TempDir(), "large.txtar")
	text := "call GET /keys\n#"
	text += strings.Repeat(" ", maxScriptFile-len(text))
	for extra, want := range []string{"", "the file is longer than the limit of 16777216 bytes"} {
		if err := os.WriteFile(file, []byte(text+strings.Repeat(" ", extra)), 0o600); err != nil {
			t.Fatal(err)
		}
		scripts, problems := Read(p, []string{file}, nil)
		got := ""
		if len(problems) > 0 {
			got = problems[0].Text
		}
		if got != want || len(scripts) != 1-extra {
			t.Errorf("%d bytes: %d scripts, the problem %q; want %q", len(text)+extra, len(scripts), got, want)
		}
	}
}
