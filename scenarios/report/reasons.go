package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/internal/printable"
)

// maxReasons is how many reasons a report lists. With the line before and the line after
// them, these are ten lines.
const maxReasons = 8

// A reason is one way in which responses of failed scenarios depart.
type reason struct {
	text      string
	operation string          // of the responses; "" if it is not known
	kind      string          // of the findings; "" if it is about no response
	places    map[string]bool // in the responses; empty if it is about no response
	count     int             // of exchanges, or of failures
}

// String returns the reason on one line, with one of its places.
func (w reason) String() string {
	switch places := slices.Sorted(maps.Keys(w.places)); len(places) {
	case 0:
		return w.text
	case 1:
		if (finding.Finding{Kind: w.kind, Where: places[0]}).PlaceSaysKind() {
			return strings.TrimSpace(w.operation + " " + places[0])
		}
		return fmt.Sprintf("%s: %s", w.text, places[0])
	default:
		return fmt.Sprintf("%s: %s and %d more", w.text, places[0], len(places)-1)
	}
}

// reasons returns why scenarios failed, the most frequent first: each kind of
// departure of an operation once, and each other failure by its text.
func (r Report) reasons() []*reason {
	found := map[string]*reason{}
	for _, s := range r.Scenarios {
		if s.Verdict == Failed {
			s.addReasons(found, r.Run.Live())
		}
	}
	list := slices.Collect(maps.Values(found))
	slices.SortFunc(list, func(a, b *reason) int { return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.text, b.text)) })
	return list
}

func (s Scenario) addReasons(found map[string]*reason, live bool) {
	departs := false
	for _, x := range s.Exchanges {
		counted := map[string]bool{}
		for _, f := range x.Findings {
			if f.Part != finding.PartResponse || f.Note() || live && f.Kind == finding.KindUndocumented {
				continue
			}
			departs = true
			why := find(found, strings.TrimSpace(x.Operation+" "+f.Kind))
			why.operation, why.kind = x.Operation, f.Kind
			why.places[f.Where] = true
			if !counted[why.text] {
				why.count++
			}
			counted[why.text] = true
		}
	}
	for _, f := range s.Failures {
		if text, _, _ := strings.Cut(f.Text, "\n"); !departs && !f.Inconclusive {
			find(found, text).count++
		}
	}
}

// find returns the reason with a text, a new one if there is none.
func find(found map[string]*reason, text string) *reason {
	if found[text] == nil {
		found[text] = &reason{text: text, places: map[string]bool{}}
	}
	return found[text]
}

// writeReasons prints the most frequent reasons of the failures in at most ten lines. It
// prints nothing for a single failure.
func (r Report) writeReasons(b *strings.Builder) {
	failures := 0
	for _, s := range r.Scenarios {
		failures += len(s.Failures)
	}
	list := r.reasons()
	if failures < 2 || len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\nwhy, and in how many exchanges:\n")
	for _, why := range list[:min(len(list), maxReasons)] {
		fmt.Fprintln(b, fit(fmt.Sprintf("  %4d  %s", why.count, printable.Line(why.String())), textColumns))
	}
	if more := len(list) - maxReasons; more > 0 {
		fmt.Fprintf(b, "        and %s\n", Plural(more, "further reason"))
	}
}
