package main

import (
	"bytes"
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
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("--state: %w", err)
	}
	defer func() { _ = file.Close() }()
	if err := fake.Restore(file); err != nil {
		return false, &failure{exitUsage, fmt.Errorf("--state: %s: %w", path, err), "move the file away to start with an empty state"}
	}
	return true, nil
}

// saveState writes a snapshot of the fake to the file of --state. It writes to a
// temporary file and renames it, so that the file is always complete.
func saveState(fake *mockserver.Server, path string) (err error) {
	var compact, indented bytes.Buffer
	err = fake.Snapshot(&compact)
	if err == nil {
		err = json.Indent(&indented, compact.Bytes(), "", "  ")
	}
	if err != nil {
		return fmt.Errorf("--state: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("--state: %w", err)
	}
	_, err = indented.WriteTo(file)
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
