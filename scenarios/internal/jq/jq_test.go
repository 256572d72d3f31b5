package jq

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/itchyny/gojq"
)

// newQuery returns an expression without variables.
func newQuery(t *testing.T, expr string) *Query {
	t.Helper()
	query, err := gojq.Parse(expr)
	if err != nil {
		t.Fatal(err)
	}
	return &Query{ctx: t.Context(), steps: 200_000, heap: 64 << 20, query: query}
}

// TestQuery_bounds evaluates expressions that would not end, or would take all
// memory. Each is stopped, and the error names the bound.
func TestQuery_bounds(t *testing.T) {
	const steps, memory, bytes = "takes more than 200000 steps", "needs more than 64 MiB of memory", "gives more than 1 MiB"
	for expr, want := range map[string]string{
		`[range(1e9)]`:                            steps,
		`last(repeat(1))`:                         steps,
		`def f: 1 + f; f`:                         "more than", // steps or memory, whichever comes first
		`def f: [f]; f`:                           "more than",
		`reduce range(1e9) as $i (0; . + 1)`:      steps,
		`try last(repeat(1)) catch 1`:             steps,
		`"x" | until(false; . + .)`:               memory,
		`"\"" | until(false; tojson)`:             memory,
		`"x" * 1e9`:                               "the product is too large",
		`1e9 * "x"`:                               "the product is too large",
		`[.[]?, ("ab" * 1e6)] | length`:           "the product is too large",
		`16 | last(limit(30; recurse(. * .)))`:    "the product is too large",
		`repeat(1)`:                               "gives more than 1000 values",
		`("x" * 1e6), ("x" * 1e6)`:                bytes,
		`("x" * 1e6) as $x | [$x, $x]`:            bytes,
		`("x" * 1e6) as $x | {a: $x, b: {c: $x}}`: bytes,
		`reduce range(60) as $i (1; [., .])`:      bytes,
		`error(("x" * 1e6) as $x | [$x, $x])`:     "an error of more than 1 MiB",
		`reduce range(12000) as $i (1; [.])`:      bytes,
		`.[5e8] = 1`:                              "it assigns with =",
		`.a |= 1`:                                 "it assigns with |=",
		`def f: {a: [1 | (.b += 1)]}; "\(f)"`:     "it assigns with +=",
		`setpath([5e8]; 1)`:                       "it calls setpath",
		`[1] | map(pick(.[5e8]))`:                 "it calls pick",
		`fromstream([[5e8], 1])`:                  "it calls fromstream",
	} {
		t.Run(expr, func(t *testing.T) {
			if testing.Short() && strings.Contains(expr, "tojson") {
				t.Skip("it takes seconds; another text that doubles meets the same bound")
			}
			q := newQuery(t, expr)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := q.Eval(nil)
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %.300v; want %q", err, want)
			}
			if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 1<<30 {
				t.Errorf("the heap has grown by %d MiB; want at most 1024", grown>>20)
			}
		})
	}
}

// TestQuery_products compares products with those of jq.
func TestQuery_products(t *testing.T) {
	t.Parallel()
	for _, expr := range []string{
		`[2 * 3, 2.5 * 2, 10000000000 * 10000000000] == [6, 5, 100000000000000000000]`,
		`("ab" * 3, 3 * "ab") | . == "ababab"`,
		`"x" * -1 == null`,
		`{a: {b: 1}} * {a: {c: 2}} == {a: {b: 1, c: 2}}`,
		`[(1, 2) * (3, 4)] == [3, 6, 4, 8]`,
		`{a: (2 * 2), "b\(2 * 3)": [1 * 1]} == {a: 4, b6: [1]}`,
		`(try ([] * []) catch "refused") == "refused"`,
		`[1, 2] | map(. * 2) == [2, 4]`,
		`def twice: . * 2; reduce range(3) as $i (1; twice) | . == 8`,
		`if 2 * 2 == 4 then 1 * 1 == 1 else false end`,
	} {
		values, err := newQuery(t, expr).Eval(nil)
		for _, v := range values {
			if v != true {
				t.Errorf("%s gives %v; want true", expr, values)
			}
		}
		if err != nil || len(values) == 0 {
			t.Errorf("%s: %v, %v; want true", expr, values, err)
		}
	}
}

// TestQuery_endsAtTheTimeout evaluates an expression that does not end when its time
// is over already, and when the run has been interrupted.
func TestQuery_endsAtTheTimeout(t *testing.T) {
	t.Parallel()
	q := newQuery(t, "last(repeat(1))")
	q.limit = time.Nanosecond
	if _, err := q.Eval(nil); err == nil || !strings.Contains(err.Error(), "no result within 1ns") {
		t.Errorf("error %v; want the timeout", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	q.ctx, q.limit = ctx, 0
	if _, err := q.Eval(nil); err == nil || !strings.Contains(err.Error(), context.Canceled.Error()) {
		t.Errorf("error %v; want context.Canceled", err)
	}
}
