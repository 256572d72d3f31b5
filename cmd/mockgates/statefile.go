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

// restore gives the server the state in a file, and reports whether there was
// one. No path and no file are no state; a damaged file is an error that names
// the line.
func restore(server *mockserver.Server, path string) (bool, error) {
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
		err = server.Restore(state)
	}
	if err != nil {
		return false, &failure{exitUsage, fmt.Errorf("--state: %s: %w", path, err), "move the file away to begin with nothing"}
	}
	return true, nil
}

// save writes the state of the server to a file, whole or not at all: to a new
// file beside it first, which then takes its name.
func save(server *mockserver.Server, path string) (err error) {
	data, err := json.MarshalIndent(server.Snapshot(), "", "  ")
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
