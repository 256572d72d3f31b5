package scenarios_test

import (
	"path/filepath"
	"regexp"
	"testing"

	"github.com/mockgates/mockgates/scenarios"
)

// TestWriteText_failures compares the report of scenarios that fail with a golden
// file.
func TestWriteText_failures(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/failing/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	r, got := play(t, scenarios.Options{Files: files, Clock: frozen, DocumentedOnly: true})
	if r.ExitCode() != scenarios.ExitFailed {
		t.Errorf("exit code %d, want 4", r.ExitCode())
	}
	if n := r.Count(scenarios.Failed); n != len(files) {
		t.Errorf("%d scenarios failed, want all %d", n, len(files))
	}
	got = ruleLine.ReplaceAllString(got, "$1:N")
	golden(t, "testdata/failing.golden", got)
}

// ruleLine matches the line of a rule, which changes with every edit of the
// specification.
var ruleLine = regexp.MustCompile(`(modelgates\.yaml):\d+`)
