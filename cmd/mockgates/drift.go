package main

import (
	"fmt"
	"time"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/cmd/internal/serve"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/runfiles"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/drift"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A driftCmd is the command drift.
type driftCmd struct {
	Records []string `arg:"" optional:"" name:"record" help:"Two records of check --report-json to compare, that of the fake first. Default: play on both."`
	serve.APIFlags

	Rule        cli.Strings   `placeholder:"ID=SETTING" help:"Change the setting of a rule, such as keys.negative-limit=accept. Repeatable."`
	Accept      cli.File      `placeholder:"FILE" help:"Accept the differences in this YAML or JSON file: a list of fact, owner, reason and expires, and if wanted verdict."`
	Pattern     string        `name:"run" placeholder:"PATTERN" help:"Run only the scenarios whose name matches this regular expression."`
	Timeout     time.Duration `default:"30s" placeholder:"DURATION" help:"Longest time to wait for one response."`
	MaxRequests int           `placeholder:"N" help:"Send at most N requests for generated cases. Default: no bound."`
	Rate        rateValue     `placeholder:"RATE|none" help:"Send at most this many requests to the target, such as 60/m, 1/s or 600/h. Default: none for a target on this machine, 60/m for any other."`

	liveFlags
}

// Run compares the fake with the target, or two records, and prints the result.
func (c *driftCmd) Run(p *cli.Process) error {
	if err := checkFolder(); err != nil {
		return err
	}
	accepted, err := runfiles.ReadAcceptances(string(c.Accept))
	if err != nil {
		return err
	}
	fake, live, err := c.reports(p)
	if err != nil {
		return err
	}
	if len(fake.Scenarios) == 0 && len(live.Problems) > 0 { // nothing to compare with
		for _, problem := range live.Problems {
			if _, err := fmt.Fprintln(p.Stderr, "mockgates:", problem); err != nil {
				return err
			}
		}
		return exit.Reported(live.ExitCode())
	}
	for _, r := range []report.Report{fake, live} {
		for _, problem := range r.Problems {
			_, _ = fmt.Fprintln(p.Stderr, "mockgates:", problem) // the result says the rest
		}
	}
	result := drift.Compare(fake, live, settingsOf).Accept(accepted, time.Now())
	if err := result.WriteText(p.Stdout); err != nil {
		return err
	}
	return exit.Reported(result.ExitCode())
}

// reports returns the two reports to compare.
func (c *driftCmd) reports(p *cli.Process) (fake, live report.Report, err error) {
	switch {
	case len(c.Records) == 0 && c.Target != "":
		return c.play(p)
	case len(c.Records) != 2 || c.Target != "":
		return fake, live, exit.Failf(exit.Usage, "want --target URL, or two records: the one of the fake and the one of the target")
	}
	if fake, err = runfiles.ReadRecord(c.Records[0], p.Stdin); err == nil {
		live, err = runfiles.ReadRecord(c.Records[1], p.Stdin)
	}
	if err != nil {
		err = &exit.Failure{Code: exit.Unreadable, Err: err}
	}
	return fake, live, err
}

// play plays on the target and on a fake.
func (c *driftCmd) play(p *cli.Process) (fake, live report.Report, err error) {
	rules, err := serve.ParseRules(c.Rule)
	if err != nil {
		return fake, live, err
	}
	key, err := c.managementKey(c.Target, p)
	if err != nil {
		return fake, live, err
	}
	ledger, err := runfiles.OpenKeyLedger(c.Ledger)
	if err != nil {
		return fake, live, err
	}
	defer ledger.Close()
	limit := float64(c.LiveLimit)
	fake, live, err = scenarios.RunBoth(p.Context, scenarios.Options{
		Run: c.Pattern, DocumentedOnly: c.DocumentedOnly, Seed: uint64(c.Seed), Clock: c.ClockSetting(), Rules: rules,
		Target: c.Target, ManagementKey: key, Companions: c.Companions, Timeout: c.Timeout, MaxRequests: c.MaxRequests,
		Rate: scenarios.Rate(c.Rate), LiveLimit: &limit, LiveExpiry: time.Duration(c.LiveExpiry),
		Ledger: ledger.Writer(), Leftovers: c.Leftovers, Version: cli.BuildVersion(),
	})
	if err != nil && p.Context.Err() != nil {
		err = &exit.Failure{Code: exit.Inconclusive, Err: err}
	}
	return fake, live, err
}

// settingsOf returns the settings of a rule of the fake, nil if it cannot be
// changed.
func settingsOf(id string) []string {
	for _, rule := range mockserver.Rules() {
		if rule.ID == id {
			return rule.Settings
		}
	}
	return nil
}
