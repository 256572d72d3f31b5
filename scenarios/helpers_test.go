package scenarios_test

import (
	"bytes"
	"flag"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// frozen is a clock that makes two runs equal.
var frozen = mockserver.ClockSetting{Now: time.Date(2029, 11, 30, 12, 0, 0, 0, time.UTC), Frozen: true}

// play runs scenarios and returns the report as data and as text, in which no message
// is broken into lines.
func play(t *testing.T, o scenarios.Options) (report.Report, string) {
	t.Helper()
	r, err := scenarios.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := r.WriteText(&text, false); err != nil {
		t.Fatal(err)
	}
	return r, scenarios.Unwrap(text.String())
}

// inPart reports whether an entry of a table is tried. With -short it is one of n, at
// fixed places that are spread over the table; otherwise it is each one.
func inPart(entry string, n uint32) bool {
	return !testing.Short() || crc32.ChecksumIEEE([]byte(entry))%n == 0
}

// short returns a value with -short, and otherwise the zero value.
func short[T any](value T) T {
	if testing.Short() {
		return value
	}
	var zero T
	return zero
}

// record returns the record of a report.
func record(t *testing.T, r report.Report) string {
	t.Helper()
	var b strings.Builder
	if err := r.WriteRecord(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

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

// checkReport checks the exit code of a report, and that it contains a text.
func checkReport(t *testing.T, r report.Report, text string, exit int, want string) {
	t.Helper()
	if r.ExitCode() != exit {
		t.Errorf("exit code %d, want %d\n%s", r.ExitCode(), exit, text)
	}
	if !strings.Contains(text, want) {
		t.Errorf("the report does not contain %q:\n%s", want, text)
	}
}

// script writes a scenario to a file in a folder of its own.
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
