package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/mockgates/mockgates/mockserver"
)

// loadState restores the fake from the file of --state, and reports whether it
// did. It does nothing if path is "" or the file does not exist.
func loadState(fake *mockserver.Server, path string) (bool, error) {
	if path == "" {
		return false, nil
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("--state: %w", err)
	}
	state, err := mockserver.DecodeState(data)
	if err == nil {
		err = fake.Restore(state)
	}
	if err != nil {
		return false, &failure{exitUsage, fmt.Errorf("--state: %s: %w", path, err), "move the file away to start with an empty state"}
	}
	return true, nil
}

// saveState writes a snapshot of the fake to the file of --state. It writes to a
// temporary file and renames it, so that the file is always complete.
func saveState(fake *mockserver.Server, path string) (err error) {
	data, err := json.MarshalIndent(fake.Snapshot(), "", "  ")
	if err != nil {
		return fmt.Errorf("--state: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("--state: %w", err)
	}
	_, err = file.Write(append(data, '\n'))
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return fmt.Errorf("--state: %w", err)
	}
	return nil
}
