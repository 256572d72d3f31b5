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

// testscript has no interface for the line that runs, and reports a failure of
// its own commands only in its log. This file is all that depends on either:
//
//   - [Script.marked] puts the condition [line:N] in front of the command on
//     line N. testscript evaluates it right before it runs that line, and
//     [Script.Run] passes N on. No line moves.
//   - [parseLog] takes the message of a failure out of the log, where it follows
//     "FAIL: file:line: ", and what the command wrote, where it follows "> " and
//     the line.

// lineCondition begins the condition that marks a line. Scripts cannot use it.
const lineCondition = "line:"

// Run lets testscript run the script in a temporary folder of its own. Of the
// parameters it replaces the files and the condition that marks lines; atLine is
// told which line is about to run, from 1. The error is one of the folder.
func (s *Script) Run(p testscript.Params, atLine func(line int)) (Outcome, error) {
	dir, err := os.MkdirTemp("", "mockgates-")
	if err != nil {
		return Outcome{}, fmt.Errorf("create a folder for the script: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, s.Name+".txtar")
	if err := os.WriteFile(file, s.marked(), 0o600); err != nil {
		return Outcome{}, fmt.Errorf("write the script: %w", err)
	}
	condition := p.Condition
	p.Files = []string{file}
	p.Condition = func(name string) (bool, error) {
		digits, ok := strings.CutPrefix(name, lineCondition)
		if !ok {
			return condition(name)
		}
		line, err := strconv.Atoi(digits)
		atLine(line)
		return true, err
	}
	r := &runner{}
	r.protect(func() { testscript.RunT(r, p) })
	return Outcome{r.failed, r.skipped, r.reason, file, r.log.String()}, nil
}

// marked returns the archive of a script with a condition in front of each line
// that runs a command.
func (s *Script) marked() []byte {
	lines := slices.Clone(s.lines)
	for _, st := range s.steps {
		lines[st.line-1] = lineMark(st.line) + lines[st.line-1]
	}
	text := strings.Join(lines, "\n") + "\n"
	return txtar.Format(&txtar.Archive{Comment: []byte(text), Files: s.files})
}

func lineMark(line int) string { return fmt.Sprintf("[%s%d] ", lineCondition, line) }

// parseLog finds in testscript's log the message of the failure on a line of a
// marked script, which testscript knows as file. The details are what the
// command wrote before it failed, such as a diff, and what the log says after
// the first line of the message. It returns false if the log has no such failure.
func parseLog(log, file string, line int) (text, detail string, ok bool) {
	before, message, ok := strings.Cut(log, fmt.Sprintf("FAIL: %s:%d: ", file, line))
	if !ok {
		return "", "", false
	}
	output := ""
	if i := strings.LastIndex(before, "> "+lineMark(line)); i >= 0 {
		_, output, _ = strings.Cut(before[i:], "\n")
	}
	text, rest, _ := strings.Cut(strings.TrimSpace(message), "\n")
	return text, strings.TrimSpace(strings.TrimSpace(output) + "\n" + rest), true
}

// An Outcome is how a script ended.
type Outcome struct {
	Failed  bool
	Skipped bool   // by itself
	Reason  string // for which testscript stopped it; "" for none

	file string // as testscript knows the script
	log  string // of testscript
}

// Failure returns, in the words of testscript, why the script failed on a line.
// The detail is what the command wrote, "" if that is not known.
func (o Outcome) Failure(line int) (text, detail string) {
	if text, detail, ok := parseLog(o.log, o.file, line); ok {
		return text, detail
	}
	return strings.TrimSpace(o.Reason + "\n" + o.log), ""
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
