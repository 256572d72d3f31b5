package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/mockgates/mockgates/scenarios/internal/script"
	"github.com/mockgates/mockgates/scenarios/report"
)

// The bounds of the files to play.
const (
	maxScriptFile = 16 << 20 // bytes of a file
	maxScripts    = 10_000   // files of a folder
)

// stdinFile is the file that stands for standard input.
const stdinFile = "-"

// Read reads the files that a caller names: files, folders of files, or - for stdin. A nil
// stdin is empty. A file that cannot be read is returned as a problem.
func Read(p script.Parser, named []string, stdin io.Reader) (scripts []*script.Script, problems []report.Problem) {
	files, problems := listFiles(named)
	for _, file := range files {
		s, err := readScript(p, file, stdin)
		if err != nil {
			problems = append(problems, Unreadable(file, err))
			continue
		}
		scripts = append(scripts, s)
	}
	return scripts, problems
}

// readScript reads one file, or standard input.
func readScript(p script.Parser, file string, from io.Reader) (*script.Script, error) {
	name := Name(file)
	switch {
	case file != stdinFile:
		f, err := os.Open(file)
		if err != nil {
			return nil, withoutPath(err)
		}
		defer func() { _ = f.Close() }() // it is only read
		from = f
	case from == nil:
		name, from = "stdin", strings.NewReader("")
	default:
		name = "stdin"
	}
	data, err := io.ReadAll(io.LimitReader(from, maxScriptFile+1))
	if err != nil {
		return nil, withoutPath(err)
	}
	if len(data) > maxScriptFile {
		return nil, fmt.Errorf("the file is longer than the limit of %d bytes", maxScriptFile)
	}
	return p.Parse(name, filepath.ToSlash(file), data)
}

// withoutPath removes the name of a file from an error. In a report the name precedes
// it.
func withoutPath(err error) error {
	if cause, ok := errors.AsType[*fs.PathError](err); ok {
		return cause.Err
	}
	return err
}

// listFiles returns the files that the caller named, and for a folder every *.txtar file
// in it or below, sorted by name. A file that is named twice is a problem, since it would
// be played twice.
func listFiles(named []string) (files []string, problems []report.Problem) {
	first := map[string]string{}
	for _, name := range named {
		found, err := expandFolder(name)
		if err != nil {
			problems = append(problems, Unreadable(name, withoutPath(err)))
			continue
		}
		for _, file := range found {
			key := identity(file)
			if other, again := first[key]; again {
				problems = append(problems, Unreadable(file, fmt.Errorf("the file is given twice, first as %s; name it once", filepath.ToSlash(other))))
				continue
			}
			first[key] = file
			files = append(files, file)
		}
	}
	return files, problems
}

// identity returns a value that is equal for all names of the same file.
func identity(file string) string {
	if file == stdinFile {
		return file
	}
	if path, err := filepath.EvalSymlinks(file); err == nil {
		file = path
	}
	if path, err := filepath.Abs(file); err == nil {
		return path
	}
	return file
}

// expandFolder returns the scenario files of a folder, or the name if it is not one.
func expandFolder(name string) ([]string, error) {
	if info, err := os.Stat(name); name == stdinFile || err != nil || !info.IsDir() {
		return []string{name}, nil // reading it reports an error
	}
	var files []string
	err := filepath.WalkDir(name, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() || !strings.HasSuffix(path, ".txtar"):
			return nil
		case len(files) == maxScripts:
			return fmt.Errorf("the folder has more than the limit of %d scenarios", maxScripts)
		}
		files = append(files, path)
		return nil
	})
	if err == nil && len(files) == 0 {
		err = errors.New("the folder has no scenario; want a file whose name ends in .txtar in it or below")
	}
	return files, err
}

// Unreadable returns the problem of a file that cannot be played.
func Unreadable(file string, err error) report.Problem {
	p := report.Problem{Exit: report.ExitUnreadable, File: filepath.ToSlash(file), Text: err.Error()}
	if syntax, ok := errors.AsType[*script.SyntaxError](err); ok {
		p.Line, p.Column = syntax.Line, syntax.Column
	}
	return p
}

// Name returns the name of a file without folder and extension.
func Name(file string) string {
	base := filepath.Base(file)
	return script.CleanName(strings.TrimSuffix(strings.TrimSuffix(base, ".txt"), ".txtar"))
}
