package scenarios

import (
	"slices"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/internal/script"
	"github.com/mockgates/mockgates/scenarios/report"
)

// ruleIDs returns the ids of the fake's rules.
func ruleIDs() []string {
	var ids []string
	for _, r := range mockserver.Rules() {
		ids = append(ids, r.ID)
	}
	return ids
}

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

// unobservableRules are the rules that no response names: one is about the order of two
// checks, and no scenario can trigger the others.
var unobservableRules = []string{"auth.before-body", "fake.bounds", "server.error"}

// observedRules returns the rules that responses named, sorted, each once.
func (s *session) observedRules() []string {
	var seen []string
	for _, x := range s.exchanges {
		seen = append(seen, x.Rules...)
	}
	slices.Sort(seen)
	return slices.Compact(seen)
}

// checkRules fails the scenario for each rule that it claims to cover and that
// no response named. A live target names no rules.
func (s *session) checkRules(observed []string) {
	if s.fake == nil {
		return
	}
	for _, rule := range s.script.Rules {
		if !slices.Contains(observed, rule) && !slices.Contains(unobservableRules, rule) {
			s.failAtEnd(s.script.RulesLine, &report.Failure{
				Text: "the scenario says that it covers a rule, but no response named it", Want: rule, Got: joinOrNone(observed),
			})
		}
	}
}

// covers returns the rules that a script claims to cover, sorted, each once.
func covers(s *script.Script) []string {
	return slices.Compact(slices.Sorted(slices.Values(s.Rules)))
}

// RuleIndex returns, for each rule of the fake, the built-in scenarios that say that
// they cover it. A run checks that they do.
func RuleIndex() map[string][]string {
	index := map[string][]string{}
	for _, id := range ruleIDs() {
		index[id] = nil
	}
	scripts, _ := readBuiltins() // a test reads every one
	for _, s := range scripts {
		for _, rule := range s.Rules {
			index[rule] = append(index[rule], s.Name)
		}
	}
	return index
}
