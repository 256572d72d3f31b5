package scenarios_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
)

// badFileNames are names that no command may write, with a part of the message that
// refuses each.
var badFileNames = map[string]string{
	"../x":                           "leads out of the folder",
	"a/../../x":                      "leads out of the folder",
	"..":                             "leads out of the folder",
	".":                              "leads out of the folder",
	"a/..":                           "leads out of the folder",
	"/tmp/x":                         "leads out of the folder",
	"//x":                            "leads out of the folder",
	`..\x`:                           "between folders",
	`C:\x`:                           "between folders",
	"C:x":                            "between folders",
	"a\x00b":                         "control character",
	"a\x1bb":                         "control character",
	strings.Repeat("n", 256):         "has a part of 256 bytes; want at most 255",
	strings.Repeat("n/", 513):        "has 1026 bytes; want at most 1024",
	"a/" + strings.Repeat("ä/", 600): "bytes; want at most 1024",
}

// TestRun_fileNames reads scenarios with a file, in the archive or in the command
// fixture, whose name leads out of the folder. Nothing is played, and the message names
// the line.
func TestRun_fileNames(t *testing.T) {
	t.Parallel()
	texts := map[string]string{}
	for name, want := range badFileNames {
		texts["call OPTIONS /keys\n-- good --\nx\n-- "+name+" --\nx\n"] = "script.txtar:4:4: file name"
		texts["call OPTIONS /keys\nfixture '"+name+"' create-keys\n"] = "script.txtar:2:9: file name"
		texts["call OPTIONS /keys\r\n-- "+name+" --\r\nx\r\n"] = want
	}
	texts["call OPTIONS /keys\n-- $WORK/../x --\n"] = "script.txtar:2:4: file name \"$WORK/../x\" has a $"
	texts["call OPTIONS /keys\n-- a --\n-- b --\n-- ./a --\n"] = "script.txtar:4:4: file name \"./a\" is given twice"
	texts["call OPTIONS /keys\n-- --\n"] = "script.txtar:2:1: a file needs a name"
	for text, want := range texts {
		r, got := play(t, scenarios.Options{Files: []string{script(t, text)}})
		if r.ExitCode() != report.ExitUnreadable || !strings.Contains(got, want) {
			t.Errorf("%.80q: exit code %d; want 2 and %q\n%s", text, r.ExitCode(), want, got)
		}
	}
}

// TestRun_goodFileNames plays scenarios whose files are in subfolders.
func TestRun_goodFileNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a", "a/b/c.json", "..a", "a..", "ümlaut", strings.Repeat("n", 200), "./a"} {
		text := fmt.Sprintf("call OPTIONS /keys\nexists '%[1]s'\nfixture '%[1]s' create-keys\ngrep name '%[1]s'\n-- %[1]s --\nx\n", name)
		r, got := play(t, scenarios.Options{Files: []string{script(t, text)}})
		checkReport(t, r, got, report.ExitConforms, "conforms")
	}
}

// TestFixture_staysInItsFolder tries to make fixture write outside the folder, in ways
// that cannot be seen before the scenario is played.
func TestFixture_staysInItsFolder(t *testing.T) {
	t.Parallel()
	outside := t.TempDir()
	for name, test := range map[string]struct{ script, want string }{
		"a variable":                {"fixture $WORK/x create-keys", "leads out of the folder"},
		"a variable with dots":      {"env UP=..\nfixture $UP/x create-keys", "leads out of the folder"},
		"a link to a folder":        {"symlink out -> " + outside + "\nfixture out/x create-keys", "path escapes"},
		"a link to a file":          {"symlink out -> " + outside + "/x\nfixture out create-keys", "path escapes"},
		"a relative link":           {"symlink out -> ../../x\nfixture out create-keys", "path escapes"},
		"a link that a program set": {"exec ln -s " + outside + " out\nfixture out/x create-keys", "path escapes"},
		"another current folder":    {"cd " + outside + "\nfixture x create-keys", "path escapes"},
		"another value of WORK":     {"env WORK=/\ncd " + outside + "\nfixture x create-keys", "path escapes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines := strings.Count(test.script, "\n") + 2
			r, got := play(t, scenarios.Options{Files: []string{script(t, "call OPTIONS /keys\n"+test.script+"\n")}})
			checkReport(t, r, got, report.ExitFailed, test.want)
			if where := fmt.Sprintf("script.txtar:%d", lines); !strings.Contains(got, where) {
				t.Errorf("the report does not name %s:\n%s", where, got)
			}
		})
	}
	t.Cleanup(func() { // when the scenarios have been played
		if files, err := os.ReadDir(outside); err != nil || len(files) > 0 {
			t.Errorf("written to %s: %v, %v", filepath.Base(outside), files, err)
		}
	})
}
