package script

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
)

// testscript does not tell which line runs, and reports a failure of its own commands
// only in its log. Only this file deals with that:
//
//   - [Script.marked] puts the condition [line:N] in front of the command on
//     line N. testscript evaluates it right before it runs that line, and
//     [Script.Run] passes N on. The numbers of the lines do not change. If the command
//     uses variables, [variables:N] follows its other conditions.
//   - testscript continues after a line that fails, and [Hooks] decide whether the
//     next line is played.
//   - [parseLog] finds the message of a failure in the log, after "FAIL: file:line: ",
//     and the output of the command, after "> " and the line.

// The prefixes of the conditions that mark a line. Scripts cannot use them.
const (
	lineCondition      = "line:"
	variablesCondition = "variables:"
)

// Hooks are called while a script runs. Lines count from 1.
type Hooks struct {
	// Line reports whether a line is played. Its own conditions are not yet known.
	Line func(line int) bool

	// Variables is called with the variables that the command on a line uses, if the
	// conditions of the line hold, and for each line with env. It reports whether the
	// command is played; an error fails the line.
	Variables func(line int, names []string) (bool, error)
}

// Run lets testscript run the script in a temporary folder. It sets Files and
// ContinueOnError of the parameters, and handles the conditions that mark lines. It
// returns an error if the folder cannot be written.
func (s *Script) Run(p testscript.Params, hooks Hooks) (Outcome, error) {
	dir, err := os.MkdirTemp("", folderPattern)
	if err != nil {
		return Outcome{}, fmt.Errorf("create a folder for the script: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, s.Name+".txtar")
	if err := os.WriteFile(file, s.marked(), 0o600); err != nil {
		return Outcome{}, fmt.Errorf("write the script: %w", err)
	}
	p.Files, p.ContinueOnError = []string{file}, true
	p.Condition = s.condition(p.Condition, hooks)
	r := &runner{}
	r.protect(func() { testscript.RunT(r, p) })
	return Outcome{r.failed, r.skipped, r.reason, file, r.log.String()}, nil
}

// folderPattern is the name of the folder in which a script is played, see os.MkdirTemp.
const folderPattern = "mockgates-"

// CheckFolder returns an error if no script can be played because no temporary folder
// can be created.
func CheckFolder() error {
	dir, err := os.MkdirTemp("", folderPattern)
	if err != nil {
		return fmt.Errorf("cannot create a folder for the files of scenarios: %w; set TMPDIR to a writable folder", err)
	}
	return os.Remove(dir)
}

// condition returns a testscript condition that passes the marks of lines to hooks,
// and any other condition to own.
func (s *Script) condition(own func(string) (bool, error), hooks Hooks) func(string) (bool, error) {
	return func(name string) (bool, error) {
		if digits, ok := strings.CutPrefix(name, lineCondition); ok {
			line, err := strconv.Atoi(digits)
			return hooks.Line(line), err
		}
		if digits, ok := strings.CutPrefix(name, variablesCondition); ok {
			line, _ := strconv.Atoi(digits) // marked has written it
			return hooks.Variables(line, s.stepAt(line).variables())
		}
		return own(name)
	}
}

// variables returns the names of the variables that the step uses.
func (st *step) variables() []string {
	if st == nil {
		return nil
	}
	var names []string
	for _, at := range st.places {
		names = append(names, at.variables...)
	}
	return names
}

// marked returns the archive of a script with a condition before each line that runs a
// command, and one before each command that uses variables or sets them with env.
func (s *Script) marked() []byte {
	lines := slices.Clone(s.lines)
	for _, st := range s.steps {
		text := lines[st.line-1]
		if len(st.variables()) > 0 || st.command() == envCommand {
			text = fmt.Sprintf("%s[%s%d] %s", text[:st.column-1], variablesCondition, st.line, text[st.column-1:])
		}
		lines[st.line-1] = lineMark(st.line) + text
	}
	text := strings.Join(lines, "\n") + "\n"
	return txtar.Format(&txtar.Archive{Comment: []byte(text), Files: s.files})
}

func lineMark(line int) string { return fmt.Sprintf("[%s%d] ", lineCondition, line) }

// parseLog finds the message of the failure on a line in the log of a marked script,
// which testscript knows as file. The details are the output of the command before it
// failed, such as a diff, and the lines of the message after the first one. It returns
// false if the log has no such failure.
func parseLog(log, file string, line int) (text, detail string, ok bool) {
	before, message, ok := strings.Cut(log, fmt.Sprintf("FAIL: %s:%d: ", file, line))
	if !ok {
		return "", "", false
	}
	output := ""
	if i := strings.LastIndex(before, "> "+lineMark(line)); i >= 0 {
		_, output, _ = strings.Cut(before[i:], "\n")
	}
	for _, next := range []string{"\n> [" + lineCondition, "\n#"} {
		message, _, _ = strings.Cut(message, next)
	}
	text, rest, _ := strings.Cut(strings.TrimSpace(message), "\n")
	return text, strings.TrimSpace(strings.TrimSpace(output) + "\n" + rest), true
}

// An Outcome is the result of a script.
type Outcome struct {
	Failed  bool
	Skipped bool   // by itself
	Reason  string // why testscript stopped it; "" for none

	file string // as testscript knows the script
	log  string // of testscript
}

// A Failure is a line of a script that failed, with the message of testscript.
type Failure struct {
	Line   int    // from 1; 0 if no line ran
	Text   string // in one line
	Detail string // what the command wrote, "" if that is not known
}

// maxDigits is the length of the number of a line in the log, with what follows it.
const maxDigits = 20

// Failures returns the lines that failed, in the order of the script. There is at
// least one if the script failed.
func (o Outcome) Failures() []Failure {
	var list []Failure
	begin := "FAIL: " + o.file + ":"
	for rest := o.log; ; {
		at := strings.Index(rest, begin)
		if at < 0 {
			break
		}
		after := rest[at+len(begin):]
		digits, _, _ := strings.Cut(after[:min(len(after), maxDigits)], ":")
		if line, err := strconv.Atoi(digits); err == nil {
			next := strings.Index(after, begin)
			if next < 0 {
				next = len(after)
			}
			text, detail, _ := parseLog(rest[:at+len(begin)+next], o.file, line)
			list = append(list, Failure{line, text, detail})
		}
		rest = after
	}
	if len(list) == 0 && o.Failed {
		list = append(list, Failure{Text: strings.TrimSpace(o.Reason + "\n" + o.log)})
	}
	return list
}

// A runner is the testscript.T of one script. testscript calls it from one
// goroutine.
type runner struct {
	failed  bool
	skipped bool
	reason  string          // of Skip or Fatal
	log     strings.Builder // of testscript
}

// errStopped is the panic of Skip and FailNow, which must not return.
type errStopped struct{}

func (r *runner) Parallel()                          {} // the caller runs scripts in parallel
func (r *runner) Verbose() bool                      { return false }
func (r *runner) Log(args ...any)                    { r.log.WriteString(fmt.Sprint(args...)) }
func (r *runner) FailNow()                           { r.failed = true; panic(errStopped{}) }
func (r *runner) Run(_ string, f func(testscript.T)) { r.protect(func() { f(r) }) }

func (r *runner) Skip(args ...any) {
	r.skipped, r.reason = true, fmt.Sprint(args...)
	panic(errStopped{})
}

func (r *runner) Fatal(args ...any) {
	r.reason = fmt.Sprint(args...)
	r.FailNow()
}

// protect calls f. It returns when f returns or calls Skip or FailNow.
func (r *runner) protect(f func()) {
	defer func() {
		if e := recover(); e != nil && e != (errStopped{}) {
			panic(e)
		}
	}()
	f()
}
