package report_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/scenarios/report"
	"github.com/mockgates/mockgates/scenarios/report/codequality"
	"github.com/mockgates/mockgates/scenarios/report/internal/sample"
)

// An issue has the members that GitLab asks for.
type issue struct {
	Description string `json:"description"`
	CheckName   string `json:"check_name"`
	Fingerprint string `json:"fingerprint"`
	Severity    string `json:"severity"`
	Location    struct {
		Path  string `json:"path"`
		Lines struct {
			Begin int `json:"begin"`
		} `json:"lines"`
	} `json:"location"`
}

// issues returns the issues that are written for a report.
func issues(t *testing.T, r report.Report) []issue {
	t.Helper()
	text := written(t, codequality.Write, r)
	var list []issue
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&list); err != nil {
		t.Fatal(err)
	}
	if list == nil {
		t.Fatalf("no array: %s", text)
	}
	return list
}

func TestCodeQuality(t *testing.T) {
	t.Parallel()
	if list := issues(t, sample.Conforming()); len(list) != 0 {
		t.Errorf("a run that conforms has the issues %+v", list)
	}
	list := issues(t, sample.Failing())
	if len(list) != 7 { // a problem and six failures
		t.Fatalf("%d issues, want 7: %+v", len(list), list)
	}
	severities := map[string]int{}
	fingerprints := map[string]bool{}
	for _, i := range list {
		severities[i.Severity]++
		fingerprints[i.Fingerprint] = true
		if i.Location.Path == "" || i.Location.Lines.Begin < 1 || strings.Contains(i.Description, "\n") || i.CheckName == "" {
			t.Errorf("incomplete issue %+v", i)
		}
	}
	if severities["blocker"] != 1 || severities["major"] != 5 || severities["minor"] != 1 {
		t.Errorf("severities %v", severities)
	}
	if len(fingerprints) != len(list) {
		t.Errorf("%d fingerprints of %d issues", len(fingerprints), len(list))
	}
	if want := `the response departs from the contract: response /data/created_at: format and 1 further finding; want a date-time; got string of 9 characters`; list[1].Description != want {
		t.Errorf("description %q, want %q", list[1].Description, want)
	}
}

// GitLab drops an issue without a path, so a failure without a file has one too.
func TestCodeQuality_aFailureWithoutAFileHasAPath(t *testing.T) {
	t.Parallel()
	command, cited := sample.Departing("command"), sample.Departing("generated")
	command.File, command.Exchanges, cited.File = "", nil, ""
	r := report.New(report.Run{}, report.Coverage{})
	r.AddProblem(report.Problem{Exit: report.ExitNothingTested, Text: "the command made no call"})
	r.AddProblem(report.Problem{Exit: report.ExitInconclusive, Text: "interrupted"})
	r.Add([]report.Scenario{command, cited})
	var got []string
	for _, i := range issues(t, r) {
		got = append(got, fmt.Sprintf("%s:%d %s", i.Location.Path, i.Location.Lines.Begin, i.Severity))
	}
	want := []string{"mockgates:1 blocker", "mockgates:1 minor", "command:1 major", "modelgates.yaml:4 major"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	for _, result := range sarifOf(t, r).Results {
		if len(result.Locations) != 1 || result.Locations[0].PhysicalLocation.ArtifactLocation.URI == "" {
			t.Errorf("%s has the locations %+v, want one", result.RuleID, result.Locations)
		}
	}
}

// GitLab leaves out an issue with the fingerprint of another.
func TestCodeQuality_fingerprintsOfEqualFailuresDiffer(t *testing.T) {
	t.Parallel()
	s := sample.Departing("twice")
	s.Failures = append(s.Failures, s.Failures[0])
	r := report.New(report.Run{}, report.Coverage{})
	r.Add([]report.Scenario{s})
	if list := issues(t, r); len(list) != 2 || list[0].Fingerprint == list[1].Fingerprint {
		t.Errorf("issues %+v, want two with fingerprints of their own", list)
	}
}

// GitLab compares two runs by the fingerprints, so those of equal runs are equal.
func TestCodeQuality_fingerprintsOfEqualRunsAreEqual(t *testing.T) {
	t.Parallel()
	first, again := issues(t, sample.Failing()), issues(t, sample.Failing())
	for i := range first {
		if first[i].Fingerprint != again[i].Fingerprint {
			t.Errorf("issue %d: %s, then %s", i, first[i].Fingerprint, again[i].Fingerprint)
		}
	}
}
