package session

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/scenarios/internal/failure"
	"github.com/mockgates/mockgates/scenarios/internal/jq"
	"github.com/mockgates/mockgates/scenarios/internal/script"
	"github.com/mockgates/mockgates/scenarios/internal/source"
	"github.com/mockgates/mockgates/scenarios/report"
)

// maxCaptured is the length of a value that is captured from stdout, in bytes.
const maxCaptured = 64 << 10

// capture is the command "capture NAME EXPR" and "capture NAME stdout [REGEXP]".
func (s *session) capture(args []string) error {
	switch {
	case len(args) < 2 || !script.IsName(args[0]):
		return failure.Usagef("want the name of a variable and an expression")
	case args[1] == source.Stdout:
		return s.captureOutput(args[0], args[2:])
	case len(args) > 2:
		return failure.Usagef("got %s; want a name and an expression, in single quotes", report.Plural(len(args), "argument"))
	}
	if err := s.requireResponse(); err != nil {
		return err
	}
	q, err := s.compile(args[1])
	if err != nil {
		return err
	}
	body := decodeBody(s.last.ResponseBody)
	values, err := evaluate(q, body)
	if err != nil {
		return err
	}
	if len(values) != 1 || values[0] == nil {
		return &failure.Mismatch{Failure: report.Failure{
			Text: args[1] + " does not give one value", Want: "one value that is not null", Got: jq.Format(values),
		}}
	}
	s.set(args[0], values[0])
	return nil
}

// captureOutput sets a variable to stdout of the last program or call.
func (s *session) captureOutput(name string, args []string) error {
	value, err := captured(s.ts.ReadFile(source.Stdout), args)
	if err != nil {
		return err
	}
	s.set(name, value)
	return nil
}

// captured returns the part of an output that is captured. Without a regular expression
// it is all of it, without the space at the end. With one it is the match of the first
// group, or of the whole expression if it has no group.
func captured(out string, args []string) (string, error) {
	value := strings.TrimRight(out, " \t\r\n")
	switch len(args) {
	case 0:
	case 1:
		re, err := regexp.Compile(args[0])
		if err != nil {
			return "", failure.Usagef("%q is not a regular expression: %v", args[0], err)
		}
		groups := re.FindStringSubmatch(out)
		if groups == nil {
			return "", failure.Differs("stdout does not match", args[0], excerpt(out))
		}
		value = groups[min(1, len(groups)-1)]
	default:
		return "", failure.Usagef("got %s; want a name, stdout, and at most one regular expression", report.Plural(len(args)+2, "argument"))
	}
	switch {
	case value == "":
		return "", failure.Differs("the captured value is empty", "some text", excerpt(out))
	case len(value) > maxCaptured:
		return "", failure.Differs("the captured value is too long", fmt.Sprintf("at most %d bytes", maxCaptured), fmt.Sprintf("%d bytes", len(value)))
	}
	return value, nil
}

// excerpt returns the beginning of a text for a message, quoted, or "nothing".
func excerpt(text string) string {
	if text == "" {
		return "nothing"
	}
	return strconv.Quote(report.Shorten(text, 200))
}
