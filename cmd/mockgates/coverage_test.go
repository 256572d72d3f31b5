package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/scenarios"
)

func TestShardValue_auto(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		env  []string
		want string // the shard, or the error
	}{
		{"GitLab counts from one", []string{"CI_NODE_INDEX=2", "CI_NODE_TOTAL=5"}, "2/5"},
		{"CircleCI counts from zero", []string{"CIRCLE_NODE_INDEX=0", "CIRCLE_NODE_TOTAL=5"}, "1/5"},
		{"Buildkite counts from zero", []string{"BUILDKITE_PARALLEL_JOB=4", "BUILDKITE_PARALLEL_JOB_COUNT=5"}, "5/5"},
		{"an indexed Job counts from zero", []string{"JOB_COMPLETION_INDEX=1", "JOB_COMPLETIONS=5"}, "2/5"},
		{"an indexed Job needs the number of its pods", []string{"JOB_COMPLETION_INDEX=1"}, `JOB_COMPLETION_INDEX is "1" and JOB_COMPLETIONS is ""`},
		{"a shard beyond the last", []string{"CI_NODE_INDEX=6", "CI_NODE_TOTAL=5"}, "want numbers from 1 on, and how many there are"},
		{"a shard before the first", []string{"CI_NODE_INDEX=0", "CI_NODE_TOTAL=5"}, "want numbers from 1 on"},
		{"no CI system", nil, "no variable names the shard"},
	} {
		shard, err := shardValue("auto").resolve(cli.NewEnviron(test.env))
		got := shard.String()
		if err != nil {
			got = err.Error()
		}
		if got != test.want && (err == nil || !strings.Contains(got, test.want)) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	if shard, err := shardValue("").resolve(cli.NewEnviron([]string{"CI_NODE_INDEX=2", "CI_NODE_TOTAL=5"})); shard != (scenarios.Shard{}) || err != nil {
		t.Errorf("without the flag the shard is %v, %v; want the whole", shard, err)
	}
}

// TestCoverageMerge merges the records of two shards. What they cover together is
// what the record of the whole run covers.
func TestCoverageMerge(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	record := func(name string, args ...string) string {
		file := filepath.Join(dir, name)
		args = append([]string{"check", "--run", "^keys_(created|creator|listed|limits)", "--report-json", file}, args...)
		if code, stdout, stderr := mockgates(t, nil, "", args...); code != exit.OK {
			t.Fatalf("%v: exit code %d\n%s%s", args, code, stdout, stderr)
		}
		return file
	}
	whole, one, two := record("whole"), record("one", "--shard", "1/2"), record("two", "--shard", "2/2")
	_, want, _ := mockgates(t, nil, "", "coverage", "merge", whole)
	second, err := os.ReadFile(two)
	if err != nil {
		t.Fatal(err)
	}
	code, got, stderr := mockgates(t, nil, string(second), "coverage", "merge", one, "-")
	if code != exit.OK || stderr != "" {
		t.Errorf("exit code %d, stderr %q; want 0 and none", code, stderr)
	}
	if diff := cmp.Diff(want, got); diff != "" || !strings.HasPrefix(got, "documented responses reached: ") {
		t.Errorf("coverage (-whole +shards):\n%s\n%s", diff, got)
	}
	code, _, stderr = mockgates(t, nil, "", "coverage", "merge", whole, "--min-coverage", "100")
	if code != exit.Coverage || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "; want 100%; not reached: ") {
		t.Errorf("exit code %d, stderr %q; want 6 and one line", code, stderr)
	}
	code, _, stderr = mockgates(t, nil, "{}", "coverage", "merge", "-")
	if code != exit.Unreadable || !strings.Contains(stderr, `standard input: line 1: the event has no member "event"`) {
		t.Errorf("exit code %d, stderr %q; want 2", code, stderr)
	}
}
