package script

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/internal/suggest"
)

// testscriptVariables are the variables that testscript sets itself.
var testscriptVariables = []string{
	"$", "/", ":", "GOCOVERDIR", "GORACE", "GOTRACEBACK", "HOME", "PATH", "SYSTEMROOT", "TEMP", "TMPDIR", "USERPROFILE", "WORK", "devnull", "exe",
}

// SetByTestscript reports whether testscript sets a variable of this name itself.
func SetByTestscript(name string) bool { return slices.Contains(testscriptVariables, name) }

// filesFromAnywhere are the commands after which the set of files is not known.
var filesFromAnywhere = []string{"cd", "cp", "exec", "mv", "symlink"}

// A Line is a line of a script that has not been played, with what will be known when it
// is played.
type Line struct {
	Words     []string        // the command and its arguments, before variables are expanded
	Variables map[string]bool // that are set before it, or may be; not to be changed

	places []place
	known  *known
}

// Literal reports whether no word from an index on has a variable.
func (l Line) Literal(from int) bool {
	return !slices.ContainsFunc(l.places[min(from, len(l.places)):], func(p place) bool { return len(p.variables) > 0 })
}

// HasFile reports whether a file with a name may exist.
func (l Line) HasFile(name string) bool {
	return l.known.anyFile || name == "stdout" || name == "stderr" || name == "ttyout" || l.known.files[path.Clean(name)]
}

// Files returns the names of the files that are known to exist, sorted.
func (l Line) Files() []string { return slices.Sorted(maps.Keys(l.known.files)) }

// Text returns the text of a file of the archive. It returns false if the archive has no
// such file, or if an earlier line may have replaced it.
func (l Line) Text(name string) (string, bool) {
	text, ok := l.known.texts[path.Clean(name)]
	return text, ok && !l.known.anyFile
}

// known is what the lines before have set and written.
type known struct {
	variables   map[string]bool
	anyVariable bool // a command whose name is in a variable may have set any
	files       map[string]bool
	texts       map[string]string // of those of the archive
	anyFile     bool
}

// checkSteps refuses a line that can only fail when it is played.
func (s *Script) checkSteps(p Parser) error {
	k := &known{variables: map[string]bool{}, files: map[string]bool{}, texts: map[string]string{}}
	for _, name := range slices.Concat(testscriptVariables, p.Variables) {
		k.variables[name] = true
	}
	for _, f := range s.files {
		k.files[path.Clean(f.Name)] = true
		k.texts[path.Clean(f.Name)] = string(f.Data)
	}
	for _, st := range s.steps {
		if err := k.checkVariables(st); err != nil {
			return err
		}
		if err := k.checkWords(p, st); err != nil {
			return err
		}
		k.add(p, st)
	}
	return nil
}

// checkVariables refuses a variable that no line before the step sets.
func (k *known) checkVariables(st step) error {
	for _, at := range st.places {
		for _, name := range at.variables {
			if !k.anyVariable && !k.variables[name] {
				return &SyntaxError{st.line, at.column, Unset(name, k.variables).Error()}
			}
		}
	}
	return nil
}

// Unset returns the error for a variable that is not set, with the nearest of
// those that are set.
func Unset(name string, set map[string]bool) error {
	return unset(name, slices.DeleteFunc(slices.Sorted(maps.Keys(set)), SetByTestscript))
}

// unset is Unset with the names of the variables that are set.
func unset(name string, names []string) error {
	more := ""
	if suggest.Nearest(name, names) == "" {
		more = ", or one that a line above captures or --set gives"
	}
	return fmt.Errorf("variable $%s is not set%s%s", name, suggest.Hint(name, names), more)
}

func (k *known) checkWords(p Parser, st step) error {
	l := Line{Words: st.words, Variables: k.variables, places: st.places, known: k}
	if st.command() == "fixture" && len(st.words) > 1 && l.Literal(1) {
		if err := CheckFileName(st.words[1]); err != nil {
			return &SyntaxError{st.line, st.places[1].column, err.Error()}
		}
	}
	if p.Check == nil || k.anyVariable {
		return nil
	}
	if word, err := p.Check(l); err != nil {
		return &SyntaxError{st.line, st.places[word].column, err.Error()}
	}
	return nil
}

// add notes what a step sets and writes.
func (k *known) add(p Parser, st step) {
	name := st.command()
	k.anyVariable = k.anyVariable || len(st.places[0].variables) > 0
	k.anyFile = k.anyFile || k.anyVariable || slices.Contains(filesFromAnywhere, name)
	for _, variable := range p.variablesOf(st.words) {
		k.variables[variable] = true
	}
	if name == "fixture" && len(st.words) > 1 {
		k.files[path.Clean(st.words[1])] = true
		delete(k.texts, path.Clean(st.words[1]))
	}
}

// envCommand is the command of testscript that sets variables.
const envCommand = "env"

// variablesOf returns the variables that a command sets.
func (l Language) variablesOf(words []string) []string {
	if words[0] != envCommand {
		if l.Sets == nil {
			return nil
		}
		return l.Sets(words)
	}
	var names []string
	for _, word := range words[1:] {
		if name, _, ok := strings.Cut(word, "="); ok {
			names = append(names, name)
		}
	}
	return names
}

// Needs reports whether a line uses a variable: in its words, quoted or not, or in
// a file of the archive that it names.
func (s *Script) Needs(line int, variable string) bool {
	st := s.stepAt(line)
	if st == nil {
		return false
	}
	texts := slices.Clone(st.words)
	for _, f := range s.files {
		if slices.Contains(st.words, f.Name) {
			texts = append(texts, string(f.Data))
		}
	}
	return slices.ContainsFunc(texts, func(text string) bool { return slices.Contains(VariablesIn(text), variable) })
}

// SetBy returns the variables that a line sets if its command succeeds.
func (s *Script) SetBy(line int, l Language) []string {
	st := s.stepAt(line)
	if st == nil {
		return nil
	}
	return l.variablesOf(st.words)
}
