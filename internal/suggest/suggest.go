// Package suggest finds the known name that a mistyped one most likely stands
// for, so that an error message can name it.
package suggest

import (
	"slices"
	"strings"
)

// Nearest returns the name in known that is closest to name, or "" if none is
// close. The distance is the number of insertions, deletions, substitutions and
// swaps of adjacent bytes (optimal string alignment), ignoring the case of ASCII
// and other letters. A name is close if at most a third of the longer of the two
// differs. The first of several equally close names wins.
func Nearest(name string, known []string) string {
	best, least := "", -1
	for _, k := range known {
		longer := max(len(name), len(k))
		if 3*(longer-min(len(name), len(k))) > longer {
			continue // the lengths alone differ by too much
		}
		d := distance(strings.ToLower(name), strings.ToLower(k))
		if 3*d <= longer && (least < 0 || d < least) {
			best, least = k, d
		}
	}
	return best
}

// Hint returns the end of an error message that refuses name: "; did you mean
// X?" with the nearest known name, or "; want one of A, B, C" with all of them
// in order if none is close.
func Hint(name string, known []string) string {
	if n := Nearest(name, known); n != "" {
		return "; did you mean " + n + "?"
	}
	return "; want one of " + strings.Join(slices.Sorted(slices.Values(known)), ", ")
}

// distance returns the optimal string alignment distance of a and b in bytes.
func distance(a, b string) int {
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			substitution := above[j]
			if a[i] != b[j] {
				substitution++
			}
			row[j+1] = min(above[j+1]+1, row[j]+1, substitution)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
