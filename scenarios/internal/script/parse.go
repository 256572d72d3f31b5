package script

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/mockgates/mockgates/internal/suggest"
)

// A Script is a scenario that has been read and not played.
type Script struct {
	Name      string   // of the file, without folder and extension
	File      string   // as reports show it
	Rules     []string // that it claims to cover
	RulesLine int      // line of "# rules:", from 1; 0 if there is none
	FakeOnly  bool     // it tests the fake itself; Parse does not know

	text  string // of the file
	files []txtar.File
	lines []string // of the script itself, without the files of the archive
	steps []step
}

// Text returns the file as it was read.
func (s *Script) Text() string { return s.text }

// A step is one line of a script that runs a command.
type step struct {
	line  int      // from 1
	conds []string // conditions, without brackets
	words []string // the command and its arguments, before variables are expanded; at least one
}

func (st step) command() string { return st.words[0] }

// A SyntaxError says which line of a script cannot be read.
type SyntaxError struct {
	Line int // 0 if it concerns no line
	Text string
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

// A Parser knows the words that a script may use.
type Parser struct{ commands, rules []string }

// NewParser returns a parser of scripts that may use some commands, beside those of
// testscript, and may claim to cover some rules.
func NewParser(commands, rules []string) Parser {
	return Parser{commands: slices.Concat(testscriptCommands, commands), rules: rules}
}

// Parse reads a scenario. The error is a [*SyntaxError]. It refuses what could only fail when played, such as
// an unknown command or rule, an open quote, or a condition that needs go test.
func (p Parser) Parse(name, file string, data []byte) (*Script, error) {
	if err := checkMarkers(data); err != nil {
		return nil, err
	}
	archive := txtar.Parse(data)
	s := &Script{Name: name, File: file, text: string(data), files: archive.Files}
	s.lines = strings.Split(strings.TrimSuffix(string(archive.Comment), "\n"), "\n")
	for i, line := range s.lines {
		if err := s.parseLine(p, i+1, line); err != nil {
			return nil, &SyntaxError{i + 1, err.Error()}
		}
	}
	if len(s.steps) == 0 {
		return nil, &SyntaxError{0, "the script has no command"}
	}
	if err := s.checkFiles(data); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Script) parseLine(p Parser, line int, text string) error {
	if ids, ok := strings.CutPrefix(text, rulesPrefix); ok {
		s.RulesLine = line
		s.Rules = append(s.Rules, strings.Fields(ids)...)
		return p.checkRules(strings.Fields(ids))
	}
	if strings.HasPrefix(text, "#") {
		return nil
	}
	words, err := splitWords(text)
	if err != nil || len(words) == 0 {
		return err
	}
	st, err := parseStep(words)
	if err != nil {
		return err
	}
	st.line = line
	if name := st.command(); !strings.Contains(name, "$") && !slices.Contains(p.commands, name) {
		return fmt.Errorf("unknown command %q%s", name, suggest.Hint(name, p.commands))
	}
	s.steps = append(s.steps, st)
	if st.command() == "fixture" && len(st.words) > 1 && !strings.Contains(st.words[1], "$") {
		return CheckFileName(st.words[1])
	}
	return nil
}

// parseStep parses the words of a line: conditions, !, and a command.
func parseStep(words []string) (step, error) {
	var st step
	for len(words) > 0 && strings.HasPrefix(words[0], "[") && strings.HasSuffix(words[0], "]") {
		cond := strings.TrimSpace(strings.Trim(words[0], "[]"))
		if err := checkCondition(cond); err != nil {
			return step{}, err
		}
		st.conds, words = append(st.conds, cond), words[1:]
	}
	if len(words) > 0 && words[0] == "!" {
		words = words[1:]
	}
	if len(words) == 0 {
		return step{}, errors.New("a condition or ! needs a command after it")
	}
	st.words = words
	return st, nil
}

// rulesPrefix begins the comment that lists the rules a scenario covers.
const rulesPrefix = "# rules:"

// checkRules refuses a rule that the fake does not have.
func (p Parser) checkRules(ids []string) error {
	for _, id := range ids {
		if !slices.Contains(p.rules, id) {
			return fmt.Errorf("unknown rule %q%s", id, suggest.Hint(id, p.rules))
		}
	}
	return nil
}

// checkCondition refuses a condition that works only under go test, and the one
// that marks lines.
func checkCondition(cond string) error {
	name := strings.TrimSpace(strings.TrimPrefix(cond, "!"))
	switch {
	case name == "short" || name == "net":
		return fmt.Errorf("condition [%s] needs go test; want [fake], [live], [companion], [unbounded] or one about the machine", cond)
	case strings.HasPrefix(name, lineCondition):
		return fmt.Errorf("condition [%s] is reserved", cond)
	}
	return nil
}

// splitWords splits a line into words as testscript does: at spaces and up to
// a #, with single quotes around what belongs together. testscript splits a line
// only when it runs it, and a scenario must be refused or skipped before any of
// its lines has run.
func splitWords(line string) ([]string, error) {
	var words []string
	for {
		line = strings.TrimLeft(line, " \t\r")
		if line == "" || line[0] == '#' {
			return words, nil
		}
		word, rest, err := cutWord(line)
		if err != nil {
			return nil, err
		}
		words, line = append(words, word), rest
	}
}

// cutWord cuts the first word off a line that begins with one.
func cutWord(line string) (word, rest string, err error) {
	var b strings.Builder
	quoted := false
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '\'' && quoted && strings.HasPrefix(line[i+1:], "'"):
			b.WriteByte(c)
			i++
		case c == '\'':
			quoted = !quoted
		case !quoted && strings.IndexByte(" \t\r#", c) >= 0:
			return b.String(), line[i:], nil
		default:
			b.WriteByte(c)
		}
	}
	if quoted {
		return "", "", errors.New("a quote is not closed")
	}
	return b.String(), "", nil
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

// Source returns a line of the script, "" if it has no such line.
func (s *Script) Source(line int) string {
	if line < 1 || line > len(s.lines) {
		return ""
	}
	return s.lines[line-1]
}

// CommandAt returns the command on a line, "" if it has none.
func (s *Script) CommandAt(line int) string {
	i := slices.IndexFunc(s.steps, func(st step) bool { return st.line == line })
	if i < 0 {
		return ""
	}
	return s.steps[i].command()
}
