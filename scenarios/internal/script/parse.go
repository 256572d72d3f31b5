package script

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/mockgates/mockgates/internal/suggest"
)

// A Script is a scenario that has been read.
type Script struct {
	Name      string   // of the file, without folder and extension
	File      string   // as reports show it
	Rules     []string // that it says it covers
	RulesLine int      // line of "# rules:", from 1; 0 if there is none
	FakeOnly  bool     // it tests the fake itself; not set by Parse

	text  string // of the file
	files []txtar.File
	lines []string // of the script itself, without the files of the archive
	steps []step
}

// Text returns the file as it was read.
func (s *Script) Text() string { return s.text }

// A step is one line of a script that runs a command.
type step struct {
	line   int      // from 1
	conds  []string // conditions, without brackets
	words  []string // the command and its arguments, before variables are expanded; at least one
	places []place  // of the words
	column int      // of the command, or of a ! before it
}

// A place is the position of a word, with the variables that testscript expands in it.
type place struct {
	column    int      // of its first byte, from 1
	variables []string // names, in the order in which they are used
}

func (st step) command() string { return st.words[0] }

// A SyntaxError reports a line of a script that cannot be read.
type SyntaxError struct {
	Line   int // from 1; 0 if it concerns no line
	Column int // in bytes, from 1; 0 if it concerns the whole line
	Text   string
}

func (e *SyntaxError) Error() string { return e.Text }

// testscriptCommands are testscript's own commands. They cannot be replaced.
var testscriptCommands = []string{
	"cd", "chmod", "cmp", "cmpenv", "cp", "env", "exec", "exists", "grep", "kill", "mkdir", "mv", "rm", "skip",
	"stderr", "stdin", "stdout", "stop", "symlink", "ttyin", "ttyout", "unix2dos", "unquote", "wait",
}

// Reserved reports whether testscript has a command of this name, which cannot be
// replaced.
func Reserved(command string) bool { return slices.Contains(testscriptCommands, command) }

// A Parser reads scripts.
type Parser struct{ Language }

// A Language describes what scripts may contain in addition to testscript. The zero
// value adds nothing.
type Language struct {
	Commands  []string // that a script may use, in addition to those of testscript
	Rules     []string // that a script may say it covers
	Variables []string // that are set before the first line

	// Sets returns the variables that a command sets; nil for none. It gets the
	// command and its arguments, before variables are expanded.
	Sets func(words []string) []string

	// Check refuses a line that can only fail when it is played; nil accepts
	// all. The error is about a word of the line, counted from the command, 0.
	Check func(l Line) (word int, err error)
}

// NewParser returns a parser of a language.
func NewParser(l Language) Parser {
	l.Commands = slices.Concat(testscriptCommands, l.Commands)
	return Parser{l}
}

// Parse reads a scenario. It refuses what could only fail when played, such as an unknown
// command or rule, an open quote, a variable that no line sets, or a condition that needs
// go test. The error is a [*SyntaxError].
func (p Parser) Parse(name, file string, data []byte) (*Script, error) {
	if err := checkMarkers(data); err != nil {
		return nil, err
	}
	archive := txtar.Parse(data)
	s := &Script{Name: name, File: file, text: string(data), files: archive.Files}
	s.lines = strings.Split(strings.TrimSuffix(string(archive.Comment), "\n"), "\n")
	for i, line := range s.lines {
		if err := s.parseLine(p, i+1, line); err != nil {
			return nil, err
		}
	}
	if len(s.steps) == 0 {
		return nil, &SyntaxError{0, 0, "the script has no command; write one such as call POST /keys body.json"}
	}
	if err := s.checkFiles(data); err != nil {
		return nil, err
	}
	if err := s.checkSteps(p); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Script) parseLine(p Parser, line int, text string) error {
	if ids, ok := strings.CutPrefix(text, rulesPrefix); ok {
		s.RulesLine = line
		s.Rules = append(s.Rules, strings.Fields(ids)...)
		return p.checkRules(line, text)
	}
	if strings.HasPrefix(text, "#") {
		return nil
	}
	words, places, err := splitWords(text)
	if err != nil {
		return &SyntaxError{line, len(text), err.Error()}
	}
	if len(words) == 0 {
		return nil
	}
	st, err := parseStep(line, words, places)
	if err != nil {
		return err
	}
	if name := st.command(); len(st.places[0].variables) == 0 && !slices.Contains(p.Commands, name) {
		return &SyntaxError{line, st.places[0].column, fmt.Sprintf("unknown command %q%s", name, suggest.Hint(name, p.Commands))}
	}
	s.steps = append(s.steps, st)
	return nil
}

// parseStep parses the words of a line: conditions, !, and a command.
func parseStep(line int, words []string, places []place) (step, error) {
	st := step{line: line}
	for len(words) > 0 && strings.HasPrefix(words[0], "[") && strings.HasSuffix(words[0], "]") {
		cond := strings.TrimSpace(strings.Trim(words[0], "[]"))
		if err := checkCondition(cond); err != nil {
			return step{}, &SyntaxError{line, places[0].column, err.Error()}
		}
		st.conds, words, places = append(st.conds, cond), words[1:], places[1:]
	}
	if len(words) > 0 {
		st.column = places[0].column
	}
	if len(words) > 0 && words[0] == "!" {
		words, places = words[1:], places[1:]
	}
	if len(words) == 0 {
		return step{}, &SyntaxError{line, 1, "a condition or ! needs a command after it, such as [fake] status 200"}
	}
	st.words, st.places = words, places
	return st, nil
}

// rulesPrefix begins the comment that lists the rules a scenario covers.
const rulesPrefix = "# rules:"

// checkRules refuses a comment that lists a rule which the fake does not have.
func (p Parser) checkRules(line int, text string) error {
	for _, id := range strings.Fields(text)[2:] {
		if !slices.Contains(p.Rules, id) {
			return &SyntaxError{line, strings.Index(text, " "+id) + 2, fmt.Sprintf("unknown rule %q%s", id, suggest.Hint(id, p.Rules))}
		}
	}
	return nil
}

// The conditions of scenarios, and the similar ones of testscript. Others, such as the
// names of operating systems, are left to testscript.
var (
	ownConditions        = []string{"companion", "fake", "live", "unbounded"}
	testscriptConditions = []string{"gc", "gccgo", "link", "linux", "symlink", "unix"}
)

// checkCondition refuses a condition that works only under go test, the ones that mark
// lines, and one that looks like a misspelt condition of scenarios.
func checkCondition(cond string) error {
	name := strings.TrimSpace(strings.TrimPrefix(cond, "!"))
	switch {
	case name == "short" || name == "net":
		return fmt.Errorf("condition [%s] needs go test; want [fake], [live], [companion], [unbounded] or one about the machine", cond)
	case strings.HasPrefix(name, lineCondition), strings.HasPrefix(name, variablesCondition):
		return fmt.Errorf("condition [%s] is reserved", cond)
	case !slices.Contains(testscriptConditions, name) && strings.Contains(suggest.Hint(name, ownConditions), "did you mean") && !slices.Contains(ownConditions, name):
		return fmt.Errorf("condition [%s] is not known%s", cond, suggest.Hint(name, ownConditions))
	}
	return nil
}

// splitWords splits a line into words as testscript does: at spaces and up to a #, with
// single quotes around words that contain them. testscript splits a line only when it
// runs it, but a scenario must be refused or skipped before any line has run.
func splitWords(line string) (words []string, places []place, err error) {
	rest := line
	for {
		rest = strings.TrimLeft(rest, " \t\r")
		if rest == "" || rest[0] == '#' {
			return words, places, nil
		}
		at := place{column: len(line) - len(rest) + 1}
		var word string
		if word, at.variables, rest, err = cutWord(rest); err != nil {
			return nil, nil, err
		}
		words, places = append(words, word), append(places, at)
	}
}

// cutWord cuts the first word off a line that begins with one. It returns the variables
// that testscript expands in it, which are those outside of quotes.
func cutWord(line string) (word string, variables []string, rest string, err error) {
	var b strings.Builder
	quoted, begin := false, 0
	expanded := func(end int) { variables = append(variables, VariablesIn(line[begin:end])...) }
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '\'' && quoted && strings.HasPrefix(line[i+1:], "'"):
			b.WriteByte(c)
			i++
		case c == '\'':
			if !quoted {
				expanded(i)
			}
			quoted, begin = !quoted, i+1
		case !quoted && strings.IndexByte(" \t\r#", c) >= 0:
			expanded(i)
			return b.String(), variables, line[i:], nil
		default:
			b.WriteByte(c)
		}
	}
	if quoted {
		return "", nil, "", errors.New("a quote is not closed; end it with '")
	}
	expanded(len(line))
	return b.String(), variables, "", nil
}

// VariablesIn returns the names that testscript expands in a text without quotes.
func VariablesIn(text string) []string {
	var names []string
	_ = os.Expand(text, func(name string) string {
		names = append(names, strings.TrimSuffix(name, "@R")) // @R quotes the value for a regular expression
		return ""
	})
	return names
}

// Phase returns the comment that opens the phase of a line, without its #.
func (s *Script) Phase(line int) string {
	for i := min(line, len(s.lines)) - 1; i >= 0; i-- {
		text, ok := strings.CutPrefix(s.lines[i], "#")
		if ok && !strings.HasPrefix(s.lines[i], rulesPrefix) {
			return strings.TrimSpace(text)
		}
	}
	return ""
}

// FirstComment returns the first comment that is not the list of rules, without its
// #; "" if there is none.
func (s *Script) FirstComment() string {
	for _, line := range s.lines {
		if text, ok := strings.CutPrefix(line, "#"); ok && !strings.HasPrefix(line, rulesPrefix) && strings.TrimSpace(text) != "" {
			return strings.TrimSpace(text)
		}
	}
	return ""
}

// Source returns a line of the script, "" if it has no such line.
func (s *Script) Source(line int) string {
	if line < 1 || line > len(s.lines) {
		return ""
	}
	return s.lines[line-1]
}

// CommandAt returns the command on a line, "" if it has none.
func (s *Script) CommandAt(line int) string {
	if st := s.stepAt(line); st != nil {
		return st.command()
	}
	return ""
}

// stepAt returns the step on a line, nil if there is none.
func (s *Script) stepAt(line int) *step {
	i, found := slices.BinarySearchFunc(s.steps, line, func(st step, line int) int { return st.line - line })
	if !found {
		return nil
	}
	return &s.steps[i]
}
