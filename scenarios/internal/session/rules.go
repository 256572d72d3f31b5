package session

import (
	"maps"
	"slices"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/internal/script"
	"github.com/mockgates/mockgates/scenarios/internal/source"
	"github.com/mockgates/mockgates/scenarios/report"
)

// Language returns what the script parser must know about the commands, the rules and
// the variables of scripts, including those that the caller sets.
func Language(set map[string]string) script.Language {
	return source.Language(commandNames(), ruleIDs(), slices.AppendSeq(slices.Clone(OwnVariables), maps.Keys(set)))
}

// ruleIDs returns the ids of the fake's rules.
func ruleIDs() []string {
	var ids []string
	for _, r := range mockserver.Rules() {
		ids = append(ids, r.ID)
	}
	return ids
}

// unobservableRules are the rules that no response names: one is about the order of two
// checks, and no scenario can trigger the others.
var unobservableRules = []string{"auth.before-body", "fake.bounds", "server.error"}

// checkRules fails the scenario for each rule that it claims to cover and that
// no response named. A live target names no rules.
func (s *session) checkRules(observed []string) {
	if s.target.Live() {
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
