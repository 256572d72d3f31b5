package scenarios

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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

// readScripts reads files, or the built-in scenarios if there are none. Those
// that cannot be read are problems.
func readScripts(files []string) (scripts []*script.Script, problems []report.Problem) {
	if len(files) == 0 {
		scripts, err := readBuiltins()
		if err != nil {
			problems = append(problems, unreadable("", err))
		}
		return scripts, problems
	}
	p := newParser()
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			if cause, ok := errors.AsType[*fs.PathError](err); ok {
				err = cause.Err
			}
			problems = append(problems, unreadable(file, err))
			continue
		}
		s, err := p.Parse(scenarioName(file), filepath.ToSlash(file), data)
		if err != nil {
			problems = append(problems, unreadable(file, err))
			continue
		}
		scripts = append(scripts, s)
	}
	return scripts, problems
}

// readBuiltins reads the scenarios that are embedded in the package.
func readBuiltins() ([]*script.Script, error) {
	files, err := fs.Glob(builtinFiles, "builtin/*/*.txtar")
	if err != nil {
		return nil, err
	}
	var scripts []*script.Script
	p := newParser()
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
		p.Line = syntax.Line
	}
	return p
}

// scenarioName returns the name of a file without folder and extension.
func scenarioName(file string) string {
	base := filepath.Base(file)
	return script.CleanName(strings.TrimSuffix(strings.TrimSuffix(base, ".txt"), ".txtar"))
}

// newParser returns a parser that knows the commands of this package and the rules
// of the fake.
func newParser() script.Parser { return script.NewParser(commandNames(), ruleIDs()) }

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
