package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/envvar"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/clientrun"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios"
)

// clients returns the folder of the Go clients in examples, compiled once.
var clients = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "mockgates-clients-")
	if err != nil {
		return "", err
	}
	out, err := exec.Command("go", "build", "-o", dir+string(filepath.Separator), "../../examples/clients/naive", "../../examples/clients/careful").CombinedOutput()
	if err != nil {
		return "", errors.New(string(out))
	}
	return dir, nil
})

// client returns the command of a client in examples: a Go program, or the Python one
// of the same name.
func client(t *testing.T, language, name string) []string {
	t.Helper()
	if language == "Python" {
		python, err := exec.LookPath("python3")
		if err != nil {
			t.Skip("python3 is not installed, so the Python clients are not tested")
		}
		return []string{python, filepath.Join("..", "..", "examples", "clients", name, "main.py")}
	}
	dir, err := clients()
	if err != nil {
		t.Fatal(err)
	}
	return []string{filepath.Join(dir, name)}
}

// childVariables is what the clients need of the environment.
func childVariables() []string { return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir()} }

// narrowed are flags that keep the runs of a client in Python few with -short: its
// interpreter takes longer to start than all else. The client in Go does the same.
func narrowed(language string) []string {
	if language == "Python" && testing.Short() {
		return []string{"--effects", "lost-500"}
	}
	return nil
}

// TestEveryFault_catchesTheNaiveClients compares the report with the one that the
// README shows in part.
func TestEveryFault_catchesTheNaiveClients(t *testing.T) {
	t.Parallel()
	const shown = "python3 examples/clients/naive/main.py"
	_, block, _ := strings.Cut(readFile(t, "README.md"), "$ bin/mockgates exec --every-fault -- "+shown+"\n")
	block, _, ok := strings.Cut(block, "```\n")
	if !ok {
		t.Fatal("README.md shows no report of a naive client")
	}
	for _, language := range []string{"Go", "Python"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			naive := client(t, language, "naive")
			parts, few := strings.Split(block, "\n\n"), narrowed(language)
			if few != nil {
				parts = parts[:1] // the failure; the sum is that of all faults
			}
			code, out, log := mockgates(t, childVariables(), "", slices.Concat([]string{"exec", "--every-fault"}, few, []string{"--"}, naive)...)
			if code != exit.Failed {
				t.Errorf("exit code = %d; want %d\n%s", code, exit.Failed, log)
			}
			if strings.Contains(log, "msg="+mockserver.ViolationLogged) {
				t.Errorf("the report judges violations, and the log has them too:\n%s", log)
			}
			for _, want := range parts {
				if want = strings.ReplaceAll(want, shown, strings.Join(naive, " ")); !strings.Contains(out, want) {
					t.Errorf("the report has no %q:\n%s", want, out)
				}
			}
		})
	}
}

func TestEveryFault_theCarefulClientsSurvive(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"Go", "Python"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			want, few := "survives 26 of 34 faults; 8 fail cleanly\n", narrowed(language)
			if few != nil {
				want = "survives 1 of 1 fault\n"
			}
			args := slices.Concat([]string{"exec", "--every-fault"}, few, []string{"--"}, client(t, language, "careful"))
			code, out, log := mockgates(t, childVariables(), "", args...)
			if code != exit.OK || !strings.HasSuffix(out, want) {
				t.Errorf("exit code = %d; want 0 and %q\n%s%s", code, want, out, log)
			}
		})
	}
}

// TestEveryFault_atDepthTwo gives a fault to what the careful client does because of
// a fault: it looks for its key, deletes it, and creates another.
func TestEveryFault_atDepthTwo(t *testing.T) {
	t.Parallel()
	args := append([]string{"exec", "--every-fault", "--depth", "2", "--effects", "lost-500", "--"}, client(t, "Go", "careful")...)
	code, out, log := mockgates(t, childVariables(), "", args...)
	if want := "survives 3 of 3 faults\n"; code != exit.OK || !strings.HasSuffix(out, want) {
		t.Errorf("exit code = %d; want 0 and %q\n%s%s", code, want, out, log)
	}
}

// TestEveryFault_isDeterministic compares what processes of their own report, one run
// after the other and several at once, in folders of their own: equal seeds give equal
// bytes on stdout, and another seed other ones. Their records are equal too, but for when
// they ran.
func TestEveryFault_isDeterministic(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("mockgates") // TestMain has put this test there
	if err != nil {
		t.Fatal(err)
	}
	naive := client(t, "Go", "naive")[0]
	play := func(seed, parallel string) (stdout, record string) {
		t.Helper()
		dir := t.TempDir()
		if err := os.Symlink(naive, filepath.Join(dir, "client")); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(
			program, "exec", "--every-fault", "-v", "--effects", "500,lost,reset", "--keys", "1", "--clock", "2026-01-05T12:00:00Z", "--clock-frozen",
			"--seed", seed, "--parallel", parallel, "--report-json", "record", "--", "./client",
		)
		cmd.Dir, cmd.Env = dir, append(childVariables(), "GORACE=atexit_sleep_ms=0")
		out, err := cmd.Output()
		if cmd.ProcessState.ExitCode() != exit.Failed {
			t.Fatalf("%v, want exit code %d\n%s", err, exit.Failed, out)
		}
		text, err := os.ReadFile(filepath.Join(dir, "record"))
		if err != nil {
			t.Fatal(err)
		}
		return string(out), startedAt.ReplaceAllString(string(text), "")
	}
	stdout, record := play("7", "1")
	if !strings.Contains(stdout, "survives 2 of 4 faults") {
		t.Errorf("the report is\n%s\nwant one of 4 faults", stdout)
	}
	again, recordAgain := play("7", "4")
	if diff := cmp.Diff(stdout, again); diff != "" {
		t.Errorf("reports (-one run at once +four):\n%s", diff)
	}
	if diff := cmp.Diff(record, recordAgain); diff != "" {
		t.Errorf("records (-one run at once +four):\n%s", diff)
	}
	if _, other := play("8", "4"); other == record {
		t.Error("seed 8 gives the same record as seed 7")
	}
}

// startedAt matches the time in a record.
var startedAt = regexp.MustCompile(`"started":"[^"]*"`)

// TestEveryFault_repeats runs the line that a report prints, and plays the scenario that it
// saves.
func TestEveryFault_repeats(t *testing.T) {
	t.Parallel()
	naive, dir := client(t, "Go", "naive"), t.TempDir()
	out := catch(t, naive, "--save", dir)
	if want := "exec --fault 'create-keys status=500 times=1 phase=after' -- "; !strings.Contains(out, want) {
		t.Errorf("the report has no %q\n%s", want, out)
	}
	code, out, log := mockgates(t, childVariables(), "", append([]string{"exec", "--fault", "create-keys status=500 times=1 phase=after", "--"}, naive...)...)
	if code != exit.OK || !strings.HasPrefix(out, "created ") || !strings.Contains(log, "naive: status 500") {
		t.Errorf("exit code = %d; want 0 after one 500\n%s%s", code, out, log)
	}
	saved := filepath.Join(dir, "create_keys_status_500_times_1_phase_after.txtar")
	assertTwoKeys(t, scenarios.Options{Files: []string{saved}})
}

// catch runs the naive client with the lost response that it does not survive, and returns
// the report.
func catch(t *testing.T, naive []string, flags ...string) string {
	t.Helper()
	args := slices.Concat([]string{"exec", "--every-fault", "--effects", "lost-500"}, flags, []string{"--"}, naive)
	code, out, log := mockgates(t, childVariables(), "", args...)
	if code != exit.Failed {
		t.Fatalf("exit code = %d; want %d\n%s%s", code, exit.Failed, out, log)
	}
	return out
}

// assertTwoKeys fails unless a scenario finds that the client has left a second key.
func assertTwoKeys(t *testing.T, o scenarios.Options) {
	t.Helper()
	found, err := scenarios.Run(t.Context(), o)
	if err != nil || found.ExitCode() != exit.Failed || !strings.Contains(found.Scenarios[0].Failures[0].String(), ".data | length == 1") {
		t.Errorf("the scenario gives %d, %v; want %d at the number of keys\n%+v", found.ExitCode(), err, exit.Failed, found)
	}
}

// TestEveryFault_reproduces plays the scenario of the record, which holds no folder of this
// machine.
func TestEveryFault_reproduces(t *testing.T) {
	t.Parallel()
	naive := client(t, "Go", "naive")[0]
	dir := t.TempDir()
	record, again := filepath.Join(dir, "record"), filepath.Join(dir, "again.txtar")
	catch(t, []string{naive}, "--report-json", record)
	r := readReport(t, record)
	if r.ExitCode() != exit.Failed || len(r.Scenarios) != 2 {
		t.Fatalf("the record has %d scenarios and code %d; want 2 and %d", len(r.Scenarios), r.ExitCode(), exit.Failed)
	}
	for _, s := range r.Scenarios {
		for _, x := range s.Exchanges {
			if !strings.Contains(x.Curl(), "$MODELGATES_MANAGEMENT_KEY") {
				t.Errorf("%s: %s\nwant the management key", x.ID, x.Curl())
			}
		}
	}
	code, out, log := mockgates(t, nil, "", "reproduce", record, r.Scenarios[1].Failures[0].ID)
	if err := os.WriteFile(again, []byte(out), 0o600); err != nil || code != exit.OK {
		t.Fatalf("reproduce ends with %d, %v\n%s", code, err, log)
	}
	assertTwoKeys(t, scenarios.Options{Files: []string{again}, Set: map[string]string{"FOLDER": dir}})
	if code, out, _ := mockgates(t, nil, "", "check", again); code != exit.Unreadable || !strings.Contains(out, "FOLDER") {
		t.Errorf("without its variable the scenario ends with %d; want %d and its name\n%s", code, exit.Unreadable, out)
	}
}

// TestEveryFault_savedScenariosFail plays the scenario of each fault that a client does
// not survive.
func TestEveryFault_savedScenariosFail(t *testing.T) {
	t.Parallel()
	dir, effects, want := t.TempDir(), "errors,lost,wire,429", 6
	if testing.Short() {
		effects, want = "4xx", 3
	}
	args := append([]string{"exec", "--every-fault", "--effects", effects, "--save", dir, "--"}, client(t, "Go", "naive")...)
	if code, out, log := mockgates(t, childVariables(), "", args...); code != exit.Failed {
		t.Fatalf("exit code = %d; want %d\n%s%s", code, exit.Failed, out, log)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(files) != want {
		t.Fatalf("%d files, %v; want %d: %v", len(files), err, want, files)
	}
	found, err := scenarios.Run(t.Context(), scenarios.Options{Files: files})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range found.Scenarios {
		if len(s.Failures) == 0 {
			t.Errorf("%s passes; want it to fail as the client did", s.Name)
		}
	}
}

func TestExec_exitCodes(t *testing.T) {
	t.Parallel()
	careful, naive := client(t, "Go", "careful")[0], client(t, "Go", "naive")[0]
	const early = "create-keys status=429 times=1 retry_after=1m" // the naive client does not wait
	for _, test := range []struct {
		name string
		args []string
		code int
		want string // in stdout or stderr
	}{
		{"the command succeeds", []string{careful}, 0, "created sk-mg-v1-fa4"},
		{"the command fails", []string{"sh", "-c", "exit 17"}, 17, ""},
		{"a signal ends the command", []string{"sh", "-c", "kill -KILL $$"}, 128 + 9, ""},
		{"the command has the flags that follow it", []string{"sh", "-c", "exit 3", "--", "-v"}, 3, ""},
		{"a command that begins with a dash needs --", []string{"--", "-none"}, exit.Usage, `"-none"`},
		{"the command makes no call", []string{"true"}, exit.NothingTested, "hint: the command finds the fake in MODELGATES_BASE_URL"},
		{"a command that makes no call and fails", []string{"sh", "-c", "exit 6"}, 6, ""},
		{"a fault cannot fire without a call", []string{"--fault", "list-keys status=500", "--", "true"}, exit.NothingTested, "never fired"},
		{"there is no command", []string{}, exit.Usage, `expected "<command> ..."`},
		{"there is no command after --", []string{"--"}, exit.Usage, "there is no command to run"},
		{"there is no such command", []string{"--", "/nowhere/at/all"}, exit.Usage, "/nowhere/at/all"},
		{"the command does not end", []string{"--time-limit", "10ms", "--", "sh", "-c", "sleep 60"}, exit.Failed, "did not end within 10ms"},
		{"a fault never fires", []string{"--fault", "list-keys status=500 skip=1", "--", careful}, exit.Unfired, `the fault "list-keys status=500 skip=1" never fired`},
		{"a fault need not fire", []string{"--fault", "list-keys status=500 skip=1 on_unfired=ignore", "--", careful}, 0, "created"},
		{"the failure of the command comes first", []string{"--fault", "list-keys status=500", "--", "sh", "-c", "exit 5"}, 5, "never fired"},
		{"the client breaks a rule", []string{"--fault", early, "--fail-on-violation", "--", naive}, exit.Failed, "violation: early-retry"},
		{"nobody asks whether the client breaks a rule", []string{"--fault", early, "--", naive}, 0, "created"},
		{"an effect is not known", []string{"--every-fault", "--effects", "5x", "--", careful}, exit.Usage, `effect "5x" is not known; did you mean 5xx?`},
		{"a clean run fails", []string{"--every-fault", "--", "sh", "-c", "echo oh no; exit 2"}, exit.Inconclusive, "oh no"},
		{"a clean run makes no call", []string{"--every-fault", "--", "true"}, exit.NothingTested, "made no call"},
		{"the number of runs is bounded", []string{"--every-fault", "--effects", "500", "--max-runs", "1", "--", careful}, 0, "left out: 1 fault beyond --max-runs"},
		{"a run hangs", []string{"--every-fault", "--effects", "slow", "--operations", "create-keys", "--slow", "1m", "--time-limit", "2s", "--", careful}, exit.Failed, "1 hangs"},
		{"strict keys leave no worlds for the runs", []string{"--every-fault", "--strict-keys", "--", careful}, exit.Usage, "--strict-keys cannot be used"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			code, out, log := mockgates(t, childVariables(), "", append([]string{"exec"}, test.args...)...)
			if code != test.code || !strings.Contains(out+log, test.want) {
				t.Errorf("exit code = %d; want %d and %q\n%s%s", code, test.code, test.want, out, log)
			}
		})
	}
}

// TestExec_streams checks that the command has the stdin, stdout and stderr of exec,
// and no management key of a live target.
func TestExec_streams(t *testing.T) {
	t.Parallel()
	env := append(childVariables(), envvar.ManagementKey+"=sk-mg-v1-live")
	code, out, log := mockgates(t, env, "to stdin", "exec", "sh", "-c", `cat; echo " $MODELGATES_API_KEY $`+envvar.ManagementKey+`"; echo to stderr >&2`)
	if code != exit.NothingTested || out != "to stdin sk-mg-mgmt-default \n" || !strings.HasPrefix(log, "to stderr\nmockgates: the command made no call\n") {
		t.Errorf("exit code = %d, stdout %q, stderr %q", code, out, log)
	}
}

func TestExec_environmentPointsToTheFake(t *testing.T) {
	t.Parallel()
	got := clientrun.Environ(map[string]string{"B": "2", "A": "1=1", "MODELGATES_API_KEY": "of another"}, "http://127.0.0.1:1/api/v1", "key")
	want := []string{"A=1=1", "B=2", "MODELGATES_API_KEY=key", "MODELGATES_BASE_URL=http://127.0.0.1:1/api/v1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
}

// TestExec_endsWithTheProcess stops exec while the command runs: the command is told
// to terminate.
func TestExec_endsWithTheProcess(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out, log buffer
	ended := make(chan int, 1)
	go func() {
		ended <- program.Run(ctx, []string{"exec", "sh", "-c", `trap 'echo told; exit 9' TERM; echo begun; while :; do sleep 0.01; done`},
			childVariables(), strings.NewReader(""), &out, &log)
	}()
	out.await(t, "begun")
	cancel()
	out.await(t, "told")
	if code := <-ended; code != 9 {
		t.Errorf("exit code = %d; want 9\n%s", code, log.String())
	}
}

// TestEveryFault_publishedClient runs @openrouter/sdk with its default retries. It
// repeats a request after a lost response, and so leaves a second key.
func TestEveryFault_publishedClient(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("MOCKGATES_OPENROUTER_SDK")
	if folder == "" {
		t.Skip("MOCKGATES_OPENROUTER_SDK does not name a folder node_modules with @openrouter/sdk, so the published client is not tested")
	}
	env := append(childVariables(), "MOCKGATES_OPENROUTER_SDK="+folder)
	code, out, log := mockgates(t, env, "", "exec", "--every-fault", "--effects", "500,lost", "--", "node", "../../examples/clients/openrouter/main.mjs")
	if code != exit.Failed || !strings.Contains(out, "duplicate: it left 2 of the key") {
		t.Errorf("exit code = %d; want %d and a duplicate\n%s%s", code, exit.Failed, out, log)
	}
}

// TestExec_refusesFlagsOfEveryFault gives each flag that is for --every-fault without it, with
// its default if it has one. A variable may be set for other runs, and is ignored.
func TestExec_refusesFlagsOfEveryFault(t *testing.T) {
	t.Parallel()
	node := modelOf(t).Node
	node = node.Children[slices.IndexFunc(node.Children, func(n *kong.Node) bool { return n.Name == "exec" })]
	refused := 0
	for _, flag := range node.Flags {
		if !strings.HasPrefix(flag.Help, "With --every-fault: ") {
			continue
		}
		refused++
		value := flag.Default
		switch {
		case flag.IsBool():
			value = "true"
		case value == "":
			value = "1"
		}
		code, out, log := mockgates(t, childVariables(), "", "exec", "--"+flag.Name+"="+value, "--", "true")
		if want := "--" + flag.Name + " is an option of --every-fault, which is not set\nhint: add --every-fault\n"; code != exit.Usage || !strings.Contains(log, want) {
			t.Errorf("--%s: exit code = %d; want %d and %q\n%s%s", flag.Name, code, exit.Usage, want, out, log)
		}
		env := append(childVariables(), cli.Variable(flag.Name)+"="+value)
		if code, out, log := mockgates(t, env, "", "exec", "--", "true"); code != exit.NothingTested {
			t.Errorf("%s: exit code = %d; want %d\n%s%s", cli.Variable(flag.Name), code, exit.NothingTested, out, log)
		}
	}
	if want := reflect.TypeFor[everyFaultFlags]().NumField() - 1; refused != want {
		t.Errorf("the help of %d flags begins with --every-fault; want it of all %d", refused, want)
	}
}

// TestExec_takesTheFlagsOfServe checks that what can be served can be served to a
// command. Nobody else waits for that fake, so it has no files that say it is ready.
func TestExec_takesTheFlagsOfServe(t *testing.T) {
	t.Parallel()
	taken := flagsOf(t, "exec")
	for _, name := range flagsOf(t, "serve") {
		if !slices.Contains(taken, name) && name != "ready-file" && name != "port-file" {
			t.Errorf("exec does not take --%s", name)
		}
	}
}
