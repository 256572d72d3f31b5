package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/clientrun"
	"github.com/mockgates/mockgates/scenarios"
)

func TestProgressLine(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	now := time.Unix(0, 0)
	l := &progressLine{out: &out, now: func() time.Time { return now }}
	l.clear() // nothing has been drawn
	for _, step := range []time.Duration{time.Millisecond, progressInterval - 1, 1, progressInterval} {
		now = now.Add(step)
		l.update(scenarios.Progress{Done: 1, All: 3, Exchanges: now.Nanosecond(), Failed: 2})
	}
	l.clear()
	want := "\r\x1b[K1 of 3 scenarios, 1000000 exchanges, 2 failed" +
		"\r\x1b[K1 of 3 scenarios, 101000000 exchanges, 2 failed" +
		"\r\x1b[K1 of 3 scenarios, 201000000 exchanges, 2 failed" + "\r\x1b[K"
	if out.String() != want {
		t.Errorf("drawn: %q, want %q", out.String(), want)
	}
}

// TestProgressLine_ofFaults writes a line of a log between two updates: it begins at
// the start of a line, and the last update makes no estimate.
func TestProgressLine_ofFaults(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	now := time.Unix(0, 0)
	l := &progressLine{out: &out, now: func() time.Time { return now }}
	_, _ = io.WriteString(l, "before\n")
	for _, p := range []clientrun.Progress{{Ended: 1, All: 2, Left: 90 * time.Second}, {Ended: 2, All: 2}} {
		now = now.Add(progressInterval)
		l.toldFaults()(p)
		_, _ = io.WriteString(l, "one\n")
		_, _ = io.WriteString(l, "two\n")
	}
	l.clear() // the line is not shown
	want := "before\n\r\x1b[K1 of 2 faults, about 1m30s left\r\x1b[Kone\ntwo\n\r\x1b[K2 of 2 faults\r\x1b[Kone\ntwo\n"
	if out.String() != want {
		t.Errorf("drawn: %q, want %q", out.String(), want)
	}
}

func TestProcess_progressIsForTerminals(t *testing.T) {
	t.Parallel()
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	device, err := os.OpenFile("/dev/zero", os.O_WRONLY, 0) // a character device, as a terminal is
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = device.Close() })
	for name, test := range map[string]struct {
		process cli.Process
		want    bool
	}{
		"a terminal":         {cli.Process{Stderr: device}, true},
		"a file":             {cli.Process{Stderr: file}, false},
		"a buffer":           {cli.Process{Stderr: &buffer{}}, false},
		"a terminal in CI":   {cli.Process{Stderr: device, Env: cli.Environ{"CI": "true"}}, false},
		"a terminal without": {cli.Process{Stderr: device, Env: cli.Environ{"TERM": "dumb"}}, false},
	} {
		l := progress(&test.process)
		if (l != nil) != test.want || (l.told() != nil) != test.want {
			t.Errorf("%s: %v, want one: %v", name, l, test.want)
		}
		l.clear()
	}
}
