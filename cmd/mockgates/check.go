package main

import (
	"errors"
	"time"

	"github.com/mockgates/mockgates/cmd/mockgates/internal/exit"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/files"
	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A checkCmd is the command check.
type checkCmd struct {
	Files []string `arg:"" optional:"" name:"file" help:"Scenario files (txtar), folders of them, or - for stdin. Default: the built-in scenarios."`
	apiFlags
	authorFlags

	Pattern     string        `name:"run" placeholder:"PATTERN" help:"Run only the scenarios whose name matches this regular expression."`
	Parallel    int           `placeholder:"N" help:"Run up to N scenarios at once. Default: the number of CPUs."`
	Timeout     time.Duration `default:"30s" placeholder:"DURATION" help:"Longest time to wait for one response."`
	Generate    string        `enum:"on,off," default:"" placeholder:"on|off" help:"Play the generated cases too: one request for each thing that the specification says. Default: on, and off if FILES are given."`
	MaxRequests int           `placeholder:"N" help:"Send at most N requests for generated cases. Default: no bound."`
	Save        string        `placeholder:"DIR" help:"Write a scenario that replays it to this folder, for each generated case that fails."`
	Rate        rateValue     `placeholder:"RATE|none" help:"Send at most this many requests to the target, such as 60/m, 1/s or 600/h. Default: none for a target on this machine, 60/m for any other."`
	Verbose     bool          `short:"v" help:"Print every exchange."`

	Shard       shardValue   `placeholder:"I/N|auto" help:"Run only this part of the scenarios, such as 2/5. With auto the variables of the CI system say which: ${shardVariables}."`
	MinCoverage percentValue `default:"0" placeholder:"PERCENT" help:"Exit with code 6 if less than this part of the documented responses and request features was reached."`

	ReportJSON string `name:"report-json" placeholder:"FILE" help:"Write the record of the run to this file, one JSON event a line. With - it goes to stdout, and the report for people to stderr."`
	reportFlags
	Evidence string `placeholder:"FILE" help:"Keep in this JSON file where each fact was seen last: on which live target, or only on the fake or by a fault."`

	liveFlags
}

// Run runs the scenarios, prints the report and writes the record.
func (c *checkCmd) Run(p *process) error {
	if c.List {
		return c.list(p)
	}
	p.collectLess()
	record, err := files.OpenRecord(c.ReportJSON, p.stdout)
	if err != nil {
		return err
	}
	outputs, err := c.reportFlags.open()
	if err != nil {
		return err
	}
	evidence, err := files.OpenEvidence(c.Evidence)
	if err != nil {
		return err
	}
	if record.ToStdout() {
		p.stdout = p.stderr
	}
	options, err := c.options(p)
	if err != nil {
		return err
	}
	ledger, err := files.OpenKeyLedger(c.Ledger)
	if err != nil {
		return err
	}
	defer ledger.Close()
	options.Ledger = ledger.Writer()
	found, err := c.play(p, options)
	if err != nil && p.ctx.Err() == nil {
		return err
	}
	if err := found.WriteText(p.stdout, p.wantsColours()); err != nil {
		return err
	}
	if err := errors.Join(p.annotate(found), record.Write(found), outputs.Write(found), evidence.Merge(found)); err != nil {
		return err
	}
	return checkVerdict(found, err)
}

// checkVerdict returns the failure of a run that ended with an error, which is that
// it was interrupted, or with none.
func checkVerdict(found report.Report, err error) error {
	code := found.ExitCode()
	if err == nil || code != exit.OK && code != exit.NothingTested && code != exit.Inconclusive {
		return exit.Reported(code)
	}
	return &exit.Failure{Code: exit.Inconclusive, Err: err} // nothing was wrong until then
}

// play runs the scenarios, and shows on a terminal how far it is.
func (c *checkCmd) play(p *process, options scenarios.Options) (report.Report, error) {
	var line *progressLine
	if !c.Verbose {
		line = p.progress()
	}
	defer line.clear()
	options.Progress = line.told()
	return scenarios.Run(p.ctx, options)
}

// options returns the options of the run.
func (c *checkCmd) options(p *process) (scenarios.Options, error) {
	shard, err := c.Shard.resolve(p.env)
	if err != nil {
		return scenarios.Options{}, err
	}
	options := scenarios.Options{Files: c.Files, Stdin: p.stdin, Run: c.Pattern}
	if err := c.authorFlags.set(&options); err != nil {
		return options, err
	}
	key, err := c.managementKey(c.Target, p.env)
	limit := float64(c.LiveLimit)
	options.DocumentedOnly, options.Seed, options.Clock = c.DocumentedOnly, uint64(c.Seed), c.clock()
	options.Parallel, options.Timeout, options.Shard, options.MinCoverage = c.Parallel, c.Timeout, shard, float64(c.MinCoverage)
	options.Generate, options.MaxRequests, options.Save, options.Rate = c.Generate, c.MaxRequests, c.Save, scenarios.Rate(c.Rate)
	options.Target, options.ManagementKey, options.Companions = c.Target, key, c.Companions
	options.LiveLimit, options.LiveExpiry, options.Leftovers = &limit, time.Duration(c.LiveExpiry), c.Leftovers
	options.Version, options.Verbose, options.Output = buildVersion(), c.Verbose, p.stdout
	return options, err
}

// wantsColours reports whether to print colours: stdout is a terminal that supports
// them, and the user has not disabled them (https://no-color.org).
func (p *process) wantsColours() bool {
	return p.env["NO_COLOR"] == "" && p.env["TERM"] != "dumb" && isTerminal(p.stdout)
}
