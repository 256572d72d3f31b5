package main

import (
	"os"
	"strings"
	"time"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/runfiles"
	"github.com/mockgates/mockgates/internal/printable"
)

// An evidenceCmd is the command evidence.
type evidenceCmd struct {
	File   string   `arg:"" help:"Ledger that check --evidence keeps."`
	MaxAge ageValue `placeholder:"AGE" help:"Exit with code 6 if a fact was last seen longer ago than this, such as 30d or 12h."`
}

// Run prints the ledger. A regression is exit 5, as drift is: the target behaves
// otherwise than it did. Evidence that is too old is exit 6, because it does not
// cover the fact.
func (c *evidenceCmd) Run(p *cli.Process) error {
	if _, err := os.Stat(c.File); err != nil {
		return &exit.Failure{Code: exit.Unreadable, Err: err}
	}
	ledger, err := runfiles.ReadEvidence(c.File)
	if err != nil {
		return &exit.Failure{Code: exit.Unreadable, Err: err}
	}
	if err := ledger.WriteText(printable.Writer(p.Stdout)); err != nil {
		return err
	}
	if names := ledger.Regressions(); len(names) > 0 {
		return exit.Failf(exit.Drift, "a live target departs where it conformed before: %s", strings.Join(names, "; "))
	}
	if c.MaxAge == 0 {
		return nil
	}
	if names := ledger.Stale(time.Now(), time.Duration(c.MaxAge)); len(names) > 0 {
		return exit.Failf(exit.Coverage, "last seen longer ago than %v: %s", time.Duration(c.MaxAge), strings.Join(names, "; "))
	}
	return nil
}
