package main

import (
	"fmt"
	"io"
	"os"

	"github.com/mockgates/mockgates/scenarios/keyledger"
)

// A ledgerFile is the ledger of check --ledger and of cleanup.
type ledgerFile struct {
	file    *os.File          // nil if there is none
	entries []keyledger.Entry // that it held when it was opened
}

// openLedgerFile opens the ledger to append to it, and creates it if it does not
// exist. It removes a last line that a process has not finished.
func openLedgerFile(path string) (f ledgerFile, err error) {
	if path == "" {
		return ledgerFile{}, nil
	}
	defer func() {
		if err != nil {
			f.close()
			f, err = ledgerFile{}, &failure{exitUsage, fmt.Errorf("--ledger: %w", err), "name a ledger of mockgates check, or a new file"}
		}
	}()
	if err = checkRegular(path); err != nil {
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
	f.entries = entries
	if read < len(data) {
		err = f.file.Truncate(int64(read))
	}
	return f, err
}

// writer returns what appends to the ledger, nil if there is none.
func (f ledgerFile) writer() io.Writer {
	if f.file == nil {
		return nil
	}
	return f.file
}

// close closes the file. Each line was written when it was appended.
func (f ledgerFile) close() {
	if f.file != nil {
		_ = f.file.Close()
	}
}
