// Package reproduce writes one failure of a report in a form that reproduces it: the
// scenario, a shell script of curl commands, or a Go test.
//
// The script and the test send the requests of the scenario up to the one that the
// failure is about. For a generated case they send only the requests that it needs.
// Values that the target made, such as a key or its hash, are taken from its responses,
// and times in the future are as far in the future as they were. The user must give a
// secret that no response shows. Both fail as long as the target behaves as in the report,
// and pass when it no longer does.
//
// A response that a fault made can be reproduced only by the scenario, which adds the
// fault. The package decides nothing: its output is a function of the report.
package reproduce

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/scenarios/report"
)

// The forms.
const (
	Txtar = "txtar" // the scenario, for mockgates check
	Curl  = "curl"  // a script for a POSIX shell, with curl and jq
	Go    = "go"    // a test for go test
)

// Forms lists the forms.
var Forms = []string{Txtar, Curl, Go}

// Write writes the failure with an id, such as keys_created/failure-1, in a form. It
// returns an error if the report has no such failure, or if the form cannot
// reproduce it.
func Write(w io.Writer, r report.Report, id, form string) error {
	d, err := find(r, id)
	if err != nil {
		return err
	}
	var text string
	switch form {
	case Txtar:
		text, err = txtar(d)
	case Curl:
		text, err = write(r, d, curl)
	case Go:
		text, err = write(r, d, goTest)
	default:
		err = fmt.Errorf("unknown form %q%s", form, suggest.Hint(form, Forms))
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, text)
	return err
}

// find returns the failure with an id.
func find(r report.Report, id string) (report.Diagnosis, error) {
	var ids []string
	for _, s := range r.Scenarios {
		for _, f := range s.Failures {
			if f.ID == id {
				return s.Diagnose(f), nil
			}
			ids = append(ids, f.ID)
		}
	}
	if len(ids) == 0 {
		return report.Diagnosis{}, fmt.Errorf("the record has no failure %q: it has none", id)
	}
	return report.Diagnosis{}, fmt.Errorf("the record has no failure %q%s", id, suggest.Hint(id, ids))
}

// txtar returns the scenario, or the one that shows a failure of a generated case.
func txtar(d report.Diagnosis) (string, error) {
	if d.Failure.Scenario != "" {
		return string(d.Failure.Scenario), nil
	}
	if d.Scenario.Text == "" {
		return "", fmt.Errorf("the record does not hold the text of the scenario %q; use --as curl or --as go", d.Scenario.ID)
	}
	return d.Scenario.Text, nil
}

// write makes a plan and writes it.
func write(r report.Report, d report.Diagnosis, as func(*plan) (string, error)) (string, error) {
	if d.Exchange == nil {
		return "", fmt.Errorf("the failure %s is about no exchange; use --as txtar", d.Failure.ID)
	}
	if d.Exchange.Injected {
		return "", fmt.Errorf("a fault made the response that the failure %s is about; use --as txtar", d.Failure.ID)
	}
	p, err := newPlan(r, d)
	if err != nil {
		return "", err
	}
	return as(p)
}

// A check is how a script or a test finds out whether the failure is still there.
type check struct {
	status   int               // of the response then; 0 if none arrived
	want     int               // status that the scenario asserts; 0 if it asserts none
	jq       string            // expression that must be true, if jq can evaluate it; "" for none
	line     string            // the assertion that failed, if the status does not tell whether it still does; "" for none
	findings []finding.Finding // of the response
}

// newCheck returns the check of a failure.
func newCheck(d report.Diagnosis) check {
	c := check{status: d.Exchange.Status}
	for _, f := range d.Findings {
		if f.Part == finding.PartResponse {
			c.findings = append(c.findings, f)
		}
	}
	source := strings.TrimSpace(d.Failure.Source)
	if words := strings.Fields(source); len(words) == 2 && words[0] == "status" {
		_, _ = fmt.Sscan(words[1], &c.want) // 0 if it is not a number
	}
	if rest, ok := strings.CutPrefix(source, "jq '"); ok && strings.HasSuffix(rest, "'") {
		if e := strings.TrimSuffix(rest, "'"); !strings.ContainsAny(e, "'$") {
			c.jq = e
		}
	}
	if len(c.findings) == 0 && c.want == 0 && source != "" && !strings.HasPrefix(source, "call ") {
		c.line = source
	}
	return c
}

// exchanges returns those of the scenario up to that of the failure.
func exchanges(d report.Diagnosis) []report.Exchange {
	i := slices.IndexFunc(d.Scenario.Exchanges, func(x report.Exchange) bool { return x.ID == d.Exchange.ID })
	return d.Scenario.Exchanges[:i+1]
}

// dependsOnHistory are the kinds of findings that compare an exchange with earlier ones.
var dependsOnHistory = []string{finding.KindReused, finding.KindSecretExposed, finding.KindUnstored, finding.KindResurrected}

// standsAlone reports whether the failure needs no earlier request but those that made
// what its own request names. Generated cases are independent of each other.
func standsAlone(d report.Diagnosis) bool {
	return d.Failure.Scenario != "" && !slices.ContainsFunc(d.Findings, func(f finding.Finding) bool { return slices.Contains(dependsOnHistory, f.Kind) })
}
