package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// testscript has no interface for the line that runs, and reports a failure of
// its own commands only in its log. This file is all that depends on either:
//
//   - [script.marked] puts the condition [line:N] in front of the command on
//     line N. testscript evaluates it right before it runs that line, and
//     [session.condition] notes N. No line moves.
//   - [parseLog] takes the message of a failure out of the log, where it follows
//     "FAIL: file:line: ", and what the command wrote, where it follows "> " and
//     the line.

// lineCondition begins the condition that marks a line. Scripts cannot use it.
const lineCondition = "line:"

// marked returns the archive of a script with a condition in front of each line
// that runs a command.
func (s *script) marked() []byte {
	lines := slices.Clone(s.lines)
	for _, st := range s.steps {
		lines[st.line-1] = lineMark(st.line) + lines[st.line-1]
	}
	text := strings.Join(lines, "\n") + "\n"
	return txtar.Format(&txtar.Archive{Comment: []byte(text), Files: s.files})
}

func lineMark(line int) string { return fmt.Sprintf("[%s%d] ", lineCondition, line) }

// condition is the Condition of a marked script. It notes the line that is
// about to run, and leaves other conditions to the target.
func (s *session) condition(name string) (bool, error) {
	if digits, ok := strings.CutPrefix(name, lineCondition); ok {
		line, err := strconv.Atoi(digits)
		s.line = line
		return true, err
	}
	return s.Condition(name)
}

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
