package openapi

import (
	"testing"
)

func TestOrList(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		words []string
		want  string
	}{
		{nil, ""},
		{[]string{"a"}, "a"},
		{[]string{"a", "b"}, "a or b"},
		{[]string{"a", "b", "c"}, "a, b or c"},
	} {
		if got := OrList(test.words); got != test.want {
			t.Errorf("OrList(%q) = %q, want %q", test.words, got, test.want)
		}
	}
}
