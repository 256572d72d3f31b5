//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/cmd/internal/envvar"
)

// descriptorVariable is how the program hands the key to itself.
const descriptorVariable = envvar.ManagementKey + "_FD"

// checkProcess returns a process of mockgates check that plays a scenario on a
// live target.
func checkProcess(t *testing.T, scenario string, env ...string) *exec.Cmd {
	t.Helper()
	program, err := exec.LookPath("mockgates") // TestMain has put this test there
	if err != nil {
		t.Fatal(err)
	}
	file := writeFile(t, "scenario.txtar", scenario)
	cmd := exec.Command(program, "check", "--target", startFake(t, nil).base, file)
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
	cmd.Env = append(cmd.Env, env...)
	return cmd
}

// TestHandOver plays a scenario whose program reads what Linux shows of its
// parent. The environment with which the parent was started no longer holds the
// management key, nor does an open file.
func TestHandOver(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cmd := checkProcess(t, fmt.Sprintf(`call POST /keys body.json
status 201
exec sh -c 'cat /proc/$PPID/environ >%[1]s/environ'
exec sh -c 'cat /proc/$PPID/cmdline >%[1]s/cmdline'
exec sh -c 'echo $PPID >%[1]s/pid'
exec sh -c 'for f in /proc/$PPID/fd/*; do readlink $f; done >%[1]s/files; exit 0'
exec sh -c 'cat /proc/self/environ >%[1]s/own'
-- body.json --
{"name": "check $RUN", "limit": 0, "expires_at": "$SOON"}
`, dir), plantedVariable, "PLANTED_ELSEWHERE=yes")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, out.Bytes())
	}
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	environ := read("environ")
	if !strings.Contains(environ, "PLANTED_ELSEWHERE=yes") {
		t.Errorf("the environment of the parent is %q; want the rest of it unchanged", environ)
	}
	for name, text := range map[string]string{"environ": environ, "own": read("own"), "cmdline": read("cmdline"), "output": out.String()} {
		if strings.Contains(text, plantedKey) {
			t.Errorf("%s holds the management key: %q", name, text)
		}
	}
	descriptor := ""
	for pair := range strings.SplitSeq(environ, "\x00") {
		if value, ok := strings.CutPrefix(pair, descriptorVariable+"="); ok {
			descriptor = value
		}
	}
	if descriptor == "" {
		t.Errorf("the parent has not replaced itself: %q", environ)
	}
	if files := read("files"); files == "" {
		t.Errorf("the program saw no file of its parent")
	}
	if pid := strings.TrimSpace(read("pid")); pid != strconv.Itoa(cmd.Process.Pid) {
		t.Errorf("the parent of the program is %s; want %d, the process that was started", pid, cmd.Process.Pid)
	}
	if _, arguments, _ := strings.Cut(read("cmdline"), "\x00"); arguments != strings.Join(cmd.Args[1:], "\x00")+"\x00" {
		t.Errorf("the arguments are %q; want %q", arguments, cmd.Args[1:])
	}
}

// TestHandOver_failures starts the program with variables that it cannot use.
func TestHandOver_failures(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, env, want string }{
		{"a key that no pipe is sure to hold", plantedVariable + strings.Repeat("x", 4096), "bytes; want at most 4096"},
		{"a descriptor that is not a number", descriptorVariable + "=x", `"x" is not a file descriptor`},
		{"the descriptor of stdout", descriptorVariable + "=1", `"1" is not a file descriptor`},
		{"a descriptor that is not open", descriptorVariable + "=99", descriptorVariable + ": "},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			out, err := checkProcess(t, scenarioCreates, test.env).CombinedOutput()
			if err == nil || err.Error() != "exit status 1" || !strings.Contains(string(out), test.want) {
				t.Errorf("%v\n%s\nwant exit code 1 and %q", err, out, test.want)
			}
			if strings.Contains(string(out), plantedKey) {
				t.Errorf("the output holds the management key:\n%s", out)
			}
		})
	}
}
