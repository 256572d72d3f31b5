package main

import (
	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/runfiles"
	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A coverageCmd is the command coverage.
type coverageCmd struct {
	Merge coverageMergeCmd `cmd:"" help:"Print what several runs cover together, such as the shards of one run."`
}

// A coverageMergeCmd is the command coverage merge.
type coverageMergeCmd struct {
	Files       []string     `arg:"" name:"file" help:"Records that check --report-json has written. With - one is read from standard input."`
	MinCoverage percentValue `default:"0" placeholder:"PERCENT" help:"Exit with code 6 if a smaller percentage of the documented responses and request features was reached."`
}

// Run prints the union of the coverage of the records.
func (c *coverageMergeCmd) Run(p *cli.Process) error {
	var sum report.Coverage
	for _, file := range c.Files {
		r, err := runfiles.ReadRecord(file, p.Stdin)
		if err != nil {
			return &exit.Failure{Code: exit.Unreadable, Err: err}
		}
		sum = sum.Merge(r.Coverage)
	}
	if err := sum.WriteText(printable.Writer(p.Stdout)); err != nil {
		return err
	}
	if problem, below := sum.Gate(float64(c.MinCoverage)); below {
		return exit.Failf(exit.Coverage, "%v", problem)
	}
	return nil
}
