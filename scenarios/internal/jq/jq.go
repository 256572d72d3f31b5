// Package jq evaluates the jq expressions of scenarios, within bounds.
//
//	Compile ──► Query ──► Eval: the values it gives
//	                 └──► Test: whether it is true, and if not, the two sides of the comparison that failed
//
// It is gojq with the additional function instant, and without what could take all
// memory in one step; see the bounds.
package jq

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/itchyny/gojq"
)

// A Query is a jq expression with the values of its variables.
type Query struct {
	ctx    context.Context
	limit  time.Duration // of one evaluation; 0 for none
	steps  int           // of one evaluation
	heap   uint64        // by how much an evaluation may grow the heap, in bytes
	query  *gojq.Query
	names  []string // of the variables, with their $
	values []any    // likewise, in the same order
}

// Compile parses an expression. It may use the variables, whose names are given without
// $. An evaluation ends with ctx, and after limit if that is not 0.
func Compile(ctx context.Context, expr string, variables map[string]any, limit time.Duration) (*Query, error) {
	query, err := gojq.Parse(expr)
	if err != nil {
		if err.Error() == "unexpected EOF" {
			err = errors.New("it is not complete")
		}
		return nil, fmt.Errorf("%q is not a jq expression: %w", expr, err)
	}
	q := &Query{ctx: ctx, limit: limit, steps: MaxSteps, heap: MaxHeap, query: query}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		q.names, q.values = append(q.names, "$"+name), append(q.values, variables[name])
	}
	if _, err := q.code(query); err != nil {
		return nil, fmt.Errorf("%q cannot be compiled: %w", expr, err)
	}
	return q, nil
}

// An EvalError reports that an expression ended with an error of jq, such as adding a
// string and a number.
type EvalError struct{ Query, Text string }

func (e *EvalError) Error() string { return e.Query + " cannot be evaluated: " + e.Text }

// code compiles the expression, or a part of it. It may use the variables and the
// function instant.
func (q *Query) code(query *gojq.Query) (*gojq.Code, error) {
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
		return fmt.Errorf("%s is not a time such as 2029-11-30T23:59:59Z", Format([]any{v}))
	}
	return float64(at.UnixMicro()) / 1e6
}

// Eval returns every value that the expression gives for an input. The error is an
// *EvalError, or says which bound was reached.
func (q *Query) Eval(input any) ([]any, error) { return q.evalPart(q.query, input) }

// evalPart evaluates the expression, or a part of it, within its bounds.
func (q *Query) evalPart(query *gojq.Query, input any) ([]any, error) {
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
	ctx := newBoundedContext(below, q.steps, q.heap)
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
			return nil, &EvalError{query.String(), errorText(err)}
		}
		if size += sizeOf(v, MaxBytes-size, 0); size > MaxBytes {
			return nil, fmt.Errorf("%s gives more than %d MiB", query, MaxBytes>>20)
		}
		if values = append(values, v); len(values) > MaxValues {
			return nil, fmt.Errorf("%s gives more than %d values", query, MaxValues)
		}
	}
}

// errorText returns the text of an error of an expression, which may hold any
// value.
func errorText(err error) string {
	if e, ok := errors.AsType[gojq.ValueError](err); ok && sizeOf(e.Value(), MaxBytes, 0) > MaxBytes {
		return fmt.Sprintf("an error of more than %d MiB", MaxBytes>>20)
	}
	return err.Error()
}

// String returns the expression.
func (q *Query) String() string { return q.query.String() }

// A Difference holds the two sides of the comparison that made an expression false. If that
// is only a part of the expression, Want has the whole comparison.
type Difference struct{ Want, Got string }

// Test evaluates the expression. It returns nil if it gives exactly one value,
// true.
func (q *Query) Test(input any) (*Difference, error) {
	values, err := q.Eval(input)
	if err != nil || len(values) == 1 && values[0] == true {
		return nil, err
	}
	if want, got, ok := q.explain(q.query, input); ok {
		return &Difference{want, got}, nil
	}
	return &Difference{"true", Format(values)}, nil
}

// explain finds the comparison that made the expression false, and its two
// sides. It follows pipes, parentheses and "and".
func (q *Query) explain(query *gojq.Query, input any) (want, got string, ok bool) {
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
func (q *Query) explainComparison(query *gojq.Query, input any, left []any) (want, got string, ok bool) {
	right, err := q.evalPart(query.Right, input)
	if err != nil || len(right) != 1 {
		return "", "", false
	}
	want = Format(right)
	if query.Op != gojq.OpEq || query != q.query {
		want = query.Op.String() + " " + want
	}
	if query != q.query {
		want = query.Left.String() + " " + want
	}
	return want, Format(left), true
}

// Format writes values as JSON, separated by commas.
func Format(values []any) string {
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
