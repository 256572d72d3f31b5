package scenarios

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/scenarios/internal/script"
	"github.com/mockgates/mockgates/scenarios/internal/session"
	"github.com/mockgates/mockgates/scenarios/report"
)

// TestPlay_failureOfEachForm plays a script for each form in which testscript
// reports the end of one, and compares the line, phase and text of its failure.
func TestPlay_failureOfEachForm(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, script string
		want         *report.Failure // nil if the script passes or is skipped
	}{
		{
			"a command of testscript", "call OPTIONS /keys\n\nexists nowhere.txt",
			&report.Failure{Line: 3, Source: "exists nowhere.txt", Text: "$WORK/nowhere.txt does not exist"},
		},
		{
			"a command of this package", "call OPTIONS /keys\nstatus 204\nstatus 201",
			&report.Failure{Line: 3, Source: "status 201", Text: "unexpected status", Want: "201", Got: "204", Exchange: 1},
		},
		{
			"a command of this package that testscript stops", "[!fake] cp a nowhere.json\ncall POST /keys nowhere.json",
			&report.Failure{Line: 2, Source: "call POST /keys nowhere.json", Text: "open $WORK/nowhere.json: no such file or directory"},
		},
		{
			"a diff", "cmp a.txt b.txt\n-- a.txt --\none\n-- b.txt --\ntwo",
			&report.Failure{
				Line: 1, Source: "cmp a.txt b.txt", Text: "a.txt and b.txt differ",
				Detail: "diff a.txt b.txt\n--- a.txt\n+++ b.txt\n@@ -1,1 +1,1 @@\n-one\n+two",
			},
		},
		{
			"a later phase", "# The first phase passes.\nexists a.txt\n# The second one fails.\nexists b.txt\n-- a.txt --",
			&report.Failure{Line: 4, Source: "exists b.txt", Phase: "The second one fails.", Text: "$WORK/b.txt does not exist"},
		},
		{
			"the second of two equal lines", "call POST /keys key.json\nstdout nightly\ncall OPTIONS /keys\nstdout nightly\n-- key.json --\n{\"name\": \"nightly\"}",
			&report.Failure{Line: 4, Source: "stdout nightly", Text: "no match for `nightly` found in stdout", Exchange: 2},
		},
		{
			"a line that a condition skips, equal to the one that fails", "call OPTIONS /keys\n[live] status 201\nstatus 201",
			&report.Failure{Line: 3, Source: "status 201", Text: "unexpected status", Want: "201", Got: "204", Exchange: 1},
		},
		{
			"a condition in front", "[fake] [!live] exists nowhere.txt",
			&report.Failure{Line: 1, Source: "[fake] [!live] exists nowhere.txt", Text: "$WORK/nowhere.txt does not exist"},
		},
		{
			"an unknown condition", "call OPTIONS /keys\n[fast] stop",
			&report.Failure{Line: 2, Source: "[fast] stop", Text: `bad condition "fast": unknown condition "fast"; want one of companion, fake, live, unbounded`},
		},
		{
			"a program", "exec sh -c 'echo out; echo err >&2; exit 3'",
			&report.Failure{
				Line: 1, Source: "exec sh -c 'echo out; echo err >&2; exit 3'", Text: "unexpected command failure",
				Detail: "[stdout]\nout\n[stderr]\nerr\n[exit status 3]",
			},
		},
		{
			"a program that prints what looks like a failure", "exec echo 'FAIL: script.txtar:9: no'\nexec false",
			&report.Failure{Line: 2, Source: "exec false", Text: "unexpected command failure", Detail: "[exit status 1]"},
		},
		{
			"a program in the background", "exec false &late&\nwait late",
			&report.Failure{Line: 2, Source: "wait late", Text: "unexpected command failure", Detail: "[background] false: exit status 1"},
		},
		{
			"an unknown command from a variable", "env CMD=nonesuch\n$CMD",
			&report.Failure{Line: 2, Source: "$CMD", Text: `unknown command "nonesuch"`},
		},
		{
			"a usage error of testscript", "cd",
			&report.Failure{Line: 1, Source: "cd", Text: "usage: cd dir"},
		},
		{
			"a usage error of this package", "clock advance",
			&report.Failure{
				Line: 1, Source: "clock advance", Text: "want a duration after advance",
				Want: "clock advance DURATION|next-day|next-week|next-month, clock freeze|set [TIME]",
			},
		},
		{
			"a negated command of testscript", "! exists a.txt\n-- a.txt --",
			&report.Failure{Line: 1, Source: "! exists a.txt", Text: "file $WORK/a.txt unexpectedly exists"},
		},
		{
			"a negated command of this package", "call OPTIONS /keys\n! status 204",
			&report.Failure{Line: 2, Source: "! status 204", Text: "unexpected success: with ! before it the command must fail", Exchange: 1},
		},
		{
			"a file of the archive that cannot be written", "stop\n-- a --\n-- a/b --",
			&report.Failure{Text: "mkdir $WORK/a: not a directory"},
		},
		{"skip", "skip 'not here'", nil},
		{"stop", "stop\nexists nowhere.txt", nil},
		{"nothing fails", "exists a.txt # a comment\n  \n\t# another one\n-- a.txt --", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, err := script.NewParser(session.Language(nil)).Parse("script", "script.txtar", []byte(test.script+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			r := openRun(t, Options{})
			var want []report.Failure
			if test.want != nil {
				want = []report.Failure{*test.want}
			}
			if diff := cmp.Diff(want, r.play(t.Context(), s, "script").Failures); diff != "" {
				t.Errorf("failures (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlay_skipHasItsReason(t *testing.T) {
	t.Parallel()
	s, err := script.NewParser(session.Language(nil)).Parse("script", "script.txtar", []byte("skip 'not here'\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := openRun(t, Options{Target: "http://127.0.0.1:1", ManagementKey: "k"})
	if got := r.play(t.Context(), s, ""); got.Verdict != report.Skipped || got.Reason != "not here" {
		t.Errorf("verdict %s, reason %q; want skipped, %q", got.Verdict, got.Reason, "not here")
	}
}
