package scenarios

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/itchyny/gojq"
)

// A jqQuery is a jq expression with the variables of a script.
type jqQuery struct {
	ctx    context.Context
	limit  time.Duration // of one evaluation; 0 for none
	heap   uint64        // by how much an evaluation may grow the heap, in bytes
	query  *gojq.Query
	names  []string // of the variables, with their $
	values []any    // likewise, in the same order
}

// compile parses an expression. It may use $status and $header of the last
// response, and the variables of the script.
func (s *session) compile(expr string) (*jqQuery, error) {
	query, err := gojq.Parse(expr)
	if err != nil {
		return nil, usagef("%q is not a jq expression: %v", expr, err)
	}
	q := &jqQuery{ctx: s.ctx, limit: s.Timeout, heap: maxJQHeap, query: query}
	vars := maps.Clone(s.vars)
	vars["status"], vars["header"] = nil, nil
	if s.last != nil {
		vars["status"], vars["header"] = s.last.Status, headerObject(s.last.ResponseHeader)
	}
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		q.names, q.values = append(q.names, "$"+name), append(q.values, vars[name])
	}
	if _, err := q.code(query); err != nil {
		return nil, usagef("%q cannot be compiled: %v", expr, err)
	}
	return q, nil
}

// code compiles the expression, or a part of it. It may use the variables and the
// function instant.
func (q *jqQuery) code(query *gojq.Query) (*gojq.Code, error) {
	query, err := bound(query)
	if err != nil {
		return nil, err
	}
	return gojq.Compile(
		query, gojq.WithVariables(q.names),
		gojq.WithFunction("instant", 0, 0, instant), gojq.WithFunction(productFunction, 2, 2, product),
	)
}

// instant is the jq function of that name: an RFC 3339 time as seconds since
// 1970, so that two forms of one time are equal.
func instant(v any, _ []any) any {
	text, _ := v.(string)
	at, err := time.Parse(time.RFC3339, strings.ToUpper(text))
	if err != nil {
		return fmt.Errorf("%s is not a time such as 2029-11-30T23:59:59Z", formatValues([]any{v}))
	}
	return float64(at.UnixMicro()) / 1e6
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

// eval returns every value that the expression gives for an input.
func (q *jqQuery) eval(input any) ([]any, error) { return q.evalPart(q.query, input) }

// evalPart evaluates the expression, or a part of it, within its bounds.
func (q *jqQuery) evalPart(query *gojq.Query, input any) ([]any, error) {
	code, err := q.code(query)
	if err != nil {
		return nil, err
	}
	below := q.ctx
	if q.limit > 0 {
		var cancel context.CancelFunc
		below, cancel = context.WithTimeoutCause(below, q.limit, fmt.Errorf("no result within %v", q.limit))
		defer cancel()
	}
	ctx := newJQContext(below, q.heap)
	var values []any
	size := 0
	for iter := code.RunWithContext(ctx, input, q.values...); ; {
		v, ok := iter.Next()
		if !ok {
			return values, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("%s: %w", query, err)
		}
		if err, isErr := v.(error); isErr {
			return nil, differs(query.String()+" cannot be evaluated", "a value", jqErrorText(err))
		}
		if size += jqSize(v, maxJQBytes-size, 0); size > maxJQBytes {
			return nil, fmt.Errorf("%s gives more than %d MiB", query, maxJQBytes>>20)
		}
		if values = append(values, v); len(values) > maxJQValues {
			return nil, fmt.Errorf("%s gives more than %d values", query, maxJQValues)
		}
	}
}

// jqErrorText returns the text of an error of an expression, which may hold any
// value.
func jqErrorText(err error) string {
	if e, ok := errors.AsType[gojq.ValueError](err); ok && jqSize(e.Value(), maxJQBytes, 0) > maxJQBytes {
		return fmt.Sprintf("an error of more than %d MiB", maxJQBytes>>20)
	}
	return err.Error()
}

// mustBeTrue returns an error unless the expression gives exactly one value,
// true. The error shows the two sides of the comparison that failed.
func (q *jqQuery) mustBeTrue(input any) error {
	values, err := q.eval(input)
	if err != nil {
		return err
	}
	if len(values) == 1 && values[0] == true {
		return nil
	}
	text := "not true: " + q.query.String()
	if want, got, ok := q.explain(q.query, input); ok {
		return differs(text, want, got)
	}
	return differs(text, "true", formatValues(values))
}

// explain finds the comparison that made the expression false, and its two
// sides. It follows pipes, parentheses and "and".
func (q *jqQuery) explain(query *gojq.Query, input any) (want, got string, ok bool) {
	if query.Left == nil || query.Right == nil {
		if query.Term != nil && query.Term.Type == gojq.TermTypeQuery && len(query.Term.SuffixList) == 0 {
			return q.explain(query.Term.Query, input)
		}
		return "", "", false
	}
	left, err := q.evalPart(query.Left, input)
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
		return q.explainComparison(query, input, left)
	}
	return "", "", false
}

// explainComparison returns the two sides of a comparison whose left side has
// been evaluated.
func (q *jqQuery) explainComparison(query *gojq.Query, input any, left []any) (want, got string, ok bool) {
	right, err := q.evalPart(query.Right, input)
	if err != nil || len(right) != 1 {
		return "", "", false
	}
	want = formatValues(right)
	if query.Op != gojq.OpEq {
		want = query.Op.String() + " " + want
	}
	return want, formatValues(left), true
}

// formatValues writes values as JSON, separated by commas.
func formatValues(values []any) string {
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
