package main

import (
	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/runfiles"
	"github.com/mockgates/mockgates/scenarios/report"
	"github.com/mockgates/mockgates/scenarios/report/annotations"
	"github.com/mockgates/mockgates/scenarios/report/codequality"
	"github.com/mockgates/mockgates/scenarios/report/html"
	"github.com/mockgates/mockgates/scenarios/report/junit"
	"github.com/mockgates/mockgates/scenarios/report/markdown"
	"github.com/mockgates/mockgates/scenarios/report/sarif"
)

// A reportFlags holds the flags for the outputs of a run.
type reportFlags struct {
	ReportHTML        string `name:"report-html" placeholder:"FILE" help:"Write the report to this file as one HTML page that needs no network."`
	ReportJUnit       string `name:"report-junit" placeholder:"FILE" help:"Write the report to this file as JUnit XML: each scenario is a test case."`
	ReportMarkdown    string `name:"report-markdown" placeholder:"FILE" help:"Write the report to this file as a job summary in Markdown, shorter than 64 KiB."`
	ReportSARIF       string `name:"report-sarif" placeholder:"FILE" help:"Write the failures to this file as SARIF 2.1.0."`
	ReportCodeQuality string `name:"report-codequality" placeholder:"FILE" help:"Write the failures to this file as a code quality report of GitLab."`
}

// outputs returns the files that the flags name. prefix is what the names of the
// flags begin with.
func (f reportFlags) outputs(prefix string) []runfiles.Output {
	return []runfiles.Output{
		{Flag: prefix + "html", Path: f.ReportHTML, Write: html.Write},
		{Flag: prefix + "junit", Path: f.ReportJUnit, Write: junit.Write},
		{Flag: prefix + "markdown", Path: f.ReportMarkdown, Write: markdown.Write},
		{Flag: prefix + "sarif", Path: f.ReportSARIF, Write: sarif.Write},
		{Flag: prefix + "codequality", Path: f.ReportCodeQuality, Write: codequality.Write},
	}
}

// open checks that the files can be written.
func (f reportFlags) open() (runfiles.Outputs, error) {
	return runfiles.OpenOutputs(f.outputs("report-"))
}

// annotate prints annotations if the program runs under GitHub Actions, which reads
// them from its output.
func annotate(p *cli.Process, r report.Report) error {
	if p.Env["GITHUB_ACTIONS"] != "true" {
		return nil
	}
	return annotations.Write(p.Stdout, r)
}
