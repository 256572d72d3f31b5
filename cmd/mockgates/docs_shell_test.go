package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// shellPages are the documents with commands to paste, with the flags of the fake that
// runs meanwhile.
var shellPages = map[string][]string{
	"README.md":            nil,
	"docs/check.md":        nil,
	"docs/ci.md":           nil,
	"docs/consent-page.md": nil,
	"docs/control-api.md":  {"--tls", "--plain-addr", "127.0.0.1:0"}, // it shows the call for the CA
	"docs/faults.md":       nil,
	"docs/tls.md":          {"--tls"},
}

// notRun matches the commands that a test cannot run: they fetch, build and test the program
// itself, need Docker, leave something for the reader to fill in, or do not end.
var notRun = regexp.MustCompile(`^(git clone|make|docker) |…|^curl -N |\| docker `)

// shellLines returns the commands in the blocks of shell commands of a document.
func shellLines(t *testing.T, name string) (lines []string) {
	t.Helper()
	for _, block := range regexp.MustCompile("(?sm)^```sh\n(.*?)^```$").FindAllStringSubmatch(readFile(t, name), -1) {
		for line := range strings.Lines(block[1]) {
			if line = strings.TrimSpace(line); line != "" && !notRun.MatchString(line) {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// TestDocs_shellCommands runs the shell commands of the documents in order, in each
// shell that is there. Each must succeed while the fake runs that the page describes.
// With -short a command that plays scenarios runs once if docs/check.md has it too.
func TestDocs_shellCommands(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("mockgates")
	if err != nil {
		t.Fatal(err) // TestMain has put this program there
	}
	for _, shell := range []string{"bash", "zsh"} {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && shell != "bash" {
				t.Skip("with -short only bash runs the commands")
			}
			for _, needed := range []string{shell, "curl"} {
				if _, err := exec.LookPath(needed); err != nil {
					t.Skipf("%s is not installed, so the commands of the documents are not run in %s", needed, shell)
				}
			}
			for page, flags := range shellPages {
				t.Run(page, func(t *testing.T) {
					t.Parallel()
					runPage(t, shell, page, startShell(t, program, flags))
				})
			}
		})
	}
}

// A shellFolder is where the commands of a page run: it has what the root of the
// project has.
type shellFolder struct {
	dir  string
	addr string // of the fake that runs
}

// startShell makes a folder, and starts the fake of a page.
func startShell(t *testing.T, program string, flags []string) shellFolder {
	t.Helper()
	dir := t.TempDir()
	examples, err := filepath.Abs(fromRoot("examples"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	for link, file := range map[string]string{"bin/mockgates": program, "examples": examples} {
		if err := os.Symlink(file, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	// An error response must not look like a success, and no command may hang.
	if err := os.WriteFile(filepath.Join(dir, ".curlrc"), []byte("fail-with-body\nmax-time = 60\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := startFake(t, nil, flags...)
	_, addr, _ := strings.Cut(f.root(), "://")
	if len(flags) > 1 {
		_, addr, _ = strings.Cut(f.out.await(t, "/api/v1\ncontrol API"), "and on http://")
		addr, _, _ = strings.Cut(addr, "/")
	}
	return shellFolder{dir, addr}
}

// runPage runs the commands of a page.
func runPage(t *testing.T, shell, page string, folder shellFolder) {
	lines := shellLines(t, page)
	if testing.Short() && page != "docs/check.md" {
		elsewhere := shellLines(t, "docs/check.md")
		lines = slices.DeleteFunc(lines, func(line string) bool { return slices.Contains(elsewhere, line) })
	}
	if len(lines) == 0 {
		t.Error("the page has no commands that can run")
	}
	for _, line := range lines {
		if strings.HasPrefix(line, "bin/mockgates serve") {
			serveInShell(t, shell, line, folder)
			continue
		}
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		defer cancel()
		cmd := exec.CommandContext(ctx, shell, "-c", strings.ReplaceAll(line, "127.0.0.1:8080", folder.addr))
		cmd.Dir, cmd.Env = folder.dir, folder.environ(folder.addr)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", line, err, out[max(0, len(out)-500):])
		}
	}
}

// serveInShell runs a command that serves, until it listens, and stops it.
func serveInShell(t *testing.T, shell, line string, folder shellFolder) {
	t.Helper()
	var log bytes.Buffer
	out := new(buffer)
	cmd := exec.Command(shell, "-c", "exec "+strings.TrimSuffix(line, "&"))
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = folder.dir, folder.environ("127.0.0.1:0"), out, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		err := cmd.Wait()
		_, _ = out.Write([]byte("listening on nothing\n")) // so that the test does not wait
		ended <- err
	}()
	out.await(t, "listening on ")
	_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	if err := <-ended; err != nil {
		t.Errorf("%s: %v\n%s", line, err, &log)
	}
}

// environ returns the environment of the commands, in which the address of the fake
// is the default.
func (f shellFolder) environ(addr string) []string {
	return append(os.Environ(), "HOME="+f.dir, "MOCKGATES_ADDR="+addr, "NO_PROXY=", "no_proxy=")
}
