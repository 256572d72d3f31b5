package everyfault

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/mockserver"
)

// An Ending says how a run of the client ended.
type Ending int

// The endings.
const (
	Succeeded Ending = iota // exit code 0, or a nil error
	Failed                  // any other exit code, a signal, or an error
	TimedOut                // it did not end within the time limit
)

// An Observed is what a run of the client left. It is data, without secrets.
type Observed struct {
	Ending  Ending
	Reason  string // how it failed, such as "exit code 1"; "" if it succeeded
	Fired   bool   // every fault of the run's point acted on a call
	Journal []mockserver.Entry
	Evicted int64 // entries that the journal has lost
	Before  []Key // before the run, sorted
	After   []Key // after the run, sorted
}

// Observe returns what a run has left in its world. before is what Keys returned
// before the run, and faults the number of the point's faults, which are the first of
// the world. The caller sets Ending and Reason.
func Observe(w *mockserver.World, before []Key, faults int) Observed {
	o := Observed{Fired: true, Journal: w.Journal(mockserver.Filter{}), Evicted: w.Evicted(), Before: before, After: Keys(w)}
	for i, f := range w.Faults() {
		o.Fired = o.Fired && (i >= faults || f.Fired > 0)
	}
	return o
}

// A Key is a key without what differs from run to run: hash, label, id and times.
type Key struct {
	Name     string
	Limit    string // in USD; "none"
	Reset    string // "daily", "weekly", "monthly"; "" never
	Disabled bool
	BYOK     bool // BYOK usage counts against the limit
}

// Keys returns the keys of a world, sorted.
func Keys(w *mockserver.World) []Key {
	keys := []Key{}
	for _, k := range w.Keys() {
		key := Key{Name: k.Name, Limit: "none", Reset: k.LimitReset, Disabled: k.Disabled, BYOK: k.IncludeBYOK}
		if k.Limit != nil {
			key.Limit = strconv.FormatFloat(*k.Limit, 'f', -1, 64)
		}
		keys = append(keys, key)
	}
	slices.SortFunc(keys, compareKeys)
	return keys
}

func compareKeys(a, b Key) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Limit, b.Limit), cmp.Compare(a.Reset, b.Reset),
		cmp.Compare(strconv.FormatBool(a.Disabled), strconv.FormatBool(b.Disabled)), cmp.Compare(strconv.FormatBool(a.BYOK), strconv.FormatBool(b.BYOK)))
}

// String returns the key as a report shows it, such as `"nightly" (limit 5 daily)`.
func (k Key) String() string {
	text := fmt.Sprintf("%q (limit %s", k.Name, strings.TrimSpace(k.Limit+" "+k.Reset))
	if k.BYOK {
		text += ", including BYOK"
	}
	if k.Disabled {
		text += ", disabled"
	}
	return text + ")"
}

// A keyDifference is how often a key is in one list and in another.
type keyDifference struct {
	key       Key
	want, got int
}

// compareKeyLists returns the keys that two lists do not have equally often, in the
// order of the keys.
func compareKeyLists(want, got []Key) []keyDifference {
	counts := map[Key]*keyDifference{}
	count := func(k Key) *keyDifference {
		if counts[k] == nil {
			counts[k] = &keyDifference{key: k}
		}
		return counts[k]
	}
	for _, k := range want {
		count(k).want++
	}
	for _, k := range got {
		count(k).got++
	}
	var list []keyDifference
	for _, d := range counts {
		if d.want != d.got {
			list = append(list, *d)
		}
	}
	slices.SortFunc(list, func(a, b keyDifference) int { return compareKeys(a.key, b.key) })
	return list
}
