package fault_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver/fault"
)

// TestValidateBoundsWhen holds a condition at its bounds: 64 KiB of names and values, and
// 32 objects and arrays in one another. Brackets in a string do not nest.
func TestValidateBoundsWhen(t *testing.T) {
	t.Parallel()
	const size = 64 << 10
	nested := func(depth int) (v any) {
		for range depth {
			v = []any{v}
		}
		return v
	}
	for name, test := range map[string]struct {
		when map[string]any
		want string // in the error; "" for none
	}{
		"a name as long as allowed":     {map[string]any{strings.Repeat("n", size-1): 1}, ""},
		"a name one byte longer":        {map[string]any{strings.Repeat("n", size): 1}, "when has over 65536 bytes of JSON"},
		"a value as long as allowed":    {map[string]any{"n": strings.Repeat("v", size-3)}, ""},
		"a value one byte longer":       {map[string]any{"n": strings.Repeat("v", size-2)}, "when has over 65536 bytes of JSON"},
		"two members that are too long": {map[string]any{"a": strings.Repeat("v", size/2), "b": strings.Repeat("v", size/2)}, "when has over 65536 bytes of JSON"},
		"as deep as allowed":            {map[string]any{"n": nested(32)}, ""},
		"one deeper":                    {map[string]any{"n": nested(33)}, `when "n" is nested 33 deep; want at most 32`},
		"brackets in a string":          {map[string]any{"n": strings.Repeat(`[{"\`, 50)}, ""},
	} {
		err := fault.Fault{Operation: "*", Status: 500, When: test.when}.Validate()
		if (err == nil) != (test.want == "") || !strings.Contains(fmt.Sprint(err), test.want) {
			t.Errorf("%s: error %v, want %q", name, err, test.want)
		}
	}
}
