package report_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mockgates/mockgates/scenarios/report"
	"github.com/mockgates/mockgates/scenarios/report/internal/sample"
	"github.com/mockgates/mockgates/scenarios/report/sarif"
)

func TestSARIF_conformsToThePublishedSchema(t *testing.T) {
	t.Parallel()
	file, err := os.Open("sarif/testdata/sarif-2.1.0.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	document, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]report.Report{
		"a run that conforms": sample.Conforming(), "a run that fails": sample.Failing(), "an empty report": {},
	} {
		text := written(t, sarif.Write, r)
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		value.(map[string]any)["runs"].([]any)[0].(map[string]any)["unheard_of"] = true
		if schema.Validate(value) == nil {
			t.Errorf("%s: the schema accepts an unknown member", name)
		}
	}
}

// A sarifRun is what the tests read of the output.
type sarifRun struct {
	Tool struct {
		Driver struct{ Rules []struct{ ID string } }
	}
	Invocations []struct {
		ExecutionSuccessful        bool
		ExitCode                   int
		ToolExecutionNotifications []struct{ Locations []sarifLocation }
	}
	Results []struct {
		RuleID              string
		RuleIndex           int
		Message             struct{ Text string }
		Locations           []sarifLocation
		RelatedLocations    []sarifLocation
		PartialFingerprints map[string]string
	}
}

type sarifLocation struct {
	PhysicalLocation struct {
		ArtifactLocation struct{ URI string }
		Region           struct {
			StartLine int
			Snippet   struct{ Text string }
		}
	}
}

// sarifOf returns the only run of the output of a report.
func sarifOf(t *testing.T, r report.Report) sarifRun {
	t.Helper()
	var log struct{ Runs []sarifRun }
	if err := json.Unmarshal([]byte(written(t, sarif.Write, r)), &log); err != nil || len(log.Runs) != 1 {
		t.Fatalf("%d runs, %v; want one", len(log.Runs), err)
	}
	return log.Runs[0]
}

// String returns the place with the line that is shown.
func (l sarifLocation) String() string {
	p := l.PhysicalLocation
	return fmt.Sprintf("%s:%d: %s", p.ArtifactLocation.URI, p.Region.StartLine, p.Region.Snippet.Text)
}

// TestSARIF_locatesEachFinding wants the line of the scenario, that of the specification,
// and the other place where the finding was met.
func TestSARIF_locatesEachFinding(t *testing.T) {
	t.Parallel()
	var got []string
	for _, r := range sarifOf(t, sample.Failing()).Results {
		if r.RuleID != "enum" {
			continue
		}
		for _, l := range append(r.Locations, r.RelatedLocations...) {
			got = append(got, l.String())
		}
	}
	want := []string{
		"suite/limit_reset_again.txtar:3: call POST /keys key.json", "modelgates.yaml:3: enum: [daily, weekly, monthly]",
		"suite/limit_reset_kept.txtar:3: ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("locations of the results with the rule enum (-want +got):\n%s", diff)
	}
}

// TestSARIF_tellsResultsApart wants the rule of each result at its index, and fingerprints
// that no two results share.
func TestSARIF_tellsResultsApart(t *testing.T) {
	t.Parallel()
	run := sarifOf(t, sample.Failing())
	fingerprints := map[string]bool{}
	for _, r := range run.Results {
		if run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("the rule with index %d is not %s", r.RuleIndex, r.RuleID)
		}
		f := r.PartialFingerprints["mockgates/v1"]
		if f == "" || fingerprints[f] {
			t.Errorf("the fingerprint of %q is %q, which another result has, or is empty", r.Message.Text, f)
		}
		fingerprints[f] = true
	}
	if len(fingerprints) < 2 {
		t.Errorf("%d results; want several", len(run.Results))
	}
}

// TestSARIF_problemsAreNotifications wants the problem of a run at its line, in an
// invocation that could not judge the target.
func TestSARIF_problemsAreNotifications(t *testing.T) {
	t.Parallel()
	in := sarifOf(t, sample.Failing()).Invocations[0]
	if in.ExecutionSuccessful || in.ExitCode != report.ExitUnreadable || len(in.ToolExecutionNotifications) != 1 ||
		in.ToolExecutionNotifications[0].Locations[0].PhysicalLocation.Region.StartLine != 3 {
		t.Errorf("invocation %+v; want one that could not read a scenario", in)
	}
}
