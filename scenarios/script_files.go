package scenarios

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/scenarios/internal/script"
	"github.com/mockgates/mockgates/scenarios/report"
)

//go:embed builtin/*/*.txtar
var builtinFiles embed.FS

// fakeFolder holds the built-in scenarios that test the fake itself: its faults
// and clock, and what it does where the documents leave a choice. Those of the
// folders documented and companion play on any target, and ask of it only what
// the documents say.
const fakeFolder = "builtin/fake/"

// The bounds of what a caller gives to play.
const (
	maxScriptFile = 16 << 20 // bytes of a file
	maxScripts    = 10_000   // files of a folder
)

// stdinFile is the file that stands for standard input.
const stdinFile = "-"

// readScripts reads the files of the options, or the built-in scenarios if there
// are none. Those that cannot be read are problems.
func (o Options) readScripts() (scripts []*script.Script, problems []report.Problem) {
	if len(o.Files) == 0 {
		scripts, err := readBuiltins()
		if err != nil {
			problems = append(problems, unreadable("", err))
		}
		return scripts, problems
	}
	files, problems := listFiles(o.Files)
	p := newParser(o.Set)
	for _, file := range files {
		s, err := o.readScript(p, file)
		if err != nil {
			problems = append(problems, unreadable(file, err))
			continue
		}
		scripts = append(scripts, s)
	}
	return scripts, problems
}

// readScript reads one file, or standard input.
func (o Options) readScript(p script.Parser, file string) (*script.Script, error) {
	name, from := scenarioName(file), o.Stdin
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
		return nil, fmt.Errorf("the file is longer than %d bytes; want at most that", maxScriptFile)
	}
	return p.Parse(name, filepath.ToSlash(file), data)
}

// withoutPath returns an error of a file without the name of the file, which
// precedes it in a report.
func withoutPath(err error) error {
	if cause, ok := errors.AsType[*fs.PathError](err); ok {
		return cause.Err
	}
	return err
}

// listFiles returns the files that the caller named, with those of a folder in its
// place: every *.txtar file in it or below, sorted by name. A file that is named
// twice is a problem, since it would be played twice.
func listFiles(named []string) (files []string, problems []report.Problem) {
	first := map[string]string{}
	for _, name := range named {
		found, err := expandFolder(name)
		if err != nil {
			problems = append(problems, unreadable(name, withoutPath(err)))
			continue
		}
		for _, file := range found {
			key := identity(file)
			if other, again := first[key]; again {
				problems = append(problems, unreadable(file, fmt.Errorf("the file is given twice, first as %s; name it once", filepath.ToSlash(other))))
				continue
			}
			first[key] = file
			files = append(files, file)
		}
	}
	return files, problems
}

// identity returns what two names of one file have in common.
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

// expandFolder returns the scenario files of a folder, and any other name as it is.
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
			return fmt.Errorf("the folder has more than %d scenarios; want at most that", maxScripts)
		}
		files = append(files, path)
		return nil
	})
	if err == nil && len(files) == 0 {
		err = errors.New("the folder has no scenario; want a file whose name ends in .txtar in it or below")
	}
	return files, err
}

// readBuiltins reads the scenarios that are embedded in the package.
func readBuiltins() ([]*script.Script, error) {
	files, err := fs.Glob(builtinFiles, "builtin/*/*.txtar")
	if err != nil {
		return nil, err
	}
	var scripts []*script.Script
	p := newParser(nil)
	for _, file := range files {
		data, err := builtinFiles.ReadFile(file)
		if err != nil {
			return nil, err
		}
		s, err := p.Parse(scenarioName(file), file, data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		s.FakeOnly = strings.HasPrefix(file, fakeFolder)
		scripts = append(scripts, s)
	}
	return scripts, nil
}

// unreadable returns the problem of a file that cannot be played.
func unreadable(file string, err error) report.Problem {
	p := report.Problem{Exit: report.ExitUnreadable, File: filepath.ToSlash(file), Text: err.Error()}
	if syntax, ok := errors.AsType[*script.SyntaxError](err); ok {
		p.Line, p.Column = syntax.Line, syntax.Column
	}
	return p
}

// scenarioName returns the name of a file without folder and extension.
func scenarioName(file string) string {
	base := filepath.Base(file)
	return script.CleanName(strings.TrimSuffix(strings.TrimSuffix(base, ".txt"), ".txtar"))
}

// newParser returns a parser that knows the commands of this package, the rules of
// the fake, and the variables that the caller sets.
func newParser(set map[string]string) script.Parser {
	l := language()
	l.Variables = slices.AppendSeq(l.Variables, maps.Keys(set))
	return script.NewParser(l)
}

// RuleIndex returns, for each rule of the fake, the built-in scenarios that
// cover it. Playing them checks that they do.
func RuleIndex() map[string][]string {
	index := map[string][]string{}
	for _, id := range ruleIDs() {
		index[id] = nil
	}
	scripts, _ := readBuiltins() // a test reads every one
	for _, s := range scripts {
		for _, rule := range s.Rules {
			index[rule] = append(index[rule], s.Name)
		}
	}
	return index
}
