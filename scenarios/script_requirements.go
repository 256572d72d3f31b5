package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/contract"
)

// skipReason says why a script cannot be played on the target. It is "" if it
// can. Lines with a condition that does not hold there do not count.
func (s *script) skipReason(t *target) string {
	for _, st := range s.steps {
		if !t.mayRun(st) {
			continue
		}
		if st.command() == "skip" && t.mustRun(st) {
			return "" // the script gives its own reason
		}
		if need := t.missing(st); need != "" {
			return fmt.Sprintf("line %d needs %s", st.line, need)
		}
	}
	if !t.live() {
		return ""
	}
	if rule := openQuestion(s.unsettledRules()); rule != "" {
		return "it covers a rule that the documents leave open: " + rule
	}
	return ""
}

// unsettledRules returns the rules that the script covers, without those that it
// only asks about.
func (s *script) unsettledRules() []string {
	return slices.DeleteFunc(slices.Clone(s.rules), func(rule string) bool {
		return slices.ContainsFunc(s.steps, func(st step) bool {
			return st.command() == "settles" && len(st.words) > 1 && st.words[1] == rule
		})
	})
}

// missing says what a step needs that the target does not offer. It is "" if
// there is no such thing.
func (t *target) missing(st step) string {
	name := st.command()
	switch {
	case t.live() && commands()[name].fakeOnly:
		return "the fake: " + name
	case t.live() && name == "header" && len(st.words) > 1 && strings.EqualFold(st.words[1], "Prefer"):
		return "the fake: Prefer"
	case !t.companions() && (name == "consent" || t.callsCompanion(st)):
		if t.live() {
			return "a companion operation; --companions says that the target offers them"
		}
		return "a companion operation"
	}
	return ""
}

// mayRun reports whether all conditions of a step that are ours hold. Those of
// testscript are known only when the script is played.
func (t *target) mayRun(st step) bool {
	for _, cond := range st.conds {
		name, unwanted := strings.CutPrefix(cond, "!")
		if holds, err := t.Condition(strings.TrimSpace(name)); err == nil && holds == unwanted {
			return false
		}
	}
	return true
}

// mustRun reports whether all conditions of a step that may run are ours, so
// that it is certain to run.
func (t *target) mustRun(st step) bool {
	return !slices.ContainsFunc(st.conds, func(cond string) bool {
		_, err := t.Condition(strings.TrimSpace(strings.TrimPrefix(cond, "!")))
		return err != nil
	})
}

// callsCompanion reports whether a step calls a companion operation, at once or
// as a cleanup.
func (t *target) callsCompanion(st step) bool {
	words := st.words
	if st.command() == "cleanup" {
		words = words[1:]
	}
	if len(words) < 3 || words[0] != "call" {
		return false
	}
	path, _, _ := strings.Cut(words[2], "?")
	return isCompanion(words[1], path)
}

// isCompanion reports whether a method and a path lead to a companion
// operation. A parameter of the path matches any segment, variables included.
func isCompanion(method, path string) bool {
	all, err := validatorAll()
	if err != nil {
		return false // open has reported it
	}
	segments := strings.Split(strings.TrimSuffix(path, "/"), "/")
	return slices.ContainsFunc(all.Operations(), func(op contract.Operation) bool {
		return op.Companion && op.Method == method && slices.EqualFunc(strings.Split(op.Path, "/"), segments, func(want, got string) bool {
			return want == got || strings.HasPrefix(want, "{")
		})
	})
}
