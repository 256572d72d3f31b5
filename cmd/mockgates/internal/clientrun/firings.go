package clientrun

import (
	"slices"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

// Firings holds the text forms of the faults that have acted on a request.
type Firings map[string]bool

// Count adds the faults of worlds.
func (fired Firings) Count(worlds ...*mockserver.World) {
	for _, w := range worlds {
		for _, f := range w.Faults() {
			if f.Fired > 0 {
				fired[f.Fault.String()] = true
			}
		}
	}
}

// Unfired returns the text forms of the ordered faults that never acted, each once.
func (fired Firings) Unfired(ordered []fault.Fault) []string {
	var list []string
	for _, f := range ordered {
		if text := f.String(); !fired[text] && f.OnUnfired != fault.UnfiredIgnore && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}
