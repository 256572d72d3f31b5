package scenarios

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/itchyny/gojq"
)

// status is the command "status CODE".
func (s *session) status(args []string) error {
	if len(args) != 1 {
		return usagef("want one status, not %d arguments", len(args))
	}
	want, err := strconv.Atoi(args[0])
	if err != nil || want < 100 || want > 599 {
		return usagef("%q is no HTTP status", args[0])
	}
	if err := s.answered(); err != nil {
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
	return differs("the status is another", args[0], got)
}

// answered refuses to assert something of an answer that is not there.
func (s *session) answered() error {
	switch {
	case s.last == nil:
		return errors.New("there is no answer yet; call first")
	case s.last.broken != nil:
		return errors.New("the last call got no whole answer")
	}
	return nil
}

// jq is the command "jq EXPR".
func (s *session) jq(args []string) error {
	if len(args) != 1 {
		return usagef("want one expression, not %d arguments; put it in single quotes", len(args))
	}
	if err := s.answered(); err != nil {
		return err
	}
	q, err := s.question(args[0], decode(s.last.ResponseBody))
	if err != nil {
		return err
	}
	return q.mustBeTrue()
}

// capture is the command "capture NAME EXPR".
func (s *session) capture(args []string) error {
	if len(args) != 2 || !isName(args[0]) {
		return usagef("want the name of a variable and an expression")
	}
	if err := s.answered(); err != nil {
		return err
	}
	q, err := s.question(args[1], decode(s.last.ResponseBody))
	if err != nil {
		return err
	}
	values, err := q.run(q.query, q.input)
	if err != nil {
		return err
	}
	if len(values) != 1 || values[0] == nil {
		return differs(fmt.Sprintf("%s gives nothing to capture", args[1]), "one value", list(values))
	}
	s.set(args[0], values[0])
	return nil
}

// decode is a body for jq: JSON as it is, any other text as a string, and no
// body as null.
func decode(body []byte) any {
	if len(body) == 0 {
		return nil
	}
	var v any
	if json.Unmarshal(body, &v) != nil {
		return string(body)
	}
	return v
}

// A question is a jq expression and what it is asked about.
type question struct {
	query  *gojq.Query
	input  any
	names  []string // of the variables
	values []any
	ctx    context.Context
}

// question parses an expression. The variables are $status, $header and what
// the script has captured.
func (s *session) question(expr string, input any) (*question, error) {
	query, err := gojq.Parse(expr)
	if err != nil {
		return nil, usagef("%q is no jq expression: %v", expr, err)
	}
	q := &question{query: query, input: input, ctx: s.ctx}
	vars := maps.Clone(s.vars)
	vars["status"], vars["header"] = nil, nil
	if s.last != nil {
		vars["status"], vars["header"] = s.last.Status, headerObject(s.last.ResponseHeader)
	}
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		q.names, q.values = append(q.names, "$"+name), append(q.values, vars[name])
	}
	if _, err := gojq.Compile(query, gojq.WithVariables(q.names)); err != nil {
		return nil, usagef("%q cannot be asked: %v", expr, err)
	}
	return q, nil
}

// headerObject is a header for jq: names in lower case, several values as one
// list.
func headerObject(h http.Header) map[string]any {
	out := map[string]any{}
	for name, values := range h {
		out[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return out
}

// run returns every value that a query gives.
func (q *question) run(query *gojq.Query, input any) ([]any, error) {
	code, err := gojq.Compile(query, gojq.WithVariables(q.names))
	if err != nil {
		return nil, err
	}
	var values []any
	for iter := code.RunWithContext(q.ctx, input, q.values...); ; {
		v, ok := iter.Next()
		if !ok {
			return values, nil
		}
		if err, isErr := v.(error); isErr {
			return nil, differs(fmt.Sprintf("%s cannot be answered", query), "an answer", err.Error())
		}
		if values = append(values, v); len(values) > 1000 {
			return nil, fmt.Errorf("%s gives more than 1000 values", query)
		}
	}
}

// mustBeTrue returns how the answer differs from one value, true.
func (q *question) mustBeTrue() error {
	values, err := q.run(q.query, q.input)
	if err != nil {
		return err
	}
	if len(values) == 1 && values[0] == true {
		return nil
	}
	if want, got, ok := q.explain(q.query, q.input); ok {
		return differs("not true: "+q.query.String(), want, got)
	}
	return differs("not true: "+q.query.String(), "true", list(values))
}

// explain finds the comparison that made the answer false, and its two sides.
func (q *question) explain(query *gojq.Query, input any) (want, got string, ok bool) {
	if query.Left == nil || query.Right == nil {
		if query.Term != nil && query.Term.Type == gojq.TermTypeQuery && len(query.Term.SuffixList) == 0 {
			return q.explain(query.Term.Query, input)
		}
		return "", "", false
	}
	left, err := q.run(query.Left, input)
	if err != nil || len(left) != 1 {
		return "", "", false
	}
	switch query.Op {
	case gojq.OpPipe:
		return q.explain(query.Right, left[0])
	case gojq.OpAnd:
		if left[0] != true {
			return q.explain(query.Left, input)
		}
		return q.explain(query.Right, input)
	case gojq.OpEq, gojq.OpNe, gojq.OpLt, gojq.OpLe, gojq.OpGt, gojq.OpGe:
		right, err := q.run(query.Right, input)
		if err != nil || len(right) != 1 {
			return "", "", false
		}
		sign := ""
		if query.Op != gojq.OpEq {
			sign = query.Op.String() + " "
		}
		return sign + list(right), list(left), true
	}
	return "", "", false
}

// list writes values as JSON.
func list(values []any) string {
	if len(values) == 0 {
		return "nothing"
	}
	var texts []string
	for _, v := range values {
		data, err := gojq.Marshal(v)
		if err != nil {
			data = fmt.Append(nil, v)
		}
		texts = append(texts, string(data))
	}
	return strings.Join(texts, ", ")
}
