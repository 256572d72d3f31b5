package main

import (
	"errors"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/runfiles"
	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/scenarios/report"
	"github.com/mockgates/mockgates/scenarios/report/annotations"
	"github.com/mockgates/mockgates/scenarios/report/reproduce"
)

// A reportCmd is the command report.
type reportCmd struct {
	File        string `arg:"" optional:"" help:"Record that check --report-json has written, or - for standard input."`
	HTML        string `name:"html" placeholder:"FILE" help:"Write one HTML page that needs no network."`
	JUnit       string `name:"junit" placeholder:"FILE" help:"Write JUnit XML: each scenario is a test case."`
	Markdown    string `placeholder:"FILE" help:"Write a job summary in Markdown, shorter than 64 KiB."`
	SARIF       string `name:"sarif" placeholder:"FILE" help:"Write the failures as SARIF 2.1.0."`
	CodeQuality string `name:"codequality" placeholder:"FILE" help:"Write the failures as a code quality report of GitLab."`
	Annotations bool   `help:"Print the failures as annotations of GitHub Actions, instead of the report for people."`
	Schema      bool   `help:"Print the JSON Schema of an event of a record, and nothing else."`
}

// Run makes the outputs of a record. It prints the report for people if none goes
// to a file. The exit code is 0 whatever the record says: it tells that of the run.
func (c *reportCmd) Run(p *cli.Process) error {
	switch {
	case c.Schema && c.File == "":
		_, err := p.Stdout.Write(report.RecordSchema())
		return err
	case c.Schema:
		return exit.Failf(exit.Usage, "--schema takes no record; got %q", c.File)
	case c.File == "":
		return &exit.Failure{Code: exit.Usage, Err: errors.New("no record is given"), Hint: "name the file of check --report-json, or - for standard input"}
	}
	flags := reportFlags{ReportHTML: c.HTML, ReportJUnit: c.JUnit, ReportMarkdown: c.Markdown, ReportSARIF: c.SARIF, ReportCodeQuality: c.CodeQuality}
	asked := flags != reportFlags{}
	out, err := runfiles.OpenOutputs(flags.outputs("", p.Env))
	if err != nil {
		return err
	}
	r, err := runfiles.ReadRecord(c.File, p.Stdin)
	if err != nil {
		return &exit.Failure{Code: exit.Unreadable, Err: err}
	}
	if err := out.Write(r); err != nil {
		return err
	}
	switch {
	case c.Annotations:
		return inRepository(p.Env, annotations.Write)(p.Stdout, r)
	case asked:
		return nil
	}
	return r.WriteText(p.Stdout, p.WantsColours(p.Stdout))
}

// A reproduceCmd is the command reproduce.
type reproduceCmd struct {
	File string `arg:"" help:"Record that check --report-json has written, or - for standard input."`
	ID   string `arg:"" name:"id" help:"Id of the failure: the name of its scenario and its number there, such as keys_created/failure-1."`
	As   string `name:"as" default:"txtar" enum:"txtar,curl,go" placeholder:"txtar|curl|go" help:"Print a scenario, a shell script of curl commands, or a Go test."`
}

// Run prints what reproduces a failure.
func (c *reproduceCmd) Run(p *cli.Process) error {
	r, err := runfiles.ReadRecord(c.File, p.Stdin)
	if err != nil {
		return &exit.Failure{Code: exit.Unreadable, Err: err}
	}
	out := p.Stdout
	if cli.IsTerminal(out) {
		out = printable.Writer(out) // the record may hold what a target has sent
	}
	if err := reproduce.Write(out, r, c.ID, c.As); err != nil {
		return &exit.Failure{Code: exit.Usage, Err: err}
	}
	return nil
}
