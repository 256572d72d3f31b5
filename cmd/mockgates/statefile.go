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

// A stateFile is the file of --state.
type stateFile struct {
	path string // without symbolic links; "" if there is no file
}

// openStateFile checks that the file of --state can be saved, so that this does
// not turn out at shutdown. It removes what a process that was killed has left.
func openStateFile(path string) (stateFile, error) {
	if path == "" {
		return stateFile{}, nil
	}
	path, err := followLinks(path)
	if err == nil {
		err = checkRegular(path)
	}
	f := stateFile{path}
	if err == nil {
		err = f.checkFolder()
	}
	if err != nil {
		return f, &failure{exitUsage, fmt.Errorf("--state: %w", err), "name a file in a folder that can be written to"}
	}
	return f, nil
}

// followLinks returns the file that a path leads to, which need not exist. A
// symbolic link stays one, because the file is saved at the end of it.
func followLinks(path string) (string, error) {
	for range 40 { // as many as Linux follows
		target, err := os.Readlink(path)
		if err != nil {
			return path, nil // not a link, or nothing there
		}
		if !filepath.IsAbs(target) {
			// Not filepath.Join: the folder may be a link, and .. is relative to its end.
			target = filepath.Dir(path) + string(filepath.Separator) + target
		}
		path = target
	}
	return "", fmt.Errorf("%s: too many symbolic links", path)
}

// checkRegular refuses a path that leads to something other than a file, such as
// a folder or a pipe.
func checkRegular(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", path)
	}
	return err
}

// temporary returns the file that a save writes first. Its name is always the
// same, so that the next start finds the one of a process that was killed.
func (f stateFile) temporary() string {
	return filepath.Join(filepath.Dir(f.path), "."+filepath.Base(f.path)+".tmp")
}

// checkFolder checks that the temporary file can be written.
func (f stateFile) checkFolder() error {
	file, err := f.createTemporary()
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// createTemporary creates the temporary file. It removes an old one, and never
// follows a link that someone else has put there.
func (f stateFile) createTemporary() (*os.File, error) {
	if err := os.Remove(f.temporary()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(f.temporary(), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
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

// write replaces the file. Either it has the new text, or nothing has changed.
func (f stateFile) write(text []byte) error {
	file, err := f.createTemporary()
	if err == nil {
		err = writeAndClose(file, text)
		if err == nil {
			err = os.Rename(file.Name(), f.path)
		}
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}
	if err != nil {
		return fmt.Errorf("--state: %w", err)
	}
	return nil
}

// writeAndClose writes a text to a file and makes sure that it is on disk.
func writeAndClose(file *os.File, text []byte) error {
	_, err := file.Write(text)
	return errors.Join(err, file.Sync(), file.Close())
}
