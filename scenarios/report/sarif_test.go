package report_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

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

// A sarifLog is what the test reads of the output.
type sarifLog struct {
	Runs []struct {
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
			Level               string
			Message             struct{ Text string }
			Locations           []sarifLocation
			RelatedLocations    []sarifLocation
			PartialFingerprints map[string]string
		}
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

// A finding is located at the line of the scenario and at that of the specification.
func TestSARIF_locatesEachFinding(t *testing.T) {
	t.Parallel()
	var got sarifLog
	if err := json.Unmarshal([]byte(written(t, sarif.Write, sample.Failing())), &got); err != nil {
		t.Fatal(err)
	}
	run := got.Runs[0]
	found, fingerprints := false, map[string]bool{}
	for _, r := range run.Results {
		if run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("the rule with index %d is not %s", r.RuleIndex, r.RuleID)
		}
		if f := r.PartialFingerprints["mockgates/v1"]; f == "" || fingerprints[f] {
			t.Errorf("the fingerprint of %q is %q, which another result has, or is empty", r.Message.Text, f)
		} else {
			fingerprints[f] = true
		}
		if r.RuleID != "enum" {
			continue
		}
		found = true
		scenario, specification, also := r.Locations[0].PhysicalLocation, r.RelatedLocations[0].PhysicalLocation, r.RelatedLocations[1].PhysicalLocation
		if scenario.ArtifactLocation.URI != "suite/limit_reset_again.txtar" || scenario.Region.StartLine != 3 || scenario.Region.Snippet.Text != "call POST /keys key.json" {
			t.Errorf("scenario %+v", scenario)
		}
		if specification.ArtifactLocation.URI != "modelgates.yaml" || specification.Region.StartLine != 3 || specification.Region.Snippet.Text != "enum: [daily, weekly, monthly]" {
			t.Errorf("specification %+v", specification)
		}
		if also.ArtifactLocation.URI != "suite/limit_reset_kept.txtar" {
			t.Errorf("also met at %+v", also)
		}
	}
	if !found {
		t.Errorf("no result has the rule enum")
	}
	if in := run.Invocations[0]; in.ExecutionSuccessful || in.ExitCode != 2 || len(in.ToolExecutionNotifications) != 1 ||
		in.ToolExecutionNotifications[0].Locations[0].PhysicalLocation.Region.StartLine != 3 {
		t.Errorf("invocation %+v, want one that could not read a scenario", in)
	}
}
