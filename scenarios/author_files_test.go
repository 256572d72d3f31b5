package scenarios_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
)

// folder writes files to a folder and returns its name.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const preflight = "call OPTIONS /keys\nstatus 204\n"

func TestRun_whatFilesMayBe(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"b.txtar": preflight, "a/c.txtar": preflight, "notes.txt": "not a scenario"})
	empty := t.TempDir()
	for _, test := range []struct {
		name  string
		files []string
		stdin string
		exit  int
		want  string // in the report
	}{
		{"a folder stands for the scenarios in it and below", []string{dir}, "", 0, "conforms (2 scenarios, 2 exchanges"},
		{"- is standard input", []string{"-"}, preflight, 0, "ok    stdin  1 exchange"},
		{"standard input and a folder", []string{"-", dir}, preflight, 0, "conforms (3 scenarios"},
		{"an empty standard input has no command", []string{"-"}, "", 2, "-: the script has no command; write one such as call"},
		{"a file cannot be given twice", []string{dir + "/b.txtar", dir + "/a/../b.txtar"}, "", 2, "the file is given twice, first as "},
		{"a file cannot be given beside its folder", []string{dir, dir + "/b.txtar"}, "", 2, "the file is given twice"},
		{"standard input cannot be given twice", []string{"-", "-"}, preflight, 2, "-: the file is given twice"},
		{"a folder without scenarios is refused", []string{empty}, "", 2, "the folder has no scenario; want a file whose name ends in .txtar"},
		{"a file must not be too long", []string{"-"}, preflight + strings.Repeat("# long\n", 3<<20), 2, "-: the file is longer than the limit of 16777216 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r, text := play(t, scenarios.Options{Files: test.files, Stdin: strings.NewReader(test.stdin)})
			checkReport(t, r, text, test.exit, test.want)
			if test.exit == report.ExitUnreadable && r.Exchanges > 0 {
				t.Errorf("%d exchanges; want none", r.Exchanges)
			}
		})
	}
}

func TestRun_setVariables(t *testing.T) {
	t.Parallel()
	file := script(t, "call $METHOD /keys\nstatus 204\njq '$METHOD == \"OPTIONS\"'\n")
	r, text := play(t, scenarios.Options{Files: []string{file}, Set: map[string]string{"METHOD": "OPTIONS"}})
	checkReport(t, r, text, 0, "conforms")
	for name, want := range map[string]string{
		"WORLD": "variable WORLD cannot be set", "WORK": "variable WORK cannot be set", "1X": `"1X" is not the name of a variable`, "": "is not the name",
	} {
		_, err := scenarios.Run(t.Context(), scenarios.Options{Set: map[string]string{name: "x"}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v; want %q", name, err, want)
		}
	}
}

// TestRun_programs lets a program send a request that breaks the contract.
func TestRun_programs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, script string
		exit         int
		want         string
	}{
		{"a valid request", "exec client valid", 0, "conforms"},
		{"an invalid request", "exec client valid\nexec client empty\n", 4, "POST /keys of a program breaks the contract; put requests unchecked before exec"},
		{"its line", "exec client valid\nexec client empty\nexists .", 4, "script.txtar:3\n"},
		{"a program in the background", "exec client empty &\nwait", 4, "script.txtar:3\n"},
		{"requests that are unchecked", "requests unchecked\nexec client empty", 0, "conforms"},
		{"more requests than the journal holds", "exec client many", 3, "requests not validated: the journal no longer has them"},
		{"as many that are unchecked", "requests unchecked\nexec client many", 0, "conforms"},
		{"a request of the script", "invalid\ncall POST /keys\nexec client valid", 0, "conforms"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r, text := play(t, scenarios.Options{Files: []string{script(t, "call OPTIONS /keys\n"+test.script+"\n")}})
			checkReport(t, r, text, test.exit, test.want)
		})
	}
}

// TestWorldOf asks for the world in a command that the suite adds.
func TestWorldOf(t *testing.T) {
	t.Parallel()
	names := map[string]string{}
	cmds := scenarios.Commands()
	cmds["note"] = func(ts *testscript.TestScript, _ bool, args []string) {
		w, name := scenarios.WorldOf(ts), "none"
		if w != nil {
			name = w.Name()
		}
		names[args[0]] = name // not before the call, which must not panic
	}
	for name, setup := range map[string]func(*testscript.Env) error{"with": scenarios.Setup, "without": nil} {
		r := &recorder{}
		testscript.RunT(r, testscript.Params{Files: []string{script(t, "note "+name+"\n")}, Setup: setup, Cmds: cmds, Condition: scenarios.Condition})
	}
	if diff := cmp.Diff(map[string]string{"with": "script", "without": "none"}, names); diff != "" {
		t.Errorf("worlds (-want +got):\n%s", diff)
	}
}
