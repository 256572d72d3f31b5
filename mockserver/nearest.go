package mockserver

import (
	"slices"
	"strings"
)

// nearest returns the one of names that is closest to name by edit distance,
// or "" if none is close enough to be what was meant: at most a third of the
// longer of the two may differ.
func nearest(name string, names []string) string {
	best, least := "", -1
	for _, n := range names {
		if 3*max(len(n)-len(name), len(name)-len(n)) > max(len(name), len(n)) {
			continue // their lengths alone differ by more
		}
		d := distance(strings.ToLower(name), strings.ToLower(n))
		if 3*d <= max(len(name), len(n)) && (least < 0 || d < least) {
			best, least = n, d
		}
	}
	return best
}

// didYouMean is the end of a message that refuses name: the nearest of names,
// or all of them where none is near.
func didYouMean(name string, names []string) string {
	if n := nearest(name, names); n != "" {
		return "; did you mean " + n + "?"
	}
	sorted := slices.Sorted(slices.Values(names))
	return "; want one of " + strings.Join(sorted, ", ")
}

// distance is the Levenshtein distance of a and b in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
