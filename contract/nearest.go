package contract

// Nearest returns the one of names that is closest to name by edit distance,
// the first of several. It is "" if none is near: if more than a third of the
// letters of the longer one, and more than one letter, would have to change.
func Nearest(name string, names []string) string {
	nearest, least := "", -1
	for _, other := range names {
		limit := max(1, max(len(name), len(other))/3)
		if d := distance(name, other, limit); d <= limit && (least < 0 || d < least) {
			nearest, least = other, d
		}
	}
	return nearest
}

// distance returns how many bytes must be put in, taken out or changed to make
// b of a; any number above limit if it is more than limit.
func distance(a, b string, limit int) int {
	if max(len(a)-len(b), len(b)-len(a)) > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
