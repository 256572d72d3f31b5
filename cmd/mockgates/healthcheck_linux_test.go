package main

import (
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// TestHealthcheck_processWithAFreePort finds the port that the system has chosen for
// another process, whatever else that listens on, and for the child of a small init.
func TestHealthcheck_processWithAFreePort(t *testing.T) {
	t.Parallel()
	serve := []string{"mockgates", "serve", "--addr", "127.0.0.1:0"}
	for _, row := range []struct {
		what string
		args []string
	}{
		{"alone", serve},
		{"with other ports", append(slices.Clone(serve), "--tls", "--plain-addr", "127.0.0.1:0", "--admin-addr", "127.0.0.1:0")},
		{"below a small init", append([]string{"sh", "-c", `"$@"; exit`, "--"}, serve...)},
	} {
		t.Run(row.what, func(t *testing.T) {
			t.Parallel()
			other, out := exec.Command(row.args[0], row.args[1:]...), new(buffer)
			other.Stdout = out
			other.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			if err := other.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = syscall.Kill(-other.Process.Pid, syscall.SIGTERM); _ = other.Wait() })
			_, want, _ := strings.Cut(out.await(t, "/api/v1\n"), "listening on ")
			want, _, _ = strings.Cut(want, "\n")

			pid := strconv.Itoa(other.Process.Pid)
			if code, stdout, stderr := mockgates(t, nil, "", "healthcheck", "--process", pid); code != 0 {
				t.Errorf("healthcheck: exit code %d, %s%s; want 0", code, stdout, stderr)
			}
			if _, stdout, _ := mockgates(t, nil, "", "env", "--process", pid); !strings.HasPrefix(stdout, "MODELGATES_BASE_URL="+want+"\n") {
				t.Errorf("env = %q; want %s", stdout, want)
			}
		})
	}
}
