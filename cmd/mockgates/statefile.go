package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/mockgates/mockgates/mockserver"
)

// A stateFile is the file of --state. Its path is "" if there is none.
type stateFile struct{ atomicFile }

// openStateFile checks that the file of --state can be saved, so that this does
// not turn out at shutdown. It removes what a process that was killed has left.
func openStateFile(path string) (stateFile, error) {
	if path == "" {
		return stateFile{}, nil
	}
	file, err := openAtomicFile("state", path)
	return stateFile{file}, err
}

// load restores the fake from the file, and reports whether it did. It does
// nothing if the file does not exist.
func (f stateFile) load(fake *mockserver.Server) (bool, error) {
	if f.path == "" {
		return false, nil
	}
	file, err := os.Open(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("--state: %w", err)
	}
	defer func() { _ = file.Close() }()
	if err := fake.Restore(file); err != nil {
		return false, &failure{exitUsage, fmt.Errorf("--state: %s: %w", f.path, err), "move the file away to start with an empty state"}
	}
	return true, nil
}

// save writes a snapshot of the fake to the file. It writes to a temporary file
// and renames it, so that the file is always complete.
func (f stateFile) save(fake *mockserver.Server) error {
	text, err := snapshot(fake)
	if err == nil {
		err = f.write(text)
	}
	return err
}

// saveAnyway is like save, but if the file cannot be written, it writes the
// snapshot to a new file in the folder for temporary files. The error says where.
func (f stateFile) saveAnyway(fake *mockserver.Server) error {
	text, err := snapshot(fake)
	if err != nil {
		return err
	}
	failed := f.write(text)
	if failed == nil {
		return nil
	}
	file, err := os.CreateTemp("", "mockgates-state-*.json")
	if err == nil {
		err = writeAndClose(file, text)
	}
	if err != nil {
		return errors.Join(failed, fmt.Errorf("and to a second file: %w", err))
	}
	return &failure{exitUsage, fmt.Errorf("%w; the state was saved to %s", failed, file.Name()), "move that file to " + f.path}
}

// snapshot returns a snapshot of the fake, indented.
func snapshot(fake *mockserver.Server) ([]byte, error) {
	var compact, indented bytes.Buffer
	err := fake.Snapshot(&compact)
	if err == nil {
		err = json.Indent(&indented, compact.Bytes(), "", "  ")
	}
	if err != nil {
		return nil, fmt.Errorf("--state: %w", err)
	}
	return indented.Bytes(), nil
}
