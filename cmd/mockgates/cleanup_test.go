package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
)

// TestCleanup_afterCheck deletes what a run has left on a target, and finds
// nothing more to do the second time.
func TestCleanup_afterCheck(t *testing.T) {
	t.Parallel()
	server, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	target := httptest.NewServer(server)
	t.Cleanup(target.Close)
	ledger := filepath.Join(t.TempDir(), "keys.ndjson")
	env := []string{plantedVariable}
	step := func(wantCode int, want string, args ...string) {
		t.Helper()
		code, stdout, stderr := mockgates(t, env, "", append(args, "--ledger", ledger, "--target", target.URL+"/api/v1")...)
		if code != wantCode || !strings.Contains(stdout+stderr, want) {
			t.Fatalf("exit code %d, want %d and %q in the output:\n%s%s", code, wantCode, want, stdout, stderr)
		}
		if strings.Contains(stdout+stderr, plantedKey) {
			t.Error("the output holds the management key")
		}
	}
	scenario := writeFile(t, "scenario.txtar", scenarioLimit)
	step(1, "no such file", "cleanup")
	step(7, "left on the target", "check", scenario, "--live-limit", "5")
	step(7, "left on the target", "check", scenario, "--live-limit", "5")
	unfinished, err := os.OpenFile(ledger, os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = unfinished.WriteString(`{"run":"killed`)
		_ = unfinished.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	step(0, "gone: 2 of 2 keys; left: 0, on other targets: 0", "cleanup")
	step(0, "gone: 0 of 0 keys", "cleanup")
}

func TestCleanup_namesWhatItCannotDelete(t *testing.T) {
	t.Parallel()
	ledger := writeFile(t, "keys.ndjson", `{"run":"4be0","call":1,"state":"intended","target":"127.0.0.1:1","time":"2026-01-05T12:00:00Z","operation":"create-keys","name":"4be0 \u001b[2J"}`+"\n")
	code, stdout, stderr := mockgates(t, []string{plantedVariable}, "", "cleanup", "--ledger", ledger, "--target", "http://127.0.0.1:1/api/v1")
	if want := "left on the target: perhaps the key"; code != 7 || !strings.Contains(stdout, want) {
		t.Errorf("exit code %d, want 7 and %q in the output:\n%s%s", code, want, stdout, stderr)
	}
	if strings.Contains(stdout, "\x1b") {
		t.Errorf("the output holds control characters: %q", stdout)
	}
}
