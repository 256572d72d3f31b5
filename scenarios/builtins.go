package scenarios

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/mockgates/mockgates/scenarios/internal/script"
	"github.com/mockgates/mockgates/scenarios/internal/session"
	"github.com/mockgates/mockgates/scenarios/internal/source"
	"github.com/mockgates/mockgates/scenarios/report"
)

//go:embed builtin/*/*.txtar
var builtinFiles embed.FS

// fakeFolder holds the built-in scenarios that test the fake itself: its faults, its
// clock, and its choices where the documents leave one. The scenarios in the folders
// documented and companion play on any target, and require only what the documents
// say.
const fakeFolder = "builtin/fake/"

// readScripts reads the files of the options, or the built-in scenarios if there
// are none. A file that cannot be read is returned as a problem.
func (o Options) readScripts() (scripts []*script.Script, problems []report.Problem) {
	if len(o.Files) > 0 {
		return source.Read(script.NewParser(session.Language(o.Set)), o.Files, o.Stdin)
	}
	scripts, err := readBuiltins()
	if err != nil {
		problems = append(problems, source.Unreadable("", err))
	}
	return scripts, problems
}

// readBuiltins returns the scenarios that are embedded in the package. Scripts do not
// change, so all runs of a process share them; the list belongs to the caller.
func readBuiltins() ([]*script.Script, error) {
	scripts, err := parsedBuiltins()
	return slices.Clone(scripts), err
}

var parsedBuiltins = sync.OnceValues(parseBuiltins)

// parseBuiltins parses the scenarios that are embedded in the package.
func parseBuiltins() ([]*script.Script, error) {
	files, err := fs.Glob(builtinFiles, "builtin/*/*.txtar")
	if err != nil {
		return nil, err
	}
	var scripts []*script.Script
	p := script.NewParser(session.Language(nil))
	for _, file := range files {
		data, err := builtinFiles.ReadFile(file)
		if err != nil {
			return nil, err
		}
		s, err := p.Parse(source.Name(file), file, data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		s.FakeOnly = strings.HasPrefix(file, fakeFolder)
		scripts = append(scripts, s)
	}
	return scripts, nil
}
