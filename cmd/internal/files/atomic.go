package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/mockgates/mockgates/cmd/internal/exit"
)

// An Atomic is a file that is replaced as a whole.
type Atomic struct {
	flag string // that names it, for errors
	path string // without symbolic links; "" for no file
}

// OpenAtomic checks that the file of a flag can be written, so that this does
// not turn out at the end. It removes what a process that was killed has left.
func OpenAtomic(flag, path string) (Atomic, error) {
	path, err := followLinks(path)
	if err == nil {
		err = CheckRegular(path)
	}
	f := Atomic{flag, path}
	if err == nil {
		err = f.checkFolder()
	}
	if err != nil {
		return f, &exit.Failure{Code: exit.Usage, Err: fmt.Errorf("--%s: %w", flag, err), Hint: "name a file in a folder that can be written to"}
	}
	return f, nil
}

// Path returns the name of the file without symbolic links, "" for no file.
func (f Atomic) Path() string { return f.path }

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

// CheckRegular refuses a path that leads to something other than a file, such as
// a folder or a pipe.
func CheckRegular(path string) error {
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
func (f Atomic) temporary() string {
	return filepath.Join(filepath.Dir(f.path), "."+filepath.Base(f.path)+".tmp")
}

// checkFolder checks that the temporary file can be written.
func (f Atomic) checkFolder() error {
	file, err := f.createTemporary()
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// createTemporary creates the temporary file. It removes an old one, and never
// follows a link that someone else has put there.
func (f Atomic) createTemporary() (*os.File, error) {
	if err := os.Remove(f.temporary()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(f.temporary(), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

// Write replaces the file. Either it has the new text, or nothing has changed.
func (f Atomic) Write(text []byte) error {
	return f.WriteFrom(func(to io.Writer) error {
		_, err := to.Write(text)
		return err
	})
}

// WriteFrom is like Write with a text that write writes.
func (f Atomic) WriteFrom(write func(io.Writer) error) error {
	file, err := f.createTemporary()
	if err == nil {
		err = writeAndClose(file, write)
		if err == nil {
			err = os.Rename(file.Name(), f.path)
		}
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}
	if err != nil {
		return fmt.Errorf("--%s: %w", f.flag, err)
	}
	return nil
}

// writeAndClose writes a text to a file and makes sure that it is on disk.
func writeAndClose(file *os.File, write func(io.Writer) error) error {
	return errors.Join(write(file), file.Sync(), file.Close())
}
