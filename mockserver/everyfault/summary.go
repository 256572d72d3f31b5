package everyfault

import (
	"fmt"
	"strings"
)

// Summary returns the verdict on all runs in one line, such as "survives 43 of 51
// faults; 4 fail cleanly; 3 leave duplicate keys; 1 hangs". A run with problems of
// several kinds counts for the first of them in the order of Kinds.
func Summary(results []Result) string {
	count, verdicts := map[Kind]int{}, map[Verdict]int{}
	for _, r := range results {
		verdicts[r.Verdict]++
		if k, ok := r.Kind(); ok {
			count[k]++
		}
	}
	parts := []string{fmt.Sprintf("survives %d of %d faults", verdicts[Survived], len(results))}
	if len(results) == 1 {
		parts[0] = strings.TrimSuffix(parts[0], "s")
	}
	add := func(n int, one, many string) {
		switch {
		case n == 1:
			parts = append(parts, "1 "+one)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %s", n, many))
		}
	}
	add(verdicts[FailedCleanly], "fails cleanly", "fail cleanly")
	for _, k := range kinds {
		add(count[k.kind], k.one, k.many)
	}
	add(verdicts[NotReached], "is never reached", "are never reached")
	return strings.Join(parts, "; ")
}

// Kind returns the kind of the first problem that counts, and false if none does.
func (r Result) Kind() (Kind, bool) {
	for _, p := range r.Problems {
		if !p.Allowed {
			return p.Kind, true
		}
	}
	return "", false
}
