package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/scenarios/report"
)

// An evidenceFile is the ledger that check --evidence keeps.
type evidenceFile struct {
	atomicFile // its path is "" if there is none
}

// openEvidenceFile checks that the ledger can be read, or does not exist, and can
// be written, before a run.
func openEvidenceFile(path string) (evidenceFile, error) {
	if path == "" {
		return evidenceFile{}, nil
	}
	file, err := openAtomicFile("evidence", path)
	if err == nil {
		_, err = readLedger(file.path)
	}
	return evidenceFile{file}, err
}

// merge adds what a run has seen to the ledger.
func (f evidenceFile) merge(r report.Report) error {
	if f.path == "" {
		return nil
	}
	ledger, err := readLedger(f.path)
	if err != nil {
		return err
	}
	text, err := ledger.Merge(r).Marshal()
	if err != nil {
		return err
	}
	return f.write(text)
}

// readLedger reads a ledger. One that does not exist is empty.
func readLedger(path string) (report.Ledger, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return report.Ledger{}, nil
	}
	if err != nil {
		return report.Ledger{}, err
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, report.MaxLedger+1))
	if err != nil {
		return report.Ledger{}, err
	}
	ledger, err := report.ReadLedger(data)
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return ledger, err
}

// An evidenceCmd is the command evidence.
type evidenceCmd struct {
	File   string   `arg:"" help:"Ledger that check --evidence keeps."`
	MaxAge ageValue `placeholder:"AGE" help:"Exit with code 6 if a fact was last seen longer ago than this, such as 30d or 12h."`
}

// Run prints the ledger. A regression is exit 5, as drift is: the target behaves
// otherwise than it did. Evidence that is too old is exit 6, because it does not
// cover the fact.
func (c *evidenceCmd) Run(p *process) error {
	if _, err := os.Stat(c.File); err != nil {
		return &failure{code: exitUnreadable, err: err}
	}
	ledger, err := readLedger(c.File)
	if err != nil {
		return &failure{code: exitUnreadable, err: err}
	}
	if err := ledger.WriteText(printable.Writer(p.stdout)); err != nil {
		return err
	}
	if names := ledger.Regressions(); len(names) > 0 {
		return fail(exitDrift, "a live target departs where it conformed before: %s", strings.Join(names, "; "))
	}
	if c.MaxAge == 0 {
		return nil
	}
	if names := ledger.Stale(time.Now(), time.Duration(c.MaxAge)); len(names) > 0 {
		return fail(exitCoverage, "last seen longer ago than %v: %s", time.Duration(c.MaxAge), strings.Join(names, "; "))
	}
	return nil
}
