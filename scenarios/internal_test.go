package scenarios

import (
	"context"
	"errors"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mockgates/mockgates/contract"
)

// TestDoc holds the list of commands in doc.go to those that are registered,
// both ways, usage included.
func TestDoc(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(file.Doc.Text(), "# Commands")
	list, _, _ = strings.Cut(list, "# Judged unasked")
	documented := map[string]bool{}
	for line := range strings.Lines(list) {
		if name, ok := strings.CutPrefix(line, "\t"); ok && name[0] != ' ' {
			documented[strings.Fields(name)[0]] = true
		}
	}
	if diff := cmp.Diff(commandNames(), slices.Sorted(maps.Keys(documented))); diff != "" {
		t.Errorf("doc.go is out of step (-registered +documented):\n%s", diff)
	}
	for name, c := range commands() {
		for usage := range strings.SplitSeq(c.usage, ", ") {
			if !strings.Contains(list, "\t"+usage) {
				t.Errorf("doc.go does not show the usage of %s as %q", name, usage)
			}
		}
	}
	if diff := cmp.Diff(commandNames(), slices.Sorted(maps.Keys(Commands()))); diff != "" {
		t.Errorf("Commands is out of step:\n%s", diff)
	}
}

// TestNoCommandHidesBehindOneOfTestscript shows that the list of testscript's
// own commands is right: each is known there, and none is ours.
func TestNoCommandHidesBehindOneOfTestscript(t *testing.T) {
	t.Parallel()
	for _, name := range append(slices.Clone(builtins), "state") {
		r := &runner{}
		file := t.TempDir() + "/one.txtar"
		if err := os.WriteFile(file, []byte("! "+name+" a b c d e f g\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		r.protect(func() { testscript.RunT(r, testscript.Params{Files: []string{file}}) })
		if unknown := strings.Contains(r.log.String(), "unknown command"); unknown != (name == "state") {
			t.Errorf("%s: unknown to testscript: %v", name, unknown)
		}
		if _, ours := commands()[name]; ours {
			t.Errorf("%s is testscript's, and cannot be ours", name)
		}
	}
}

func TestWordsAreSplitAsTestscriptDoes(t *testing.T) {
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
		"jq '.data":             nil, // the quote is open
	} {
		words, err := splitWords(line)
		var got []string
		for _, w := range words {
			got = append(got, w.text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", line, diff)
		}
		if open := strings.Count(line, "'")%2 == 1; open != (err != nil) {
			t.Errorf("%q: error %v", line, err)
		}
		if err != nil {
			continue
		}
		if got, ok := asTestscript(t, line); ok && !slices.Equal(want, got) {
			t.Errorf("%q: testscript has %q, want %q", line, got, want)
		}
	}
}

// asTestscript splits a line by testscript itself. It is false for a line that
// holds no word.
func asTestscript(t *testing.T, line string) (words []string, ok bool) {
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

// TestACanaryThatSurvivesEndsTheRun gives Run a judge that does not look.
func TestACanaryThatSurvivesEndsTheRun(t *testing.T) {
	t.Parallel()
	blind := func() (judge, error) {
		j, err := judgeAll()
		j.proof = func() error { return errors.New(`create-keys 201: the canary "hash missing" survived`) }
		return j, err
	}
	r, err := Run(t.Context(), Options{judge: blind})
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := r.WriteText(&text, false); err != nil {
		t.Fatal(err)
	}
	if r.ExitCode() != ExitNothing || r.Exchanges != 0 || len(r.Scenarios) != 0 {
		t.Errorf("exit code %d after %d exchanges, want 8 after none", r.ExitCode(), r.Exchanges)
	}
	if !strings.Contains(text.String(), `the judge is not looking: create-keys 201: the canary "hash missing" survived`) {
		t.Errorf("the report does not say so:\n%s", text.String())
	}
	_, err = Run(t.Context(), Options{judge: func() (judge, error) { return judge{}, errors.New("no specification") }})
	if err == nil || err.Error() != "no specification" {
		t.Errorf("error %v of a judge that cannot be made", err)
	}
}

func TestARunThatIsBrokenOffSaysSo(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("interrupted"))
	_, err := Run(ctx, Options{})
	if err == nil || err.Error() != "the run was broken off: interrupted" {
		t.Errorf("error %v", err)
	}
}

func TestTheFirstExitCodeThatAppliesWins(t *testing.T) {
	t.Parallel()
	failed := Scenario{Verdict: Failed, Failures: []Failure{{Text: "no"}}}
	unseen := Scenario{Verdict: Failed, Failures: []Failure{{Text: "no", CouldNotLook: true}}}
	for name, test := range map[string]struct {
		report Report
		want   []int
	}{
		"nothing applies":            {Report{Exchanges: 1}, nil},
		"no exchange is nothing":     {Report{}, []int{8}},
		"a failure":                  {Report{Exchanges: 1, Scenarios: []Scenario{failed}}, []int{4}},
		"a failure and a blind spot": {Report{Exchanges: 1, Scenarios: []Scenario{unseen, failed}}, []int{4, 3}},
		"a blind spot":               {Report{Exchanges: 1, Scenarios: []Scenario{unseen}}, []int{3}},
		"a file that cannot be read": {Report{Problems: []Problem{{Exit: 2}}, Scenarios: []Scenario{failed}}, []int{2, 8, 4}},
		"a problem of the whole run": {Report{Exchanges: 1, Problems: []Problem{{Exit: 3}}}, []int{3}},
	} {
		if diff := cmp.Diff(test.want, test.report.ExitCodes()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		first := ExitConforms
		if len(test.want) > 0 {
			first = test.want[0]
		}
		if got := test.report.ExitCode(); got != first {
			t.Errorf("%s: exit code %d, want %d", name, got, first)
		}
	}
}

func TestTheScenarioOfACompanionIsKnownByItsCall(t *testing.T) {
	t.Parallel()
	tgt := &target{}
	for call, want := range map[string]bool{
		"POST /keys": false, "POST /auth/keys/code": false, "OPTIONS /keys": false, "GET /nowhere": false,
		"GET /keys": true, "GET /keys/$HASH": true, "DELETE /keys/x/": true, "GET /key": true, "POST /auth/keys": true,
	} {
		method, path, _ := strings.Cut(call, " ")
		if got := tgt.companion(method, path); got != want {
			t.Errorf("%s: companion %v, want %v", call, got, want)
		}
	}
}

func TestAnExchangeThatIsLongIsCut(t *testing.T) {
	t.Parallel()
	if got := cut([]byte("short")); got != "short" {
		t.Errorf("%q", got)
	}
	if got := cut(make([]byte, 70<<10)); !strings.HasSuffix(got, "… (71680 bytes)") || len(got) > 66<<10 {
		t.Errorf("%d bytes that end in %q", len(got), got[len(got)-20:])
	}
}

func TestFindingsAreAFenceOfTheirOwn(t *testing.T) {
	t.Parallel()
	s := Scenario{Exchanges: []Exchange{{Findings: []contract.Finding{{Where: "/a", Want: "b", Got: "secret"}}}}}
	s.redact(func(text string) string { return strings.ReplaceAll(text, "secret", hidden) })
	if got := s.Exchanges[0].Findings[0].Got; got != hidden {
		t.Errorf("%q", got)
	}
}
