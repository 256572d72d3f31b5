package script

import (
	"strconv"
	"strings"
	"testing"
)

// FuzzParseLog checks that parseLog accepts any log, and finds a failure that
// ends one.
func FuzzParseLog(f *testing.F) {
	f.Add("> [line:3] exists a\n", "a does not exist", 3)
	f.Add("# Phase. (0.1s)\n> [line:1] cmp a b\n--- a\n+++ b\n", "a and b differ\nmore", 1)
	f.Add("FAIL: other.txtar:3: no\n", "", 0)
	f.Fuzz(func(t *testing.T, before, message string, line int) {
		const file = "/tmp/mockgates-1/script.txtar"
		if strings.Contains(before, file) || strings.TrimSpace(message) != message || strings.Contains(message, "\n") {
			t.Skip()
		}
		if _, _, ok := parseLog(before, file, line); ok {
			t.Errorf("parseLog finds a failure in %q", before)
		}
		log := before + "FAIL: " + file + ":" + strconv.Itoa(line) + ": " + message + "\n"
		if text, _, ok := parseLog(log, file, line); !ok || text != message {
			t.Errorf("parseLog finds %q, %v; want %q", text, ok, message)
		}
	})
}
