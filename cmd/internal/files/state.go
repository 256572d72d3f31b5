package files

import (
	"errors"
	"fmt"
	"io"
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
func (f State) Save(fake *mockserver.Server) error { return f.file.WriteFrom(snapshotOf(fake)) }

// SaveAnyway is like Save, but if the file cannot be written, it writes the
// snapshot to a new file in the folder for temporary files. The error says where.
func (f State) SaveAnyway(fake *mockserver.Server) error {
	failed := f.Save(fake)
	if failed == nil {
		return nil
	}
	file, err := os.CreateTemp("", "mockgates-state-*.json")
	if err == nil {
		err = writeAndClose(file, snapshotOf(fake))
	}
	if err != nil {
		return errors.Join(failed, fmt.Errorf("and to a second file: %w", err))
	}
	return &exit.Failure{Code: exit.Usage, Err: fmt.Errorf("%w; the state was saved to %s", failed, file.Name()), Hint: "move that file to " + f.file.path}
}

// snapshotOf returns what writes a snapshot of the fake, indented.
func snapshotOf(fake *mockserver.Server) func(io.Writer) error {
	return func(to io.Writer) error { return fake.SnapshotIndent(to, "  ") }
}
