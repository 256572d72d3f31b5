package mockserver_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
)

// ruleByID returns the rule with an id.
func ruleByID(t *testing.T, rules []mockserver.Rule, id string) *mockserver.Rule {
	t.Helper()
	for i := range rules {
		if rules[i].ID == id {
			return &rules[i]
		}
	}
	t.Fatalf("there is no rule %q", id)
	return nil
}

func TestRulesHaveTheirDefaultSetting(t *testing.T) {
	t.Parallel()
	for _, r := range mockserver.Rules() {
		switch {
		case r.Settings == nil && r.Setting != "":
			t.Errorf("%s cannot be changed and has the setting %q", r.ID, r.Setting)
		case r.Settings != nil && r.Setting != r.Settings[0]:
			t.Errorf("%s has the setting %q, want the first of %q", r.ID, r.Setting, r.Settings)
		}
	}
	if diff := cmp.Diff(mockserver.Rules(), newServer(t, mockserver.Config{}).Rules()); diff != "" {
		t.Errorf("a server without settings has others (-want +got):\n%s", diff)
	}
}

func TestRulesOfAServerHaveItsSettings(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Rules: map[string]string{"keys.negative-limit": "accept"}})
	want := mockserver.Rules()
	ruleByID(t, want, "keys.negative-limit").Setting = "accept"
	if diff := cmp.Diff(want, s.Rules()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRulesReturnsCopies(t *testing.T) {
	t.Parallel()
	rules := mockserver.Rules()
	r := ruleByID(t, rules, "keys.negative-limit")
	r.Settings[0], r.Setting, r.Text = "changed", "changed", "changed"
	got := ruleByID(t, mockserver.Rules(), "keys.negative-limit")
	if strings.Contains(strings.Join(append(got.Settings, got.Setting, got.Text), " "), "changed") {
		t.Errorf("a change of the result has changed the rules: %+v", got)
	}
}
