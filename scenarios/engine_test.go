package scenarios_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios"
)

var update = flag.Bool("update", false, "write the goldens anew")

// frozen is a clock that makes two runs equal.
var frozen = mockserver.ClockSetting{Now: time.Date(2029, 11, 30, 12, 0, 0, 0, time.UTC), Frozen: true}

// TestFailuresAreToldInFull compares what is printed of scenarios that fail.
func TestFailuresAreToldInFull(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/failing/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	r, got := play(t, scenarios.Options{Files: files, Clock: frozen, DocumentedOnly: true})
	if r.ExitCode() != scenarios.ExitFailed {
		t.Errorf("exit code %d, want 4", r.ExitCode())
	}
	if n := r.Count(scenarios.Failed); n != len(files) {
		t.Errorf("%d scenarios failed, want all %d", n, len(files))
	}
	got = ruleLine.ReplaceAllString(got, "$1:N")
	golden(t, "testdata/failing.golden", got)
}

// ruleLine matches the place of a rule, which moves with each edit of the
// specification.
var ruleLine = regexp.MustCompile(`(modelgates\.yaml):\d+`)

// golden compares got with a file, or writes it under -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got); run with -update if it is right:\n%s", file, diff)
	}
}

// script writes a scenario to a file of its own.
func script(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "script.txtar")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const nightly = `
-- key.json --
{"name": "nightly", "limit": 10}
-- code.json --
{"callback_url": "https://app.example/back"}
`

func TestScriptsGoAsTheySay(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		script string
		want   int
		text   string // that the report holds
	}{
		"a call that conforms passes":              {"call POST /keys key.json", 0, "conforms (1 scenario, 1 exchange"},
		"a status that is another fails":           {"call POST /keys key.json\nstatus 200", 4, "want: 200"},
		"a status that is no number is refused":    {"call POST /keys key.json\nstatus OK", 4, `"OK" is no HTTP status`},
		"a status without a call is refused":       {"status 200", 8, "there is no answer yet"},
		"a ! turns a mismatch into success":        {"call POST /keys key.json\n! status 200", 0, "conforms"},
		"a ! turns success into failure":           {"call POST /keys key.json\n! status 201", 4, "unexpected success"},
		"a ! does not turn a mistake into success": {"call POST /keys key.json\n! status OK", 4, "no HTTP status"},
		"a ! does not turn a broken connection into success": {
			"fault create-keys effect=hangup\n! call POST /keys key.json", 4, "got no whole answer",
		},
		"a broken connection can be wanted": {"fault create-keys effect=hangup\ndeparts connection\ncall POST /keys key.json", 0, "conforms"},
		"an answer cannot be asked about that did not come": {
			"fault create-keys effect=hangup\ndeparts connection\ncall POST /keys key.json\nstatus 201", 4, "got no whole answer",
		},
		"a whole answer is not a broken connection": {"departs connection\ncall POST /keys key.json", 4, "the script says it departs"},
		"departs pardons where it says": {
			"fault create-keys effect=wrong-content-type\ndeparts 'header Content-Type'\ncall POST /keys key.json", 0, "conforms",
		},
		"departs without a place pardons everything": {"fault create-keys effect=garbage\ndeparts\ncall POST /keys key.json", 0, "conforms"},
		"departs pardons nowhere else": {
			"fault create-keys effect=wrong-content-type\ndeparts body\ncall POST /keys key.json", 4, "departs from the contract",
		},
		"departs is for one call": {
			"fault create-keys effect=garbage\ndeparts\ncall POST /keys key.json\ncall POST /keys key.json", 4, "departs from the contract",
		},
		"invalid is for one call":             {"invalid\ncall POST /keys\nstatus 400\ncall POST /keys", 4, "say invalid"},
		"a header is for one call":            {"header Prefer code=429\ncall POST /keys key.json\nstatus 429\ncall POST /keys key.json\nstatus 201", 0, "conforms"},
		"a header can be left out":            {"invalid\nheader Content-Type ''\ncall POST /keys key.json\nstatus 400", 0, "conforms"},
		"a method in lower case is refused":   {"call post /keys key.json", 8, "not in upper case"},
		"a path without a slash is refused":   {"call POST keys key.json", 8, "does not begin with /"},
		"a file that is not there is refused": {"call POST /keys kye.json", 8, "no such file"},
		"capture gives a value to the script": {"call POST /keys key.json\ncapture HASH .data.hash\nspend $HASH 1", 0, "conforms"},
		"capture gives a value to jq":         {"call POST /keys key.json\ncapture NAME .data.name\njq '.data.name == $NAME'", 0, "conforms"},
		"capture keeps the type for jq":       {"call POST /keys key.json\ncapture LIMIT .data.limit\njq '$LIMIT + 1 == 11'", 0, "conforms"},
		"capture of nothing fails":            {"call POST /keys key.json\ncapture X .data.nothing", 4, "gives nothing to capture"},
		"capture of a bad name is refused":    {"call POST /keys key.json\ncapture 1X .data", 4, "want: capture NAME EXPR"},
		"jq that does not parse is refused":   {"call POST /keys key.json\njq '.data ='", 4, "is no jq expression"},
		"jq that does not compile is refused": {"call POST /keys key.json\njq '$NOBODY'", 4, "cannot be asked"},
		"jq that fails fails":                 {"call POST /keys key.json\njq '.data.name + 1'", 4, "cannot be answered"},
		"jq that is not true fails":           {"call POST /keys key.json\njq .data.limit", 4, "got:  10"},
		"jq that gives many values fails":     {"call POST /keys key.json\njq '.data | keys[] | true'", 4, "want: true"},
		"jq without end is broken off":        {"call POST /keys key.json\njq 'repeat(1)'", 4, "more than 1000 values"},
		"jq explains the side that differs":   {"call POST /keys key.json\njq '.data.limit == 10 and (.data | .name != \"nightly\")'", 4, `want: != "nightly"`},
		"jq knows the status":                 {"call POST /keys key.json\njq '$status == 201'", 0, "conforms"},
		"stdout is the body":                  {"call POST /keys key.json\nstdout nightly", 0, "conforms"},
		"as key takes a key":                  {"call POST /keys key.json\ncapture KEY .key\nas key $KEY\ncall POST /auth/keys/code code.json\nstatus 200", 0, "conforms"},
		"as key takes no empty key":           {"as key $KEY\ncall POST /keys key.json", 8, "a variable in it is empty"},
		"as takes no two words":               {"as you like", 8, "names nobody"},
		"as wants somebody":                   {"as", 8, "want who calls"},
		"a fault that never fires can be ignored": {
			"fault create-keys status=500 on_unfired=ignore skip=9\ncall POST /keys key.json", 0, "conforms",
		},
		"a fault that nobody knows is refused":    {"fault create-kyes status=500", 8, "did you mean create-keys?"},
		"a fault without an operation is refused": {"fault", 8, "want: fault OPERATION"},
		"a gate that nobody holds at cannot be opened": {
			"fault create-keys hold=record on_unfired=ignore\ngate open recrod", 8, `did you mean "record"`,
		},
		"a gate is open or parked at":              {"gate shut record", 8, "neither open nor parked"},
		"a gate takes a number":                    {"gate parked record some", 8, "no number of requests"},
		"a background call needs a name":           {"call POST /keys key.json &", 8, "needs a name of its own"},
		"an answer is of a call in the background": {"answer first", 8, "no call in the background"},
		"a clock can be set":                       {"clock set 2096-02-29T00:00:00Z\ncall POST /keys key.json\njq '.data.created_at | startswith(\"2096-02-29\")'", 0, "conforms"},
		"a clock can be frozen where it is":        {"clock freeze\ncall POST /keys key.json", 0, "conforms"},
		"a clock does not go back":                 {"clock advance -1h", 8, "forward only"},
		"a clock takes a time":                     {"clock set tomorrow", 8, "is no time"},
		"a clock takes a duration":                 {"clock advance tomorrow", 8, "is no duration"},
		"a clock advances by something":            {"clock advance", 8, "by how much"},
		"a moment that nobody knows is refused":    {"clock advance next-year", 8, "no such moment"},
		"spending takes a known key":               {"spend 00 1", 8, "no key has this hash"},
		"spending takes an amount":                 {"spend 00 much", 8, "no amount in USD"},
		"spending takes a hash and an amount":      {"spend 00", 8, "want: spend HASH"},
		"a limit has a form":                       {"limit create-keys often", 8, "REQUESTS/DURATION"},
		"received counts":                          {"call POST /keys key.json\nreceived create-keys count=1", 0, "conforms"},
		"received asks the entry":                  {"call POST /keys key.json\nreceived create-keys jq '.request.body.name == \"nightly\"'", 0, "conforms"},
		"received wants at least one":              {"call POST /keys key.json\nreceived create-keys status=400", 4, "has received no such request"},
		"received can want none":                   {"call POST /keys key.json\nreceived create-keys status=400 count=0", 0, "conforms"},
		"received knows the operations":            {"received create-kyes", 8, `did you mean "create-keys"`},
		"received knows its filters":               {"received create-keys path=/", 8, "is no count=N"},
		"received takes numbers":                   {"received create-keys count=few", 8, "is no number"},
		"received wants an operation":              {"received", 8, "want an operation"},
		"violations names kinds":                   {"call POST /keys key.json\nviolations early-retry", 4, "got:  none"},
		"violations wants something":               {"violations", 8, "want none"},
		"a fixture is valid":                       {"fixture new.json create-keys\ncall POST /keys new.json\nstatus 201", 0, "conforms"},
		"a fixture is of a known operation":        {"fixture new.json create-kyes", 8, "create-kyes"},
		"pkce makes a pair":                        {"pkce V C\ncall POST /keys key.json\njq '($V | length) == 43 and $V != $C'", 0, "conforms"},
		"pkce takes names":                         {"pkce V", 8, "two variables"},
		"consent takes a name":                     {"consent /auth", 8, "the name of a variable"},
		"consent takes a known decision":           {"consent /auth CODE maybe", 8, "none of allow, deny and forge"},
		"consent stays on the host":                {"consent https://elsewhere.example/auth CODE", 8, "another host"},
		"consent takes a URL":                      {"consent '' CODE", 8, "is no URL"},
		"cleanup runs at the end":                  {"cleanup call POST /keys key.json\nskip", 0, "1 exchange"},
		"cleanup is judged":                        {"cleanup call POST /auth/keys/code key.json\ncall POST /keys key.json", 4, "the request breaks the contract"},
		"cleanup is of a call":                     {"cleanup status 200", 8, "want call and what it takes"},
		"a condition that is ours":                 {"[fake] call POST /keys key.json\n[live] status 500\n[!fake] status 500\n[!companion] status 500", 0, "conforms"},
		"a condition that nobody knows":            {"[fast] call POST /keys key.json", 8, "unknown condition"},
		"a skip is a reason":                       {"skip 'not today'", 8, "not today"},
		"the environment is for other programs": {
			"exec sh -c 'case $MODELGATES_BASE_URL in http://127.0.0.1:*/api/v1) exit 0;; esac; exit 1'\ncall POST /keys key.json", 0, "conforms",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, text := play(t, scenarios.Options{Files: []string{script(t, test.script+"\n"+nightly)}, Timeout: 5 * time.Second})
			if r.ExitCode() != test.want {
				t.Errorf("exit code %d, want %d\n%s", r.ExitCode(), test.want, text)
			}
			if !strings.Contains(text, test.text) {
				t.Errorf("the report does not hold %q:\n%s", test.text, text)
			}
		})
	}
}

func TestFilesThatCannotBeReadAreNamed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ script, text string }{
		"an unknown command":                    {"call POST /keys\nstate 201", `script.txtar:2: unknown command "state"; did you mean "status"?`},
		"a condition of go test":                {"[short] stop", "script.txtar:1: condition [short] belongs to go test"},
		"another condition of go test, negated": {"[!net] stop", "belongs to go test"},
		"an open quote":                         {"jq '.data", "script.txtar:1: a quote is not closed"},
		"an unknown rule":                       {"# rules: keys.craeted", `unknown rule "keys.craeted"; did you mean "keys.created"?`},
		"a condition without a command":         {"[fake]", "without a command"},
		"a script without a command":            {"# nothing", "it has no command"},
		"an empty file":                         {"", "it has no command"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, text := play(t, scenarios.Options{Files: []string{script(t, test.script)}})
			if r.ExitCode() != scenarios.ExitUnreadable {
				t.Errorf("exit code %d, want 2\n%s", r.ExitCode(), text)
			}
			if !strings.Contains(text, test.text) {
				t.Errorf("the report does not hold %q:\n%s", test.text, text)
			}
		})
	}
	r, text := play(t, scenarios.Options{Files: []string{filepath.Join("testdata", "nowhere.txtar")}})
	if r.ExitCode() != scenarios.ExitUnreadable || !strings.Contains(text, "testdata/nowhere.txtar: no such file") {
		t.Errorf("a file that is not there: exit code %d\n%s", r.ExitCode(), text)
	}
}

func TestOptionsThatCannotBeFollowedAreRefused(t *testing.T) {
	t.Parallel()
	negative := -1.0
	for name, test := range map[string]struct {
		options scenarios.Options
		text    string
	}{
		"a filter that is no expression": {scenarios.Options{Run: "("}, "is no regular expression"},
		"fewer than no scenarios":        {scenarios.Options{Parallel: -1}, "parallel is -1"},
		"a negative time":                {scenarios.Options{Timeout: -1}, "timeout is"},
		"a negative limit":               {scenarios.Options{LiveLimit: &negative}, "live limit is -1"},
		"a target that is no URL":        {scenarios.Options{Target: "modelgates", ManagementKey: "k"}, "want a base URL"},
		"a target with a query":          {scenarios.Options{Target: "https://a.example/?x", ManagementKey: "k"}, "want no user, query"},
		"a target with a password":       {scenarios.Options{Target: "https://a:secret@a.example/", ManagementKey: "k"}, `target "https://a.example/"`},
		"a target without a key":         {scenarios.Options{Target: "https://a.example/api/v1"}, "MODELGATES_MANAGEMENT_KEY"},
		"a key with spaces":              {scenarios.Options{Target: "https://a.example/api/v1", ManagementKey: " k"}, "spaces"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := scenarios.Run(t.Context(), test.options)
			if err == nil || !strings.Contains(err.Error(), test.text) {
				t.Errorf("error %v, want one that holds %q", err, test.text)
			}
		})
	}
}

func TestNothingTestedIsAFailure(t *testing.T) {
	t.Parallel()
	r, text := play(t, scenarios.Options{Run: "no such scenario"})
	if r.ExitCode() != scenarios.ExitNothing || !strings.Contains(text, "no scenario has a name that matches") {
		t.Errorf("exit code %d, want 8\n%s", r.ExitCode(), text)
	}
	r, text = play(t, scenarios.Options{Run: "^key_life$", DocumentedOnly: true})
	if r.ExitCode() != scenarios.ExitNothing || !strings.Contains(text, "needs a companion operation") {
		t.Errorf("everything skipped: exit code %d, want 8\n%s", r.ExitCode(), text)
	}
}

func TestAScriptThatFailsIsNotToldOfItsLooseEndsToo(t *testing.T) {
	t.Parallel()
	r, text := play(t, scenarios.Options{Files: []string{script(t, `
cleanup call POST /keys missing.json
fault create-keys status=500 skip=9
fault create-auth-keys-code hold=gate
call POST /auth/keys/code code.json &first
gate parked gate
call POST /keys key.json
status 200
`+nightly+"-- missing.json --\n{}\n")}})
	var got []string
	for _, f := range r.Scenarios[0].Failures {
		got = append(got, f.Text)
	}
	want := []string{"the status is another", "the request breaks the contract; say invalid before the call if it means to"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("failures (-want +got):\n%s\n%s", diff, text)
	}
}
