package files

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/mockserver"
)

// A State is the file of --state. Its zero value is none.
type State struct{ file Atomic }

// OpenState checks that the file of --state can be saved, so that this does
// not turn out at shutdown. It removes what a process that was killed has left.
func OpenState(path string) (State, error) {
	if path == "" {
		return State{}, nil
	}
	file, err := OpenAtomic("state", path)
	return State{file}, err
}

// Path returns the name of the file without symbolic links, "" if there is none.
func (f State) Path() string { return f.file.path }

// Load restores the fake from the file, and reports whether it did. It does
// nothing if the file does not exist.
func (f State) Load(fake *mockserver.Server) (bool, error) {
	if f.file.path == "" {
		return false, nil
	}
	file, err := os.Open(f.file.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("--state: %w", err)
	}
	defer func() { _ = file.Close() }()
	if err := fake.Restore(file); err != nil {
		return false, &exit.Failure{Code: exit.Usage, Err: fmt.Errorf("--state: %s: %w", f.file.path, err), Hint: "move the file away to start with an empty state"}
	}
	return true, nil
}

// Save writes a snapshot of the fake to the file. It writes to a temporary file
// and renames it, so that the file is always complete.
func (f State) Save(fake *mockserver.Server) error {
	text, err := snapshot(fake)
	if err == nil {
		err = f.file.Write(text)
	}
	return err
}

// SaveAnyway is like Save, but if the file cannot be written, it writes the
// snapshot to a new file in the folder for temporary files. The error says where.
func (f State) SaveAnyway(fake *mockserver.Server) error {
	text, err := snapshot(fake)
	if err != nil {
		return err
	}
	failed := f.file.Write(text)
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
	return &exit.Failure{Code: exit.Usage, Err: fmt.Errorf("%w; the state was saved to %s", failed, file.Name()), Hint: "move that file to " + f.file.path}
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
