// Package junit writes a report as JUnit XML, the format of test reports that CI
// systems read: one file one test case.
//
// A scenario that failed because the target was unreachable or the run was interrupted is
// an error and not a failure: it says nothing about the target. Each problem of the run is
// a test case of its own.
//
// The package decides nothing: the output is a function of the report alone.
package junit

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/scenarios/report"
)

// The names of the two suites.
const (
	suiteScenarios = "mockgates"
	suiteProblems  = "mockgates run"
)

// Write writes the report. Equal reports give equal bytes.
func Write(w io.Writer, r report.Report) error {
	if _, err := io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"); err != nil {
		return err
	}
	out := junit.Testsuites{Name: suiteScenarios, Time: seconds(r.Duration)}
	out.AddSuite(scenarios(r))
	if len(r.Problems) > 0 {
		out.AddSuite(problems(r))
	}
	out.Skipped = 0 // counted by each suite; the schema has no sum of it
	return out.WriteXML(w)
}

// scenarios returns the suite of the scenarios.
func scenarios(r report.Report) junit.Testsuite {
	suite := junit.Testsuite{Name: suiteScenarios, Time: seconds(r.Duration)}
	suite.SetTimestamp(r.Run.Started)
	suite.AddProperty("outcome", r.Outcome())
	suite.AddProperty("target", clean(r.Run.Where()))
	for _, s := range r.Scenarios {
		c := junit.Testcase{Name: clean(s.ID), Classname: clean(s.File), Time: seconds(s.Duration)}
		switch s.Verdict {
		case report.Skipped:
			c.Skipped = &junit.Result{Message: clean(s.Reason)}
		case report.Failed:
			result, inconclusive := resultOf(s)
			if inconclusive {
				c.Error = result
			} else {
				c.Failure = result
			}
		}
		suite.AddTestcase(c)
	}
	return suite
}

// problems returns the suite of the problems of the run.
func problems(r report.Report) junit.Testsuite {
	suite := junit.Testsuite{Name: suiteProblems, ID: 1, Time: seconds(0)}
	suite.SetTimestamp(r.Run.Started)
	for i, p := range r.Problems {
		suite.AddTestcase(junit.Testcase{
			Name: fmt.Sprintf("problem %d", i+1), Classname: clean(p.File),
			Error: &junit.Result{Message: clean(p.String()), Type: fmt.Sprintf("exit %d", p.Exit), Data: clean(p.String())},
		})
	}
	return suite
}

// resultOf returns all failures of a scenario as one result, since a test case can have
// only one. It also reports whether none of them says anything about the target.
func resultOf(s report.Scenario) (result *junit.Result, inconclusive bool) {
	result, inconclusive = &junit.Result{Message: "failed", Type: "assertion"}, len(s.Failures) > 0
	var text strings.Builder
	for i, f := range s.Failures {
		d := s.Diagnose(f)
		if i == 0 {
			result.Message, result.Type = clean(d.Headline()), d.Kind()
		}
		inconclusive = inconclusive && f.Inconclusive
		fmt.Fprintf(&text, "%s\n  --> %s\n", f.ID, d.Place())
		if f.Source != "" {
			fmt.Fprintf(&text, "  %s\n", f.Source)
		}
		fmt.Fprintf(&text, "%s\n", f)
		if d.Exchange != nil {
			fmt.Fprintf(&text, "%s\n", d.Exchange.Curl())
		}
	}
	result.Data = clean(text.String())
	return result, inconclusive
}

// clean removes the characters that XML does not allow.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r == 0xfffe || r == 0xffff {
			return '\ufffd'
		}
		return r
	}, printable.Text(text))
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
