package jq

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"runtime/metrics"
	"slices"
	"sync"

	"github.com/itchyny/gojq"
)

// The bounds of one evaluation, in addition to its timeout.
//
// gojq runs an expression step by step, and checks its context before each step. So
// steps are counted exactly, and the memory of the process is checked every few steps. A
// step builds a value from existing ones. The steps that could build a huge value from
// small ones are refused: repetition of a string, products of huge numbers, and
// assignment to a far index. What remains is a step over a value that contains one large
// part many times, such as join: it ends before the next check.
const (
	MaxValues = 1000      // values that it gives
	MaxBytes  = 1 << 20   // size of these values, and of a repeated string
	MaxSteps  = 1_000_000 // steps of gojq
	MaxHeap   = 256 << 20 // growth of the heap of the whole process, in bytes
	maxBits   = 1 << 16   // of a number that is multiplied
	maxDepth  = 10_000    // of arrays and objects in one another

	stepsPerLook = 16
)

// A boundedContext is a context that ends an evaluation at its bounds. It belongs to
// one goroutine.
type boundedContext struct {
	context.Context
	maxSteps int
	maxHeap  uint64
	steps    int
	before   uint64 // bytes of the heap when the evaluation began
	sample   []metrics.Sample
	exceeded error // the bound that was reached; nil if none was
}

func newBoundedContext(ctx context.Context, maxSteps int, maxHeap uint64) *boundedContext {
	c := &boundedContext{Context: ctx, maxSteps: maxSteps, maxHeap: maxHeap, sample: []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}}
	c.before = c.heapBytes()
	return c
}

// closed is the Done of a context that has ended.
var closed = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// Done is called by gojq before each step.
func (c *boundedContext) Done() <-chan struct{} {
	c.steps++
	switch {
	case c.exceeded != nil:
	case c.steps > c.maxSteps:
		c.exceeded = fmt.Errorf("takes more than %d steps", c.maxSteps)
	case c.steps%stepsPerLook == 0 && c.heapBytes() > c.before+c.maxHeap:
		c.exceeded = fmt.Errorf("needs more than %d MiB of memory", c.maxHeap>>20)
	default:
		return c.Context.Done()
	}
	return closed
}

// Err returns the bound that was reached, or why the context below is done.
func (c *boundedContext) Err() error {
	if c.exceeded != nil {
		return c.exceeded
	}
	if c.Context.Err() != nil {
		return context.Cause(c.Context)
	}
	return nil
}

// heapBytes returns the size of the objects on the heap of the process.
func (c *boundedContext) heapBytes() uint64 {
	metrics.Read(c.sample)
	return c.sample[0].Value.Uint64()
}

// sizeOf returns about how many bytes a value takes as JSON. It stops counting beyond
// limit. A part that occurs twice counts twice.
func sizeOf(v any, limit, depth int) int {
	size := 8
	switch v := v.(type) {
	case string:
		size += len(v)
	case *big.Int:
		size += v.BitLen() / 8
	case []any:
		for _, item := range v {
			if size > limit || depth > maxDepth {
				return limit + 1
			}
			size += sizeOf(item, limit-size, depth+1)
		}
	case map[string]any:
		for name, item := range v {
			if size > limit || depth > maxDepth {
				return limit + 1
			}
			size += len(name) + sizeOf(item, limit-size, depth+1)
		}
	}
	return size
}

// productFunction is the name under which gojq finds product.
const productFunction = "_product"

// refusedFunctions can build an array of any length from one number.
var refusedFunctions = []string{"setpath", "pick", "fromstream"}

// bound returns a query in which no step can build a huge value: products become calls
// of product, and assignments are refused.
func bound(query *gojq.Query) (*gojq.Query, error) {
	bounded, err := gojq.Parse(query.String()) // a copy
	if err != nil {
		return nil, err
	}
	return bounded, boundQueries(reflect.ValueOf(bounded))
}

// boundQueries rewrites each query inside a part of a query.
func boundQueries(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		if err := boundQueries(v.Elem()); err != nil {
			return err
		}
		switch part := v.Interface().(type) {
		case *gojq.Query:
			return boundOperator(part)
		case *gojq.Func:
			if slices.Contains(refusedFunctions, part.Name) {
				return fmt.Errorf("it calls %s, which a scenario cannot use", part.Name)
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if err := boundQueries(v.Field(i)); err != nil {
				return err
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if err := boundQueries(v.Index(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// boundOperator replaces a product by a call of product, and refuses an
// assignment.
func boundOperator(q *gojq.Query) error {
	switch q.Op {
	case gojq.OpMul:
		args := []*gojq.Query{q.Left, q.Right}
		q.Left, q.Right, q.Op = nil, nil, 0
		q.Term = &gojq.Term{Type: gojq.TermTypeFunc, Func: &gojq.Func{Name: productFunction, Args: args}}
	case gojq.OpAssign, gojq.OpModify, gojq.OpUpdateAdd, gojq.OpUpdateSub, gojq.OpUpdateMul, gojq.OpUpdateDiv, gojq.OpUpdateMod, gojq.OpUpdateAlt:
		return fmt.Errorf("it assigns with %s, which a scenario cannot; to compare, use ==", q.Op)
	}
	return nil
}

// multiply is the product of jq.
var multiply = sync.OnceValues(func() (*gojq.Code, error) {
	query, err := gojq.Parse("$left * $right")
	if err != nil {
		return nil, err
	}
	return gojq.Compile(query, gojq.WithVariables([]string{"$left", "$right"}))
})

// errLargeProduct refuses a product.
var errLargeProduct = errors.New("the product is too large; want a string of at most 1 MiB, or numbers below 2^65536")

// product is the operator * of jq, with a bound on its result.
func product(_ any, args []any) any {
	for i, arg := range args {
		switch arg := arg.(type) {
		case *big.Int:
			if arg.BitLen() > maxBits {
				return errLargeProduct
			}
		case string:
			times, isNumber := gojq.ToFloat64(args[1-i])
			if isNumber && times*float64(len(arg)) > MaxBytes {
				return errLargeProduct
			}
		}
	}
	code, err := multiply()
	if err != nil {
		return err
	}
	value, _ := code.Run(nil, args...).Next()
	return value
}
