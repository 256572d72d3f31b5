package main

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/cmd/internal/serve"
)

// TestServe_readyFiles reads the files that say that the fake is ready.
func TestServe_readyFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ready, port := filepath.Join(dir, "ready"), filepath.Join(dir, "port")
	if err := os.WriteFile(ready, []byte("of a process that was killed"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := mockgates(t, nil, "", "serve", "--ready-file", ready, "--addr", "192.0.2.1:1"); code != exit.Usage {
		t.Errorf("on an address of no machine: exit code = %d\n%s", code, stderr)
	}
	if _, err := os.Stat(ready); !os.IsNotExist(err) {
		t.Errorf("the old file is there: %v", err)
	}
	f := startFake(t, nil, "--ready-file", ready, "--port-file", port)
	for name, want := range map[string]string{ready: f.base, port: f.base[strings.LastIndex(f.base, ":")+1 : strings.LastIndex(f.base, "/api")]} {
		if got, err := os.ReadFile(name); err != nil || string(got) != want+"\n" {
			t.Errorf("%s = %q, %v; want %q", filepath.Base(name), got, err, want)
		}
	}
	f.stop()
	for _, name := range []string{ready, port} {
		if _, err := os.Stat(name); !os.IsNotExist(err) {
			t.Errorf("%s is there after the fake has stopped: %v", filepath.Base(name), err)
		}
	}
	if code, _, stderr := mockgates(t, nil, "", "serve", "--port-file", filepath.Join(dir, "none", "port")); code != exit.Usage || !strings.Contains(stderr, "--port-file: ") {
		t.Errorf("in a folder that is not there: exit code = %d\n%s", code, stderr)
	}
}

// TestServe_greetingNamesWhatIsActive reads what serve prints about itself.
func TestServe_greetingNamesWhatIsActive(t *testing.T) {
	t.Parallel()
	args := []string{"--fault", "create-keys status=429 times=2", "--rate-limit", "list-keys 3/1m"}
	f := startFake(t, nil, args...)
	text := f.out.await(t, "}'\n")
	for _, want := range []string{
		"control API on " + f.root() + "/_mockgates/\n",
		"fault in every world: create-keys status=429 times=2\n",
		"rate limit in every world: list-keys 3/1m0s\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
	f = startFake(t, nil, append(args, "--log-format", "json")...)
	var line struct {
		URL, Control string
		Faults       []string
	}
	if err := json.Unmarshal([]byte(f.out.await(t, "\n")), &line); err != nil {
		t.Fatalf("%v in:\n%s", err, f.out)
	}
	if line.URL != f.base || line.Control != f.root()+"/_mockgates/" || len(line.Faults) != 1 {
		t.Errorf("got %+v; want %s, its control API and the fault", line, f.base)
	}
}

// TestServe_links follows each link of the page at /.
func TestServe_links(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		what  string
		args  []string
		links int
	}{
		{"all", nil, 10},
		{"a control API on a port of its own", []string{"--admin-addr", "127.0.0.1:0"}, 2},
		{"documented operations alone", []string{"--documented-only"}, 9},
	} {
		t.Run(row.what, func(t *testing.T) {
			t.Parallel()
			f := startFake(t, nil, row.args...)
			page := call(t, f.root()+"/", "", "")
			links := regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page.body, -1)
			if page.status != http.StatusOK || len(links) != row.links {
				t.Errorf("status = %d with %d links; want %d\n%s", page.status, len(links), row.links, page.body)
			}
			for _, link := range links {
				// The consent page wants a callback_url.
				if got := call(t, f.root()+link[1], "", "").status; got != http.StatusOK && !(link[1] == "/auth" && got == http.StatusBadRequest) {
					t.Errorf("%s: status = %d; want 200", link[1], got)
				}
			}
			if got := call(t, f.root()+"/", "", "{}").status; got == http.StatusOK {
				t.Errorf("POST: status = %d; want what the API says", got)
			}
		})
	}
}

// TestServe_logsControlCalls looks for a call in the log of level debug.
func TestServe_logsControlCalls(t *testing.T) {
	t.Parallel()
	f := startFake(t, nil, "--log-level", "debug")
	if got := call(t, f.root()+"/_mockgates/gates/door", serve.DefaultKey, "{}"); got.status == http.StatusNotFound {
		f.log.await(t, `msg="control call" method=POST call=gates status=404 `)
		return
	}
	f.log.await(t, `msg="control call" method=POST call=gates status=`)
}

// TestManagementKey_inTheOtherVariable gives each command the variable of the other.
func TestManagementKey_inTheOtherVariable(t *testing.T) {
	t.Parallel()
	f := startFake(t, []string{"MODELGATES_MANAGEMENT_KEY=sk-secret"})
	f.log.await(t, "the variable of --management-key is MOCKGATES_MANAGEMENT_KEY")
	_, _, stderr := mockgates(t, []string{"MOCKGATES_MANAGEMENT_KEY=sk-secret"}, "", "check", "--target", f.base, "--run", "keys_created", "--generate=off")
	if !strings.Contains(stderr, "the variable of its management key is MODELGATES_MANAGEMENT_KEY") {
		t.Errorf("check: stderr = %q; want a warning", stderr)
	}
	if all := f.log.String() + stderr; strings.Contains(all, "sk-secret") {
		t.Errorf("the key is in:\n%s", all)
	}
}

// TestHealthcheck_process takes the flags of serve from the command line of another
// process. It is a shell that waits, with a command line such as a small init has.
func TestHealthcheck_process(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux shows the command line of a process in /proc")
	}
	f := startFake(t, nil, "--tls")
	addr := strings.TrimPrefix(f.root(), "https://")
	for _, row := range []struct {
		what, want string
		code       int
		args       []string
	}{
		{"the flags of serve", "ok\n", exit.OK, []string{"mockgates", "serve", "--tls", "--addr", addr}},
		{"without --tls", "", exit.Inconclusive, []string{"mockgates", "serve", "--addr", addr}},
		{"a free port of a process that does not listen", "the process does not listen", exit.Usage, []string{"mockgates", "serve", "--addr", "127.0.0.1:0"}},
		{"another command", `its command is "check"; want serve`, exit.Usage, []string{"mockgates", "check"}},
		{"another program", "unexpected argument boot", exit.Usage, []string{"init", "boot"}},
	} {
		t.Run(row.what, func(t *testing.T) {
			t.Parallel()
			other := exec.Command("sh", append([]string{"-c", "read line", "--"}, row.args...)...)
			stdin, err := other.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := other.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = stdin.Close(); _ = other.Wait() })
			code, stdout, stderr := mockgates(t, nil, "", "healthcheck", "--process", strconv.Itoa(other.Process.Pid))
			if code != row.code || !strings.Contains(stdout+stderr, row.want) {
				t.Errorf("exit code = %d, want %d; %q, want %q", code, row.code, stdout+stderr, row.want)
			}
		})
	}
	if _, stdout, _ := mockgates(t, nil, "", "env", "--tls", "--addr", addr); !strings.HasPrefix(stdout, "MODELGATES_BASE_URL="+f.base+"\n") {
		t.Errorf("env --tls = %q; want %s", stdout, f.base)
	}
}
