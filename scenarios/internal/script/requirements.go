package script

import (
	"fmt"
	"slices"
	"strings"
)

// A Target describes what the target of a run supports.
type Target struct {
	Live       bool // it is an endpoint and not a fake
	Companions bool // it offers the companion operations

	FakeOnly     func(command string) bool       // reports whether only a fake supports a command
	Condition    func(name string) (bool, error) // reports whether a condition holds; fails for those of testscript
	IsCompanion  func(method, path string) bool  // reports whether a call leads to a companion operation
	OpenQuestion func(rules []string) string     // returns the first of some rules that the documents leave open
}

// SkipReason returns why a script cannot be played on the target, and "" if it can.
// Lines with a condition that does not hold there do not count.
func (s *Script) SkipReason(t Target) string {
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
	if !t.Live {
		return ""
	}
	if rule := t.OpenQuestion(s.unsettledRules()); rule != "" {
		return "it covers a rule that the documents leave open: " + rule
	}
	return ""
}

// unsettledRules returns the rules that the script covers, without those whose setting
// it only records.
func (s *Script) unsettledRules() []string {
	return slices.DeleteFunc(slices.Clone(s.Rules), func(rule string) bool {
		return slices.ContainsFunc(s.steps, func(st step) bool {
			return st.command() == "settles" && len(st.words) > 1 && st.words[1] == rule
		})
	})
}

// missing returns what a step needs and the target does not offer, and "" if it offers
// everything.
func (t Target) missing(st step) string {
	name := st.command()
	switch {
	case t.Live && t.FakeOnly(name):
		return "the fake: " + name
	case t.Live && name == "header" && len(st.words) > 1 && strings.EqualFold(st.words[1], "Prefer"):
		return "the fake: Prefer"
	case !t.Companions && (name == "consent" || t.callsCompanion(st)):
		if t.Live {
			return "a companion operation; --companions says that the target offers them"
		}
		return "a companion operation"
	}
	return ""
}

// mayRun reports whether the conditions of scenarios hold that a step has. Those of
// testscript are known only when the script is played.
func (t Target) mayRun(st step) bool {
	for _, cond := range st.conds {
		name, unwanted := strings.CutPrefix(cond, "!")
		if holds, err := t.Condition(strings.TrimSpace(name)); err == nil && holds == unwanted {
			return false
		}
	}
	return true
}

// mustRun reports whether a step that may run has no condition of testscript, so that it
// is certain to run.
func (t Target) mustRun(st step) bool {
	return !slices.ContainsFunc(st.conds, func(cond string) bool {
		_, err := t.Condition(strings.TrimSpace(strings.TrimPrefix(cond, "!")))
		return err != nil
	})
}

// callsCompanion reports whether a step calls a companion operation, immediately or as a
// cleanup.
func (t Target) callsCompanion(st step) bool {
	words := st.words
	if st.command() == "cleanup" {
		words = words[1:]
	}
	if len(words) < 3 || words[0] != "call" {
		return false
	}
	path, _, _ := strings.Cut(words[2], "?")
	return t.IsCompanion(words[1], path)
}

// AsksForLimit reports whether the script expects the status 429 of the call in a line. A
// nil script does not.
func (s *Script) AsksForLimit(line int) bool {
	if s == nil {
		return false
	}
	for _, st := range s.steps {
		switch {
		case st.line <= line:
		case st.command() == "call":
			return false
		case (st.command() == "status" || st.command() == "settles") && strings.Contains(strings.Join(st.words, " "), "429"):
			return true
		}
	}
	return false
}
