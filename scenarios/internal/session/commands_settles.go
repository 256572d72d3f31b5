package session

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/internal/failure"
	"github.com/mockgates/mockgates/scenarios/report"
)

// settles is the command "settles RULE SETTING=STATUS[,STATUS]...". It finds out how
// the target behaves where the documents leave a choice: the last status determines
// the setting, which the report lists. A status that is not listed is a failure. On the
// fake, so is a setting that differs from the configured one.
func (s *session) settles(args []string) error {
	if len(args) < 2 {
		return failure.Usagef("want a rule, and the statuses of its settings")
	}
	rule, err := s.rule(args[0])
	if err != nil {
		return err
	}
	if err := s.requireResponse(); err != nil {
		return err
	}
	var want []string
	setting := ""
	for _, arg := range args[1:] {
		name, statuses, err := parseSetting(rule, arg)
		if err != nil {
			return err
		}
		want = append(want, fmt.Sprintf("%s (%s)", joinNumbers(statuses), name))
		if slices.Contains(statuses, s.last.Status) {
			setting = name
		}
	}
	switch {
	case setting == "":
		return failure.Differs("no setting of the rule "+rule.ID+" has this status", strings.Join(want, " or "), strconv.Itoa(s.last.Status))
	case !s.target.Live() && rule.Settings != nil && setting != rule.Setting:
		return failure.Differs("the fake does not behave as its rule "+rule.ID+" is set", rule.Setting, setting)
	}
	s.settled = append(s.settled, report.Settlement{Rule: rule.ID, Setting: setting, Status: s.last.Status})
	return nil
}

// rule returns the rule of the fake with the id.
func (s *session) rule(id string) (mockserver.Rule, error) {
	rules := mockserver.Rules()
	if !s.target.Live() {
		rules = s.target.Fake.Rules()
	}
	i := slices.IndexFunc(rules, func(r mockserver.Rule) bool { return r.ID == id })
	if i < 0 {
		return mockserver.Rule{}, failure.Usagef("unknown rule %q%s", id, hint(id, ruleIDs()))
	}
	return rules[i], nil
}

// parseSetting parses SETTING=STATUS[,STATUS]. A rule that cannot be changed
// takes any name for its setting.
func parseSetting(rule mockserver.Rule, arg string) (name string, statuses []int, err error) {
	name, list, _ := strings.Cut(arg, "=")
	if rule.Settings != nil && !slices.Contains(rule.Settings, name) {
		return "", nil, failure.Usagef("rule %s has no setting %q%s", rule.ID, name, hint(name, rule.Settings))
	}
	for text := range strings.SplitSeq(list, ",") {
		status, err := strconv.Atoi(text)
		if err != nil || status < 100 || status > 599 {
			return "", nil, failure.Usagef("%q is not a setting and its statuses, such as accept=201", arg)
		}
		statuses = append(statuses, status)
	}
	return name, statuses, nil
}

func joinNumbers(numbers []int) string {
	var texts []string
	for _, n := range numbers {
		texts = append(texts, strconv.Itoa(n))
	}
	return strings.Join(texts, " or ")
}
