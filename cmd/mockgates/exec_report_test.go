package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/runfiles"
	"github.com/mockgates/mockgates/scenarios/report"
)

// readReport returns the report in the file of a record.
func readReport(t *testing.T, file string) report.Report {
	t.Helper()
	r, err := runfiles.ReadRecord(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestExec_record compares what exec says about a command with what its record says.
func TestExec_record(t *testing.T) {
	t.Parallel()
	careful, naive := client(t, "Go", "careful")[0], client(t, "Go", "naive")[0]
	const early = "create-keys status=429 times=1 retry_after=1m" // the naive client does not wait
	for _, test := range []struct {
		name  string
		args  []string
		exit  int    // of exec
		codes []int  // in the record
		want  string // in the first failure, note or problem; "" for none of them
	}{
		{"the command succeeds", []string{careful}, exit.OK, nil, ""},
		{"the command fails", []string{"sh", "-c", `"$0" && exit 3`, careful}, 3, []int{4}, "the command failed: exit code 3\n  mockgates exec -- sh -c "},
		{"the command does not end", []string{"--time-limit", "2s", "--", "sh", "-c", `"$0" && exec sleep 60`, careful}, exit.Failed, []int{4}, "the command did not end within 2s; it was killed"},
		{"a rule is broken, and nobody asks", []string{"--fault", early, "--", naive}, exit.OK, nil, "violation in request 2: early-retry: "},
		{"a rule is broken, which fails", []string{"--fault", early, "--fail-on-violation", "--", naive}, exit.Failed, []int{4}, "early-retry: "},
		{"a fault never fires", []string{"--fault", "list-keys status=500 skip=9", "--", careful}, exit.Unfired, []int{9}, `the fault "list-keys status=500 skip=9" never fired`},
		{"the command makes no call", []string{"true"}, exit.NothingTested, []int{8}, "the command made no call; the command finds the fake in MODELGATES_BASE_URL"},
		{"the command fails before it makes a call", []string{"sh", "-c", "exit 5"}, 5, []int{8, 4}, "the command failed: exit code 5\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "record")
			code, out, log := mockgates(t, childVariables(), "", slices.Concat([]string{"exec", "--report-json", file}, test.args)...)
			r := readReport(t, file)
			if diff := cmp.Diff(test.codes, r.ExitCodes()); diff != "" || code != test.exit {
				t.Errorf("exit code = %d; want %d; codes of the record (-want +got):\n%s\n%s%s", code, test.exit, diff, out, log)
			}
			if got := firstRemark(r); (test.want == "") != (got == "") || !strings.HasPrefix(got, test.want) {
				t.Errorf("the record says %q; want %q", got, test.want)
			}
			for _, x := range r.Scenarios[0].Exchanges {
				if x.Status == 0 || !x.Management {
					t.Errorf("%s %s has status %d and management %t; want a response and true", x.Method, x.Path, x.Status, x.Management)
				}
			}
		})
	}
}

// TestEveryFault_recordOfTheCleanRun holds that the record says what exec reports of the
// clean run: the rules that it broke, and the faults that never fired.
func TestEveryFault_recordOfTheCleanRun(t *testing.T) {
	t.Parallel()
	careful := client(t, "Go", "careful")[0]
	const early, unfired = "create-keys status=429 times=1 retry_after=1m", "list-keys status=500 skip=99"
	for _, test := range []struct {
		name  string
		flags []string
		exit  int
		codes []int
		want  string // in the first failure, note or problem
	}{
		{"a fault never fires", []string{"--fault", unfired, "--", careful}, exit.Unfired, []int{9}, "the fault \"" + unfired + "\" never fired"},
		{"a rule is broken, and nobody asks", []string{"--fault", early, "--allow", "early-retry", "--", client(t, "Go", "naive")[0]}, exit.OK, nil, "violation in request 2: early-retry: "},
		{"a rule is broken, which fails", []string{"--fail-on-violation", "--fault", early, "--allow", "early-retry", "--", client(t, "Go", "naive")[0]}, exit.Failed, []int{4}, "early-retry: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "record")
			args := slices.Concat([]string{"exec", "--every-fault", "--effects", "slow", "--slow", "1ms", "--report-json", file}, test.flags)
			code, out, log := mockgates(t, childVariables(), "", args...)
			r := readReport(t, file)
			if diff := cmp.Diff(test.codes, r.ExitCodes()); diff != "" || code != test.exit {
				t.Errorf("exit code = %d; want %d; codes of the record (-want +got):\n%s\n%s%s", code, test.exit, diff, out, log)
			}
			if got := firstRemark(r); !strings.HasPrefix(got, test.want) {
				t.Errorf("the record says %q; want %q", got, test.want)
			}
		})
	}
}

// firstRemark returns the first failure, problem or note of a report, "" if it has none.
func firstRemark(r report.Report) string {
	switch s := r.Scenarios[0]; {
	case len(s.Failures) > 0:
		return s.Failures[0].String()
	case len(r.Problems) > 0:
		return r.Problems[0].String()
	case len(s.Notes) > 0:
		return s.Notes[0]
	}
	return ""
}

// TestExec_recordOfViolations holds that a failure names the request that broke the rule,
// and that each world has a scenario of its own.
func TestExec_recordOfViolations(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "record")
	program := `"$0" && MODELGATES_API_KEY=sk-mg-mgmt-other "$0"`
	args := []string{
		"exec", "--report-json", file, "--fail-on-violation", "--fault", "create-keys status=429 times=1 retry_after=1m",
		"--", "sh", "-c", program, client(t, "Go", "naive")[0],
	}
	if code, out, log := mockgates(t, childVariables(), "", args...); code != exit.Failed {
		t.Errorf("exit code = %d; want %d\n%s%s", code, exit.Failed, out, log)
	}
	r := readReport(t, file)
	var got []string
	for _, s := range r.Scenarios {
		for _, f := range s.Failures {
			got = append(got, s.ID+" in "+s.World+", "+s.Diagnose(f).Exchange.ID)
		}
	}
	want := []string{"command in default, command/exchange-2", "other in other, other/exchange-2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("failures (-want +got):\n%s", diff)
	}
}

// TestExec_recordOfTheClock holds that the record says what a run depends on, as that of
// check does.
func TestExec_recordOfTheClock(t *testing.T) {
	t.Parallel()
	naive := client(t, "Go", "naive")[0]
	for _, test := range []struct {
		flags []string
		want  string
	}{
		{nil, ""},
		{[]string{"--clock", "2026-01-05T12:00:00Z"}, "2026-01-05T12:00:00Z"},
		{[]string{"--clock", "2026-01-05T13:00:00+01:00", "--clock-frozen"}, "2026-01-05T12:00:00Z frozen"},
		{[]string{"--clock-frozen"}, "frozen"},
		{[]string{"--every-fault", "--effects", "400", "--clock", "2026-01-05T12:00:00Z"}, "2026-01-05T12:00:00Z"},
	} {
		t.Run(strings.Join(test.flags, " "), func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "record")
			_, out, log := mockgates(t, childVariables(), "", slices.Concat([]string{"exec", "--report-json", file}, test.flags, []string{"--", naive})...)
			if got := readReport(t, file).Run.Clock; got != test.want {
				t.Errorf("clock = %q; want %q\n%s%s", got, test.want, out, log)
			}
		})
	}
}

// TestExec_recordOnStdout holds that nothing else is on stdout then, and that the variable
// of a flag names the file of another output.
func TestExec_recordOnStdout(t *testing.T) {
	t.Parallel()
	page := filepath.Join(t.TempDir(), "report.html")
	env := append(childVariables(), "MOCKGATES_REPORT_HTML="+page)
	code, out, log := mockgates(t, env, "", "exec", "--report-json", "-", "--", client(t, "Go", "careful")[0])
	if code != exit.OK || !strings.HasPrefix(log, "created ") {
		t.Errorf("exit code = %d and stderr %q; want 0 and the output of the command", code, log)
	}
	if _, err := report.ReadRecord(strings.NewReader(out)); err != nil {
		t.Errorf("stdout is no record: %v\n%s", err, out)
	}
	if text, err := os.ReadFile(page); !strings.Contains(string(text), "<title>conforms") {
		t.Errorf("the page does not say that the run conforms: %v\n%.200s", err, text)
	}
}
