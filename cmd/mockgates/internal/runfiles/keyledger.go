package runfiles

import (
	"fmt"
	"io"
	"os"

	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/cmd/internal/files"
	"github.com/mockgates/mockgates/scenarios/keyledger"
)

// A KeyLedger is the ledger of check --ledger and of cleanup. Its zero value is none.
type KeyLedger struct {
	Entries []keyledger.Entry // that it held when it was opened
	file    *os.File          // nil if there is none
}

// OpenKeyLedger opens the ledger to append to it, and creates it if it does not
// exist. It removes a last line that is not complete.
func OpenKeyLedger(path string) (f KeyLedger, err error) {
	if path == "" {
		return KeyLedger{}, nil
	}
	defer func() {
		if err != nil {
			f.Close()
			f, err = KeyLedger{}, &exit.Failure{Code: exit.Usage, Err: fmt.Errorf("--ledger: %w", err), Hint: "name a ledger of mockgates check, or a new file"}
		}
	}()
	if err = files.CheckRegular(path); err != nil {
		return f, err
	}
	if f.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600); err != nil {
		return f, err
	}
	data, err := io.ReadAll(io.LimitReader(f.file, keyledger.MaxFile+1))
	if err != nil {
		return f, err
	}
	entries, read, err := keyledger.Read(data)
	if err != nil {
		return f, fmt.Errorf("%s: %w", path, err)
	}
	f.Entries = entries
	if read < len(data) {
		err = f.file.Truncate(int64(read))
	}
	return f, err
}

// Writer returns a writer that appends to the ledger, nil if there is none.
func (f KeyLedger) Writer() io.Writer {
	if f.file == nil {
		return nil
	}
	return f.file
}

// Close closes the file. Each line was written when it was appended.
func (f KeyLedger) Close() {
	if f.file != nil {
		_ = f.file.Close()
	}
}
