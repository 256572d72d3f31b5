package main

import (
	"errors"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/runfiles"
	"github.com/mockgates/mockgates/scenarios/report"
	"github.com/mockgates/mockgates/scenarios/report/codequality"
	"github.com/mockgates/mockgates/scenarios/report/html"
	"github.com/mockgates/mockgates/scenarios/report/junit"
	"github.com/mockgates/mockgates/scenarios/report/markdown"
	"github.com/mockgates/mockgates/scenarios/report/sarif"
)

// A reportFlags holds the flags for the record of a run and for its other outputs.
type reportFlags struct {
	ReportJSON        string `name:"report-json" placeholder:"FILE" help:"Write the record of the run to this file, one JSON event a line. With - it goes to stdout, and everything else to stderr."`
	ReportHTML        string `name:"report-html" placeholder:"FILE" help:"Write the report to this file as one HTML page that needs no network."`
	ReportJUnit       string `name:"report-junit" placeholder:"FILE" help:"Write the report to this file as JUnit XML: each scenario is a test case."`
	ReportMarkdown    string `name:"report-markdown" placeholder:"FILE" help:"Write the report to this file as a job summary in Markdown, shorter than 64 KiB."`
	ReportSARIF       string `name:"report-sarif" placeholder:"FILE" help:"Write the failures to this file as SARIF 2.1.0."`
	ReportCodeQuality string `name:"report-codequality" placeholder:"FILE" help:"Write the failures to this file as a code quality report of GitLab."`
}

// outputs returns the files that the flags name. prefix is what the names of the
// flags begin with; env tells where the repository is.
func (f reportFlags) outputs(prefix string, env map[string]string) []runfiles.Output {
	return []runfiles.Output{
		{Flag: prefix + "html", Path: f.ReportHTML, Write: html.Write},
		{Flag: prefix + "junit", Path: f.ReportJUnit, Write: junit.Write},
		{Flag: prefix + "markdown", Path: f.ReportMarkdown, Write: markdown.Write},
		{Flag: prefix + "sarif", Path: f.ReportSARIF, Write: inRepository(env, sarif.Write)},
		{Flag: prefix + "codequality", Path: f.ReportCodeQuality, Write: inRepository(env, codequality.Write)},
	}
}

// A reportFiles holds the files that a run writes when it ends.
type reportFiles struct {
	record  runfiles.Record
	outputs runfiles.Outputs
}

// open checks that the files can be written. If the record goes to stdout, whatever else
// the process prints there goes to stderr from then on.
func (f reportFlags) open(p *cli.Process) (reportFiles, error) {
	record, err := runfiles.OpenRecord(f.ReportJSON, p.Stdout)
	if err != nil {
		return reportFiles{}, err
	}
	outputs, err := runfiles.OpenOutputs(f.outputs("report-", p.Env))
	if err != nil {
		return reportFiles{}, err
	}
	if record.ToStdout() {
		p.Stdout = p.Stderr
	}
	return reportFiles{record, outputs}, nil
}

// write writes the report to each file.
func (f reportFiles) write(r report.Report) error {
	return errors.Join(f.record.Write(r), f.outputs.Write(r))
}
