package scenarios

import (
	"slices"

	"github.com/mockgates/mockgates/mockserver"
)

// openQuestion returns the first rule that the documents leave open, so that a live
// target may behave differently, and "" if there is none.
func openQuestion(ids []string) string {
	for _, r := range mockserver.Rules() {
		if slices.Contains(ids, r.ID) && (r.Source == "choice" || r.Settings != nil) {
			return r.ID
		}
	}
	return ""
}

// RuleIndex returns, for each rule of the fake, the built-in scenarios that say that
// they cover it. A run checks that they do.
func RuleIndex() map[string][]string {
	index := map[string][]string{}
	for _, r := range mockserver.Rules() {
		index[r.ID] = nil
	}
	scripts, _ := readBuiltins() // a test reads every one
	for _, s := range scripts {
		for _, rule := range s.Rules {
			index[rule] = append(index[rule], s.Name)
		}
	}
	return index
}
