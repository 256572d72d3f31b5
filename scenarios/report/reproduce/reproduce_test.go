package reproduce_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
	"github.com/mockgates/mockgates/scenarios/report/internal/sample"
	"github.com/mockgates/mockgates/scenarios/report/reproduce"
)

// The scenario needs what the target made: a hash in a path, and a key as credential. Its
// last call is the one that the broken target departs in.
const scenario = `# A key sees its own limit.
call POST /keys key.json
status 201
capture HASH .data.hash
capture KEY .key
call GET /keys/$HASH
status 200
as key $KEY
call GET /key
status 200
-- key.json --
{"name": "it's \"nightly\"", "limit": 20, "expires_at": "$SOON"}
`

// breakLimit makes a fake answer GET /key with a limit that is a string.
func breakLimit(fake http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/key" {
			fake.ServeHTTP(w, r)
			return
		}
		rec := httptest.NewRecorder()
		fake.ServeHTTP(rec, r)
		text := bytes.Replace(rec.Body.Bytes(), []byte(`"limit":20`), []byte(`"limit":"x"`), 1)
		for name, values := range rec.Header() {
			w.Header()[name] = values
		}
		w.Header().Del("Content-Length")
		w.WriteHeader(rec.Code)
		_, _ = w.Write(text)
	})
}

// intact leaves a fake as it is.
func intact(fake http.Handler) http.Handler { return fake }

// play plays a scenario on a fake, and returns the report as its record has it.
func play(t *testing.T, text string, on func(http.Handler) http.Handler) report.Report {
	t.Helper()
	file := filepath.Join(t.TempDir(), "limit.txtar")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := scenarios.Run(t.Context(), scenarios.Options{Files: []string{file}, Handler: on})
	if err != nil {
		t.Fatal(err)
	}
	return asRecorded(t, r)
}

// asRecorded returns a report as its record has it.
func asRecorded(t *testing.T, r report.Report) report.Report {
	t.Helper()
	var record bytes.Buffer
	if err := r.WriteRecord(&record); err != nil {
		t.Fatal(err)
	}
	r, err := report.ReadRecord(&record)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// write returns the failure of a run in a form.
func write(t *testing.T, r report.Report, form string) string {
	t.Helper()
	var b strings.Builder
	if err := reproduce.Write(&b, r, "limit/failure-1", form); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// run runs a program with a fake as its target, and returns its exit code.
func run(t *testing.T, on func(http.Handler) http.Handler, name string, args ...string) (code int, output string) {
	t.Helper()
	fake, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(on(fake))
	defer server.Close()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Env = append(os.Environ(), "MODELGATES_BASE_URL="+server.URL+"/api/v1", "MODELGATES_MANAGEMENT_KEY=sk-mg-mgmt-reproduce")
	text, err := command.CombinedOutput()
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		return e.ExitCode(), string(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0, string(text)
}

// limitPlace is where the response of the broken target departs.
const limitPlace = "/data/limit"

// playBroken plays the scenario on the broken target.
func playBroken(t *testing.T) report.Report {
	t.Helper()
	r := play(t, scenario, breakLimit)
	if failures := r.Scenarios[0].Failures; len(failures) != 1 || !strings.Contains(failures[0].Detail, limitPlace) {
		t.Fatalf("failures %+v, want one at %s", failures, limitPlace)
	}
	return r
}

// Each form fails on the target that the failure was seen on, for the reason of the
// failure, and passes on one that does not have it.
func TestWrite_reproducesAsScenario(t *testing.T) {
	t.Parallel()
	text := write(t, playBroken(t), reproduce.Txtar)
	if again := play(t, text, breakLimit); again.ExitCode() != report.ExitFailed || !strings.Contains(again.Scenarios[0].Failures[0].Detail, limitPlace) {
		t.Errorf("the failure is gone: %+v", again.Scenarios[0].Failures)
	}
	if good := play(t, text, intact); good.ExitCode() != report.ExitConforms {
		t.Errorf("it fails on an intact target: %+v", good.Scenarios[0].Failures)
	}
}

func TestWrite_reproducesAsScript(t *testing.T) {
	t.Parallel()
	file := scriptFile(t, write(t, playBroken(t), reproduce.Curl))
	if code, out := run(t, breakLimit, "sh", file); code != 1 || !strings.Contains(out, "\nreproduced: the response departs") {
		t.Errorf("exit code %d, want 1\n%s", code, out)
	}
	if code, out := run(t, intact, "sh", file); code != 0 || !strings.Contains(out, "not reproduced: "+limitPlace+" is number, and was string") {
		t.Errorf("exit code %d on an intact target, want 0\n%s", code, out)
	}
}

// scriptFile writes a script to a file. It skips the test if the programs that a script
// needs are not installed.
func scriptFile(t *testing.T, text string) string {
	t.Helper()
	for _, program := range []string{"sh", "curl", "jq"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed", program)
		}
	}
	file := filepath.Join(t.TempDir(), "reproduce.sh")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestWrite_reproducesAsTest(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("go test compiles the validator")
	}
	file := filepath.Join(t.TempDir(), "reproduce_test.go")
	if err := os.WriteFile(file, []byte(write(t, playBroken(t), reproduce.Go)), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out := run(t, breakLimit, "go", "test", "-vet=off", "-count=1", file); code != 1 || !strings.Contains(out, "response "+limitPlace) {
		t.Errorf("exit code %d, want 1\n%s", code, out)
	}
	if code, out := run(t, intact, "go", "test", "-vet=off", "-count=1", file); code != 0 || strings.Contains(out, "no tests") {
		t.Errorf("exit code %d on an intact target, want 0\n%s", code, out)
	}
}

// What the target made is taken from its responses, and no secret is in the output.
func TestWrite_takesWhatTheTargetMade(t *testing.T) {
	t.Parallel()
	r := play(t, scenario, breakLimit)
	for form, want := range map[string][]string{
		reproduce.Curl: {
			"VALUE_1=$(jq -er '.[\"data\"][\"hash\"]' \"$dir/body\")\n", "VALUE_2=$(jq -er '.[\"key\"]' \"$dir/body\")\n", `"$MODELGATES_BASE_URL"/keys/"$VALUE_1"`,
			`-H 'Authorization: Bearer '"$VALUE_2"`, `"$MODELGATES_MANAGEMENT_KEY"`, `| floor | todate[:-1]')"'Z"}`, `'{"name": "it'\''s \"nightly\""`,
		},
		reproduce.Go: {`value1 := at(t, x, "data", "hash")`, `value2 := at(t, x, "key")`, `"/keys/"+value1`, `"Bearer " + value2`, `"Bearer " + managementKey`, "later("},
	} {
		got := write(t, r, form)
		for _, want := range want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: the output does not contain %s:\n%s", form, want, got)
			}
		}
	}
}

// A key of a response without its label is that of the next credential that has a label
// no response has shown; another secret is asked for.
func TestWrite_secretsWithoutALabel(t *testing.T) {
	t.Parallel()
	made := report.Exchange{Method: "POST", Path: "/auth/keys", RequestBody: `{"code_verifier": "[secret]"}`, Status: 200, ResponseBody: `{"key":"[secret]","user_id":"user_1"}`}
	read := report.Exchange{Method: "GET", Path: "/key", RequestHeader: http.Header{"Authorization": {"Bearer sk-mg-v1-fa4...661"}}, Status: 500}
	other := report.Exchange{Method: "GET", Path: "/key", RequestHeader: http.Header{"Authorization": {"Bearer sk-mg-v1-fa4...662"}}, Status: 500}
	r := report.New(report.Run{Mode: report.ModeLive, Target: "api.example"}, report.Coverage{})
	r.Add([]report.Scenario{{
		Name: "limit", File: "limit.txtar", Verdict: report.Failed, Exchanges: []report.Exchange{made, read, other},
		Failures: []report.Failure{{Line: 9, Source: "status 200", Text: "unexpected status", Want: "200", Got: "500", Exchange: 3}},
	}})
	got := write(t, r, reproduce.Curl)
	for _, want := range []string{
		`: "${SECRET_1:?is the body of request 1, which the report shows as [secret]}"`, `{"code_verifier": "'"$SECRET_1"'"}`,
		`VALUE_1=$(jq -er '.["key"]' "$dir/body")`, `-H 'Authorization: Bearer '"$VALUE_1"`,
		`: "${SECRET_2:?is the header Authorization of request 3, which the report shows as sk-mg-v1-fa4...662}"`, `-H 'Authorization: Bearer '"$SECRET_2"`,
		"[ \"$status\" != 200 ] || gone 'the status is 200'\n", "It was seen on api.example.\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the script does not contain %s:\n%s", want, got)
		}
	}
}

func TestWrite_refuses(t *testing.T) {
	t.Parallel()
	r := sample.Failing()
	injected := sample.Departing("injected")
	injected.Exchanges[1].Injected = true
	long := sample.Departing("long")
	long.Exchanges[0].RequestSize = 70_000
	r.Add([]report.Scenario{injected, long})
	for _, test := range []struct{ name, id, form, want string }{
		{"an unknown failure", "name_empty/failure-2", reproduce.Curl, `the record has no failure "name_empty/failure-2"; did you mean name_empty/failure-1?`},
		{"an unknown form", "name_empty/failure-1", "crul", `unknown form "crul"; did you mean curl?`},
		{"a scenario without its text", "name_empty/failure-1", reproduce.Txtar, `the record does not hold the text of the scenario "name_empty"; use --as curl or --as go`},
		{"a failure about no exchange", "fault_unfired/failure-1", reproduce.Go, "the failure fault_unfired/failure-1 is about no exchange; use --as txtar"},
		{"what a fault made", "injected/failure-1", reproduce.Curl, "a fault made the response that the failure injected/failure-1 is about; use --as txtar"},
		{"a body that was cut", "long/failure-1", reproduce.Curl, "the record has cut the request body of long/exchange-1, which is 70000 bytes long; use --as txtar"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := reproduce.Write(io.Discard, r, test.id, test.form)
			if err == nil || err.Error() != test.want {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
	if err := reproduce.Write(io.Discard, sample.Conforming(), "a/failure-1", reproduce.Txtar); err == nil || err.Error() != `the record has no failure "a/failure-1": it has none` {
		t.Errorf("error %v", err)
	}
}

// Hostile text of a record is text in a script and in a test: neither runs it.
func TestWrite_hostileTextDoesNotRun(t *testing.T) {
	t.Parallel()
	r := sample.Failing()
	s := sample.Departing("hostile_request")
	for i := range s.Exchanges {
		s.Exchanges[i].RequestBody = "'; touch owned; echo '$(touch owned)`touch owned`\n\"; panic(1) //"
		s.Exchanges[i].Path = "/keys?$(touch owned)'`touch owned`"
	}
	s.Failures[0].Text = "\n'; touch owned\n*/ panic(1)"
	r.Add([]report.Scenario{s})
	var script strings.Builder
	if err := reproduce.Write(&script, r, "hostile_request/failure-1", reproduce.Curl); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "reproduce.sh")
	if err := os.WriteFile(file, []byte(script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "sh", file)
	command.Dir = dir
	command.Env = append(os.Environ(), "MODELGATES_BASE_URL=http://127.0.0.1:1", "MODELGATES_MANAGEMENT_KEY=k")
	out, _ := command.CombinedOutput() // fails: there is no target
	if _, err := os.Stat(filepath.Join(dir, "owned")); err == nil {
		t.Errorf("the script ran what the record holds:\n%s", script.String())
	}
	if !strings.Contains(string(out), "not reproduced: the status is 000, and was 201") {
		t.Errorf("output %s", out)
	}
	if err := reproduce.Write(io.Discard, r, "hostile_request/failure-1", reproduce.Go); err != nil {
		t.Errorf("the Go test cannot be formatted: %v", err)
	}
}
