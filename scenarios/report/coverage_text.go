package report

import (
	"fmt"
	"io"
	"strings"
)

// WriteText prints the coverage: how each documented response was reached, how many
// features of each kind were exercised, and which were not.
func (c Coverage) WriteText(w io.Writer) error {
	var b strings.Builder
	writeResponses(&b, "documented", c.Documented, true)
	writeFeatures(&b, "documented", c.featuresOf(false), true)
	writeResponses(&b, "companion", c.Companions, true)
	writeFeatures(&b, "companion", c.featuresOf(true), true)
	_, err := io.WriteString(w, strings.TrimPrefix(b.String(), "\n"))
	return err
}

// featuresOf returns the features of the documented operations, or of the
// companions.
func (c Coverage) featuresOf(companions bool) []FeatureCoverage {
	var list []FeatureCoverage
	for _, f := range c.Features {
		if f.Companion == companions {
			list = append(list, f)
		}
	}
	return list
}

// writeResponses prints how each documented response was reached. Without all it
// leaves out those that were not.
func writeResponses(b *strings.Builder, kind string, list []ResponseCoverage, all bool) {
	if len(list) == 0 {
		return
	}
	reached, width := 0, 0
	for _, d := range list {
		width = max(width, len(d.DocumentedResponse.String()))
		if d.Reached() {
			reached++
		}
	}
	fmt.Fprintf(b, "\n%s responses reached: %d of %d\n", kind, reached, len(list))
	for _, d := range list {
		if all || d.Reached() {
			fmt.Fprintf(b, "  %-*s  %s\n", width, d.DocumentedResponse, d.Counts)
		}
	}
}

// writeFeatures prints how many features of each kind were exercised, and by
// what. With missing it lists those that were not.
func writeFeatures(b *strings.Builder, operations string, list []FeatureCoverage, missing bool) {
	if len(list) == 0 {
		return
	}
	type tally struct{ reached, all, behaviour, injection, live int }
	total, kinds, byKind := tally{}, []string{}, map[string]*tally{}
	for _, f := range list {
		if byKind[f.Kind] == nil {
			byKind[f.Kind] = new(tally)
			kinds = append(kinds, f.Kind)
		}
		for _, t := range []*tally{&total, byKind[f.Kind]} {
			t.all++
			t.reached += bit(f.Reached())
			t.behaviour += bit(f.Behaviour > 0)
			t.injection += bit(f.Injection > 0)
			t.live += bit(f.Live > 0)
		}
	}
	fmt.Fprintf(b, "\n%s request features exercised: %d of %d\n", operations, total.reached, total.all)
	for _, kind := range kinds {
		t := byKind[kind]
		fmt.Fprintf(b, "  %-10s  %*d of %d  %s\n", kind, 3, t.reached, t.all, Counts{t.behaviour, t.injection, t.live})
	}
	for _, f := range list {
		if missing && !f.Reached() {
			fmt.Fprintf(b, "  not reached: %s\n", f.Feature)
		}
	}
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
