package main

import (
	"errors"
	"time"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/cmd/internal/serve"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/runfiles"
	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A checkCmd is the command check.
type checkCmd struct {
	Files []string `arg:"" optional:"" name:"file" help:"Scenario files (txtar), folders of them, or - for stdin. Default: the built-in scenarios."`
	serve.APIFlags
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
	MinCoverage percentValue `default:"0" placeholder:"PERCENT" help:"Exit with code 6 if a smaller percentage of the documented responses and request features was reached."`

	reportFlags
	Evidence string `placeholder:"FILE" help:"Keep in this JSON file where each fact was seen last: on which live target, or only on the fake or by a fault."`

	liveFlags
}

// Run runs the scenarios, prints the report and writes the record.
func (c *checkCmd) Run(p *cli.Process) error {
	if c.List {
		return c.list(p)
	}
	if err := checkFolder(); err != nil {
		return err
	}
	files, err := c.reportFlags.open(p)
	if err != nil {
		return err
	}
	evidence, err := runfiles.OpenEvidence(c.Evidence)
	if err != nil {
		return err
	}
	options, err := c.options(p)
	if err != nil {
		return err
	}
	ledger, err := runfiles.OpenKeyLedger(c.Ledger)
	if err != nil {
		return err
	}
	defer ledger.Close()
	options.Ledger = ledger.Writer()
	found, err := c.play(p, options)
	if err != nil && p.Context.Err() == nil {
		return err
	}
	if err := found.WriteText(p.Stdout, p.WantsColours(p.Stdout)); err != nil {
		return err
	}
	if err := errors.Join(annotate(p, found), files.write(found), evidence.Merge(found)); err != nil {
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
func (c *checkCmd) play(p *cli.Process, options scenarios.Options) (report.Report, error) {
	var line *progressLine
	if !c.Verbose {
		line = progress(p)
	}
	defer line.clear()
	options.Progress = line.told()
	return scenarios.Run(p.Context, options)
}

// options returns the options of the run.
func (c *checkCmd) options(p *cli.Process) (scenarios.Options, error) {
	shard, err := c.Shard.resolve(p.Env)
	if err != nil {
		return scenarios.Options{}, err
	}
	options := scenarios.Options{Files: c.Files, Stdin: p.Stdin, Run: c.Pattern}
	if err := c.authorFlags.set(&options); err != nil {
		return options, err
	}
	key, err := c.managementKey(c.Target, p)
	limit := float64(c.LiveLimit)
	options.DocumentedOnly, options.Seed, options.Clock = c.DocumentedOnly, uint64(c.Seed), c.ClockSetting()
	options.Parallel, options.Timeout, options.Shard, options.MinCoverage = c.Parallel, c.Timeout, shard, float64(c.MinCoverage)
	options.Generate, options.MaxRequests, options.Save, options.Rate = c.Generate, c.MaxRequests, c.Save, scenarios.Rate(c.Rate)
	options.Target, options.ManagementKey, options.Companions = c.Target, key, c.Companions
	options.LiveLimit, options.LiveExpiry, options.Leftovers = &limit, time.Duration(c.LiveExpiry), c.Leftovers
	options.Version, options.Verbose, options.Output = cli.BuildVersion(), c.Verbose, p.Stdout
	return options, err
}

// checkFolder refuses at once what cannot be played for want of a folder.
func checkFolder() error {
	if err := scenarios.CheckFolder(); err != nil {
		return &exit.Failure{Code: exit.Usage, Err: err, Hint: "a container on a read-only root needs --tmpfs /tmp"}
	}
	return nil
}
