package session

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/scenarios/internal/failure"
	"github.com/mockgates/mockgates/scenarios/internal/jq"
	"github.com/mockgates/mockgates/scenarios/internal/script"
	"github.com/mockgates/mockgates/scenarios/internal/source"
	"github.com/mockgates/mockgates/scenarios/report"
)

// status is the command "status CODE".
func (s *session) status(args []string) error {
	if len(args) != 1 {
		return failure.Usagef("got %d arguments; want one status", len(args))
	}
	want, err := strconv.Atoi(args[0])
	if err != nil || want < 100 || want > 599 {
		return failure.Usagef("%q is not an HTTP status", args[0])
	}
	if err := s.requireResponse(); err != nil {
		return err
	}
	if s.last.Status == want {
		return nil
	}
	got := strconv.Itoa(s.last.Status)
	var body struct{ Error struct{ Message string } }
	if json.Unmarshal(s.last.ResponseBody, &body) == nil && body.Error.Message != "" {
		got += fmt.Sprintf(" %q", body.Error.Message)
	}
	return failure.Differs("unexpected status", args[0], got)
}

// requireResponse returns an error if the last call has no complete response.
func (s *session) requireResponse() error {
	switch {
	case s.last == nil:
		return errors.New("there is no response yet; make a call first")
	case s.last.Broken != nil:
		return errors.New("the last call got no complete response")
	}
	return nil
}

// jq is the command "jq EXPR".
func (s *session) jq(args []string) error {
	if len(args) != 1 {
		return failure.Usagef("got %d arguments; want one expression, in single quotes", len(args))
	}
	if err := s.requireResponse(); err != nil {
		return err
	}
	q, err := s.compile(args[0])
	if err != nil {
		return err
	}
	return mustBeTrue(q, decodeBody(s.last.ResponseBody))
}

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
		return failure.Usagef("got %d arguments; want a name and an expression, in single quotes", len(args))
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

// captureOutput sets a variable to stdout of the last program or call. Without a regular
// expression it takes all of it, without the space at the end. With one it takes the
// match of the first group, or of the whole expression if it has no group.
func (s *session) captureOutput(name string, args []string) error {
	out := s.ts.ReadFile(source.Stdout)
	value := strings.TrimRight(out, " \t\r\n")
	switch len(args) {
	case 0:
	case 1:
		re, err := regexp.Compile(args[0])
		if err != nil {
			return failure.Usagef("%q is not a regular expression: %v", args[0], err)
		}
		groups := re.FindStringSubmatch(out)
		if groups == nil {
			return failure.Differs("stdout does not match", args[0], excerpt(out))
		}
		value = groups[min(1, len(groups)-1)]
	default:
		return failure.Usagef("got %d arguments; want a name, stdout, and at most one regular expression", len(args)+2)
	}
	switch {
	case value == "":
		return failure.Differs("the captured value is empty", "some text", excerpt(out))
	case len(value) > maxCaptured:
		return failure.Differs("the captured value is too long", fmt.Sprintf("at most %d bytes", maxCaptured), fmt.Sprintf("%d bytes", len(value)))
	}
	s.set(name, value)
	return nil
}

// excerpt returns the beginning of a text for a message, quoted, or "nothing".
func excerpt(text string) string {
	if text == "" {
		return "nothing"
	}
	return strconv.Quote(report.Shorten(text, 200))
}

// decodeBody returns a body as input for jq: JSON as a value, other text as a
// string, and an empty body as null.
func decodeBody(body []byte) any {
	if len(body) == 0 {
		return nil
	}
	var v any
	if json.Unmarshal(body, &v) != nil {
		return string(body)
	}
	return v
}

// compile parses an expression. It may use $status and $header of the last
// response, and the variables of the script.
func (s *session) compile(expr string) (*jq.Query, error) {
	vars := maps.Clone(s.vars)
	vars["status"], vars["header"] = nil, nil
	if s.last != nil {
		vars["status"], vars["header"] = s.last.Status, headerObject(s.last.ResponseHeader)
	}
	q, err := jq.Compile(s.ctx, expr, vars, s.target.Timeout)
	if err != nil {
		return nil, failure.Usagef("%v", err)
	}
	return q, nil
}

// headerObject returns a header as an object for jq. Names are in lower case;
// several values of one name are joined by commas.
func headerObject(h http.Header) map[string]any {
	out := map[string]any{}
	for name, values := range h {
		out[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return out
}

// evaluate returns the values of an expression for an input.
func evaluate(q *jq.Query, input any) ([]any, error) {
	values, err := q.Eval(input)
	return values, asMismatch(err)
}

// mustBeTrue returns an error unless the expression gives exactly one value,
// true. The error shows the two sides of the comparison that failed.
func mustBeTrue(q *jq.Query, input any) error {
	difference, err := q.Test(input)
	if err != nil || difference == nil {
		return asMismatch(err)
	}
	return failure.Differs("not true: "+q.String(), difference.Want, difference.Got)
}

// asMismatch turns an error of jq into a mismatch, so that a leading ! turns it into
// success. An expression that reaches a bound fails, negated or not.
func asMismatch(err error) error {
	if e, ok := errors.AsType[*jq.EvalError](err); ok {
		return failure.Differs(e.Query+" cannot be evaluated", "a value", e.Text)
	}
	return err
}
