package main

import (
	"fmt"
	"os"
	"time"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/runfiles"
	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/keyledger"
)

// A cleanupCmd is the command cleanup.
type cleanupCmd struct {
	Ledger  string        `required:"" placeholder:"FILE" help:"Ledger that check --ledger has written. What is deleted is appended to it."`
	Target  string        `required:"" placeholder:"URL" help:"Live endpoint, such as https://host/api/v1. It must offer the companion operations list-keys and delete-keys."`
	Timeout time.Duration `default:"30s" placeholder:"DURATION" help:"Longest time to wait for one response."`
	Rate    rateValue     `placeholder:"RATE|none" help:"Send at most this many requests to the target, such as 60/m, 1/s or 600/h. Default: none for a target on this machine, 60/m for any other."`
	managementKeyFlag
}

// Run deletes the keys and names those that are left, which is exit 7.
func (c *cleanupCmd) Run(p *cli.Process) error {
	if _, err := os.Stat(c.Ledger); err != nil {
		return &exit.Failure{Code: exit.Usage, Err: fmt.Errorf("--ledger: %w", err)}
	}
	file, err := runfiles.OpenKeyLedger(c.Ledger)
	if err != nil {
		return err
	}
	defer file.Close()
	key, err := c.managementKey(c.Target, p)
	if err != nil {
		return err
	}
	ledger := keyledger.New(file.Writer(), file.Entries)
	before := stillLeft(ledger)
	left, err := scenarios.CleanUp(p.Context, scenarios.Options{
		Target: c.Target, ManagementKey: key, Timeout: c.Timeout, Rate: scenarios.Rate(c.Rate), Version: cli.BuildVersion(),
	}, ledger)
	if err != nil && p.Context.Err() == nil {
		return err
	}
	out := printable.Writer(p.Stdout)
	for _, e := range left {
		if _, err := fmt.Fprintf(out, "left on the target: %v\n", e); err != nil {
			return err
		}
	}
	after := stillLeft(ledger)
	if _, err := fmt.Fprintf(out, "gone: %d of %d keys; left: %d, on other targets: %d\n", before-after, before, len(left), after-len(left)); err != nil {
		return err
	}
	if len(left) > 0 {
		return exit.Reported(exit.Leftovers)
	}
	if err != nil {
		return &exit.Failure{Code: exit.Inconclusive, Err: fmt.Errorf("interrupted: %w", err)}
	}
	return nil
}

// stillLeft returns how many keys a ledger lists as left, on any target.
func stillLeft(l *keyledger.Ledger) int {
	n := 0
	for _, e := range l.Entries() {
		if e.Left() {
			n++
		}
	}
	return n
}
