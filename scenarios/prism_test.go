package scenarios_test

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
)

// prismListens is the line in which Prism says where it listens.
var prismListens = regexp.MustCompile(`listening on (http://\S+)`)

// startPrism serves Prism's mock of the documented operations, and returns its
// URL. It skips the test if Prism is neither in MOCKGATES_PRISM nor in PATH.
func startPrism(t *testing.T) string {
	t.Helper()
	program := os.Getenv("MOCKGATES_PRISM")
	if program == "" {
		var err error
		if program, err = exec.LookPath("prism"); err != nil {
			t.Skip("Prism is not installed; npm install @stoplight/prism-cli gives it, and MOCKGATES_PRISM names its program")
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	prism := exec.CommandContext(ctx, program, "mock", "--port", "0", "../contract/spec/modelgates.yaml")
	out, err := prism.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := prism.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = prism.Wait() // it was killed
	})
	var said strings.Builder
	for lines := bufio.NewScanner(out); lines.Scan(); {
		said.WriteString(lines.Text() + "\n")
		if m := prismListens.FindStringSubmatch(lines.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return m[1]
		}
	}
	t.Fatalf("Prism did not start:\n%s", said.String())
	return ""
}

// TestPrism_isNotAnImplementation plays on Prism's mock of the specification, which has
// the right shapes and no state. The report says why it fails in ten lines.
func TestPrism_isNotAnImplementation(t *testing.T) {
	r, text := play(t, scenarios.Options{Target: startPrism(t), ManagementKey: liveKey})
	if r.ExitCode() != report.ExitFailed {
		t.Fatalf("exit code %d, want 4\n%s", r.ExitCode(), text)
	}
	_, summary, found := strings.Cut(text, "\nwhy, and in how many exchanges:\n")
	summary, _, _ = strings.Cut(summary, "\n\n")
	if lines := 1 + strings.Count(summary, "\n") + 1; !found || lines > 10 {
		t.Errorf("the reasons take %d lines, want at most 10:\n%s", lines, summary)
	}
	for _, want := range []string{"create-keys not-fresh: ", "create-keys reused: ", "create-auth-keys-code reused: /data/id"} {
		if !strings.Contains(summary, want) {
			t.Errorf("the summary does not contain %q:\n%s", want, summary)
		}
	}
}
