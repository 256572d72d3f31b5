package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/mockserver"
)

// TestEvidence keeps a ledger over runs on the fake and on a live target, which
// then regresses.
func TestEvidence(t *testing.T) {
	t.Parallel()
	server, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var broken atomic.Bool
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if broken.Load() && r.URL.Path == "/api/v1/keys" {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte("{}"))
			return
		}
		server.ServeHTTP(w, r)
	}))
	t.Cleanup(target.Close)
	host := strings.TrimPrefix(target.URL, "http://")
	scenario := writeFile(t, "scenario.txtar", scenarioCreates)
	ledger := filepath.Join(t.TempDir(), "ledger.json")
	check := func(code int, args ...string) {
		t.Helper()
		args = append([]string{"check", scenario, "--evidence", ledger}, args...)
		if got, stdout, stderr := mockgates(t, []string{plantedVariable}, "", args...); got != code {
			t.Fatalf("%v: exit code %d, want %d\n%s%s", args, got, code, stdout, stderr)
		}
	}
	evidence := func(code int, stdout, stderr string, args ...string) {
		t.Helper()
		gotCode, gotOut, gotErr := mockgates(t, nil, "", append([]string{"evidence", ledger}, args...)...)
		if gotCode != code || !strings.Contains(strings.Join(strings.Fields(gotOut), " "), stdout) || !strings.Contains(gotErr, stderr) {
			t.Errorf("exit code %d, want %d\n%s%s\nwant %q and %q", gotCode, code, gotOut, gotErr, stdout, stderr)
		}
	}
	evidence(exit.Unreadable, "", "no such file")
	check(exit.OK)
	evidence(exit.OK, "response create-keys 201 fake only", "", "--max-age", "30d")
	check(exit.OK, "--target", target.URL+"/api/v1")
	evidence(exit.OK, "response create-keys 201 live", "", "--max-age", "30d")
	evidence(exit.OK, " "+host+" ", "")
	evidence(exit.Coverage, "", "last seen longer ago than 1ns: response create-keys 201", "--max-age", "1ns")
	evidence(exit.Usage, "", `"0d" is not a valid age; want a positive duration such as 30d or 12h`, "--max-age", "0d")
	evidence(exit.Usage, "", "at most 100000d", "--max-age", "100001d")

	// The run that departs must begin in a later second than the one that conformed.
	text, err := os.ReadFile(ledger)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), plantedKey) || strings.Contains(string(text), "/api/v1") {
		t.Errorf("the ledger holds more than it should:\n%s", text)
	}
	earlier := strings.ReplaceAll(string(text), `"at": "2`, `"at": "1`)
	if err := os.WriteFile(ledger, []byte(earlier), 0o600); err != nil {
		t.Fatal(err)
	}
	broken.Store(true)
	check(exit.Failed, "--target", target.URL+"/api/v1")
	evidence(exit.Drift, "response create-keys 201 REGRESSION", "a live target departs where it conformed before: response create-keys 201")
}
