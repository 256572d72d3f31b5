package runfiles

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/mockgates/mockgates/cmd/internal/files"
	"github.com/mockgates/mockgates/scenarios/report"
)

// An Evidence is the ledger that check --evidence keeps. Its zero value is none.
type Evidence struct{ file files.Atomic }

// OpenEvidence checks that the ledger can be read, or does not exist, and can
// be written, before a run.
func OpenEvidence(path string) (Evidence, error) {
	if path == "" {
		return Evidence{}, nil
	}
	file, err := files.OpenAtomic("evidence", path)
	if err == nil {
		_, err = ReadEvidence(file.Path())
	}
	return Evidence{file}, err
}

// Merge adds what a run has seen to the ledger.
func (f Evidence) Merge(r report.Report) error {
	if f.file.Path() == "" {
		return nil
	}
	ledger, err := ReadEvidence(f.file.Path())
	if err != nil {
		return err
	}
	text, err := ledger.Merge(r).Marshal()
	if err != nil {
		return err
	}
	return f.file.Write(text)
}

// ReadEvidence reads a ledger. One that does not exist is empty.
func ReadEvidence(path string) (report.Ledger, error) {
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
