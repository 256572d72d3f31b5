package report

import (
	"fmt"
	"strings"

	"github.com/mockgates/mockgates/contract/finding"
)

// A Diagnosis is one way in which the run failed, in one or more scenarios.
type Diagnosis struct {
	Failure  Failure           // the first one
	Scenario Scenario          // of the first failure
	Exchange *Exchange         // that the failure is about; nil if it is about none
	Findings []finding.Finding // of that exchange, which the failure names
	Also     []Place           // the other places where it occurred, in the order of the report
}

// A Place is where a failure occurred.
type Place struct {
	ID   string // of the failure
	File string // of the scenario
	Line int    // of the file, from 1; 0 if it concerns no line
}

// String returns the place as compilers write it, "keys.txtar:12", or the ID if there is no
// file.
func (p Place) String() string {
	switch {
	case p.File == "":
		return p.ID
	case p.Line == 0:
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// A diagnosisKey is the same for all failures of one diagnosis.
type diagnosisKey struct {
	text, want, got, detail, operation string
	inconclusive                       bool
}

// Diagnoses returns why scenarios failed, in the order in which the report has
// the failures. Failures with the same text about the same operation are one diagnosis.
func (r Report) Diagnoses() []Diagnosis {
	var list []Diagnosis
	known := map[diagnosisKey]int{}
	for _, s := range r.Scenarios {
		for _, f := range s.Failures {
			d := s.Diagnose(f)
			key := diagnosisKey{f.Text, f.Want, f.Got, f.Detail, "", f.Inconclusive}
			if d.Exchange != nil {
				key.operation = d.Exchange.Operation
			}
			if i, ok := known[key]; ok {
				list[i].Also = append(list[i].Also, d.Place())
				continue
			}
			known[key] = len(list)
			list = append(list, d)
		}
	}
	return list
}

// Diagnose returns the diagnosis of one failure of the scenario.
func (s Scenario) Diagnose(f Failure) Diagnosis {
	d := Diagnosis{Failure: f, Scenario: s}
	if f.Exchange < 1 || f.Exchange > len(s.Exchanges) {
		return d
	}
	d.Exchange = &s.Exchanges[f.Exchange-1]
	for _, finding := range d.Exchange.Findings {
		if strings.Contains(f.Detail, finding.String()) {
			d.Findings = append(d.Findings, finding)
		}
	}
	return d
}

// Place returns where the failure occurred first.
func (d Diagnosis) Place() Place { return Place{d.Failure.ID, d.Scenario.File, d.Failure.Line} }

// Location returns the file and the line where a viewer of code shows the failure. A scenario
// that is not a file, such as a run of exec, has the line of the specification that it breaks,
// or its own name in the place of a file: GitLab and GitHub drop what has none. The line is 0 if
// it is not known.
func (d Diagnosis) Location() (file string, line int) {
	if d.Scenario.File != "" {
		return d.Scenario.File, d.Failure.Line
	}
	for _, f := range d.Findings {
		if f.Document != "" {
			return f.Document, f.Line
		}
	}
	return d.Scenario.Name, 0
}

// Headline returns what happened, in one line.
func (d Diagnosis) Headline() string {
	text, _, _ := strings.Cut(d.Failure.Text, "\n")
	if len(d.Findings) == 0 {
		return text
	}
	first := d.Findings[0]
	text += ": " + first.Title()
	if more := len(d.Findings) - 1; more > 0 {
		text += " and " + Plural(more, "further finding")
	}
	return text
}

// Kind returns the kind of the first finding, or "inconclusive" or "assertion".
func (d Diagnosis) Kind() string {
	switch {
	case len(d.Findings) > 0:
		return d.Findings[0].Kind
	case d.Failure.Inconclusive:
		return "inconclusive"
	}
	return "assertion"
}
