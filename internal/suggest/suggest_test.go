package suggest_test

import (
	"testing"

	"github.com/mockgates/mockgates/internal/suggest"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, given string
		known       []string
		want        string
	}{
		{"an exact name is its own nearest", "seed", []string{"seed", "speed"}, "seed"},
		{"a missing letter", "creat-keys", []string{"list-keys", "create-keys"}, "create-keys"},
		{"two swapped letters are one mistake", "sede", []string{"seed", "addr"}, "seed"},
		{"the case of letters does not count", "STATUS", []string{"status"}, "status"},
		{"a third of the longer name may differ", "abcdef", []string{"abcdxy"}, "abcdxy"},
		{"more than a third is too far", "abcdef", []string{"abcxyz"}, ""},
		{"a length that differs by more than a third is too far", "ab", []string{"abcdef"}, ""},
		{"the first of equally close names wins", "tame", []string{"time", "tale"}, "time"},
		{"nothing is near an empty list", "seed", nil, ""},
		{"an empty name is near nothing", "", []string{"seed"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := suggest.Nearest(test.given, test.known); got != test.want {
				t.Errorf("Nearest(%q, %q) = %q, want %q", test.given, test.known, got, test.want)
			}
		})
	}
}

func TestHint(t *testing.T) {
	t.Parallel()
	known := []string{"seed", "addr", "fault"}
	if got, want := suggest.Hint("sede", known), "; did you mean seed?"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := suggest.Hint("colour", known), "; want one of addr, fault, seed"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzNearest holds the distance to two laws: a name is nearest to itself, and
// closeness is the same in both directions.
func FuzzNearest(f *testing.F) {
	f.Add("sede", "seed")
	f.Add("", "a")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a) > 64 || len(b) > 64 {
			return
		}
		there, back := suggest.Nearest(a, []string{b}) != "", suggest.Nearest(b, []string{a}) != ""
		if there != back {
			t.Errorf("%q is near %q: %v, the other way %v", a, b, there, back)
		}
		if a != "" && suggest.Nearest(a, []string{a}) != a {
			t.Errorf("%q is not near itself", a)
		}
	})
}
