package scenarios

import (
	"errors"
	"maps"
	"net/http"
	"strings"

	"github.com/mockgates/mockgates/scenarios/internal/jq"
)

// compile parses an expression. It may use $status and $header of the last
// response, and the variables of the script.
func (s *session) compile(expr string) (*jq.Query, error) {
	vars := maps.Clone(s.vars)
	vars["status"], vars["header"] = nil, nil
	if s.last != nil {
		vars["status"], vars["header"] = s.last.Status, headerObject(s.last.ResponseHeader)
	}
	q, err := jq.Compile(s.ctx, expr, vars, s.Timeout)
	if err != nil {
		return nil, usagef("%v", err)
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

// evaluate returns what an expression gives for an input.
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
	return differs("not true: "+q.String(), difference.Want, difference.Got)
}

// asMismatch turns an error of jq itself into one that a leading ! turns into
// success. An expression that reaches a bound fails, negated or not.
func asMismatch(err error) error {
	if e, ok := errors.AsType[*jq.EvalError](err); ok {
		return differs(e.Query+" cannot be evaluated", "a value", e.Text)
	}
	return err
}
