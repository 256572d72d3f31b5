package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/mockserver"
)

// A script is a scenario that has been read and not played.
type script struct {
	name  string // of the file, without folder and ending
	file  string // as reports name it
	data  []byte
	lines []string // of the script itself, without the archive's files
	steps []step
	rules []string // that it claims to hold
	claim int      // line of the claim, from 1; 0 for none
}

// A step is one line of a script that runs a command.
type step struct {
	line  int      // from 1
	conds []string // conditions, without brackets
	neg   bool     // a ! is in front
	words []word   // the command and its arguments; at least one
}

// A word is one argument as it stands in the script.
type word struct {
	text string
	vars bool // a variable in it is still to be expanded
}

func (s step) command() string { return s.words[0].text }

// A syntaxError says which line of a script cannot be read.
type syntaxError struct {
	line int // 0 if it is about no line
	text string
}

func (e *syntaxError) Error() string { return e.text }

// builtins are testscript's own commands. They cannot be replaced.
var builtins = []string{
	"cd", "chmod", "cmp", "cmpenv", "cp", "env", "exec", "exists", "grep", "kill", "mkdir", "mv", "rm", "skip",
	"stderr", "stdin", "stdout", "stop", "symlink", "ttyin", "ttyout", "unix2dos", "unquote", "wait",
}

// A vocabulary is the words that a script may use.
type vocabulary struct{ commands, rules []string }

func newVocabulary() vocabulary {
	v := vocabulary{commands: slices.Concat(builtins, commandNames())}
	for _, r := range mockserver.Rules() {
		v.rules = append(v.rules, r.ID)
	}
	return v
}

// parse reads a scenario. It refuses what could only fail when played: an
// unknown command or rule, an open quote, a condition that belongs to go test.
func (v vocabulary) parse(name, file string, data []byte) (*script, error) {
	archive := txtar.Parse(data)
	s := &script{name: name, file: file, data: data}
	s.lines = strings.Split(strings.TrimSuffix(string(archive.Comment), "\n"), "\n")
	for i, line := range s.lines {
		if err := s.parseLine(v, i+1, line); err != nil {
			return nil, &syntaxError{i + 1, err.Error()}
		}
	}
	if len(s.steps) == 0 {
		return nil, &syntaxError{0, "it has no command"}
	}
	return s, nil
}

func (s *script) parseLine(v vocabulary, line int, text string) error {
	if claim, ok := strings.CutPrefix(text, "# rules:"); ok {
		s.claim = line
		s.rules = append(s.rules, strings.Fields(claim)...)
		return v.knowsRules(strings.Fields(claim))
	}
	if strings.HasPrefix(text, "#") {
		return nil
	}
	words, err := splitWords(text)
	if err != nil || len(words) == 0 {
		return err
	}
	st := step{line: line}
	for len(words) > 0 && strings.HasPrefix(words[0].text, "[") && strings.HasSuffix(words[0].text, "]") {
		cond := strings.TrimSpace(strings.Trim(words[0].text, "[]"))
		switch strings.TrimSpace(strings.TrimPrefix(cond, "!")) {
		case "short", "net":
			return fmt.Errorf("condition [%s] belongs to go test; want [fake], [live], [companion] or one about the machine", cond)
		}
		st.conds, words = append(st.conds, cond), words[1:]
	}
	if len(words) > 0 && words[0].text == "!" {
		st.neg, words = true, words[1:]
	}
	if len(words) == 0 {
		return fmt.Errorf("a condition or ! without a command")
	}
	st.words = words
	if name := st.command(); !words[0].vars && !slices.Contains(v.commands, name) {
		return fmt.Errorf("unknown command %q%s", name, didYouMean(name, v.commands))
	}
	s.steps = append(s.steps, st)
	return nil
}

// knowsRules refuses a rule that the fake does not have.
func (v vocabulary) knowsRules(claimed []string) error {
	for _, id := range claimed {
		if !slices.Contains(v.rules, id) {
			return fmt.Errorf("unknown rule %q%s", id, didYouMean(id, v.rules))
		}
	}
	return nil
}

// splitWords splits a line as testscript does: at spaces, up to a #, single
// quotes holding words together and variables off.
func splitWords(line string) ([]word, error) {
	var (
		words  []word
		w      word
		inWord bool
		quoted bool
	)
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quoted && c == '\'' && i+1 < len(line) && line[i+1] == '\'':
			w.text += "'"
			i++
		case c == '\'':
			quoted, inWord = !quoted, true
		case quoted:
			w.text += line[i : i+1]
		case c == '#':
			i = len(line)
		case c == ' ' || c == '\t' || c == '\r':
			if inWord {
				words = append(words, w)
			}
			w, inWord = word{}, false
		default:
			w.text += line[i : i+1]
			w.vars = w.vars || c == '$'
			inWord = true
		}
	}
	if quoted {
		return nil, fmt.Errorf("a quote is not closed")
	}
	if inWord {
		words = append(words, w)
	}
	return words, nil
}

// could reports whether the step can have run as a command with the arguments.
func (s step) could(command string, args []string) bool {
	if s.command() != command || len(s.words) != len(args)+1 {
		return false
	}
	for i, w := range s.words[1:] {
		if !w.vars && w.text != args[i] {
			return false
		}
	}
	return true
}

// phase is the comment that opens the phase of a line, without its #.
func (s *script) phase(line int) string {
	for i := min(line, len(s.lines)) - 1; i >= 0; i-- {
		text, ok := strings.CutPrefix(s.lines[i], "#")
		if ok && !strings.HasPrefix(s.lines[i], "# rules:") {
			return strings.TrimSpace(text)
		}
	}
	return ""
}

// source is a line of the script, "" if there is none.
func (s *script) source(line int) string {
	if line < 1 || line > len(s.lines) {
		return ""
	}
	return s.lines[line-1]
}

// didYouMean names the nearest of known, for the end of a message.
func didYouMean(name string, known []string) string {
	if near := suggest.Nearest(name, known); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}
