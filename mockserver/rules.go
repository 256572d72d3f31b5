package mockserver

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

// A Rule is one behaviour that the fake enforces.
type Rule struct {
	ID       string   `json:"id"`                 // "keys.expires-at-utc"
	Source   string   `json:"source"`             // where it comes from: "doc", "family", "seen" or "choice"
	Text     string   `json:"text"`               // one or two sentences
	Settings []string `json:"settings,omitempty"` // the default first; nil if the rule cannot be changed
	Setting  string   `json:"setting,omitempty"`  // the current one
}

// Rules returns every rule with its default setting, by subject.
func Rules() []Rule {
	list := make([]Rule, len(apispec.Rules))
	for i, r := range apispec.Rules {
		list[i] = Rule{ID: r.ID, Source: r.Source, Text: r.Text, Settings: slices.Clone(r.Settings)}
		if r.Settings != nil {
			list[i].Setting = r.Settings[0]
		}
	}
	return list
}

// Rules returns every rule with its setting in the server, by subject.
func (s *Server) Rules() []Rule {
	list := Rules()
	for i, r := range list {
		if r.Settings != nil {
			list[i].Setting = s.rules[r.ID]
		}
	}
	return list
}

// ruleSettings returns the setting of every rule that has one: those in set, and
// the defaults of the others. It returns an error for a rule that does not exist or
// cannot be changed, and for a setting that the rule does not have.
func ruleSettings(set map[string]string) (map[string]string, error) {
	out := map[string]string{}
	var changeable []string
	for _, r := range apispec.Rules {
		if r.Settings != nil {
			out[r.ID] = r.Settings[0]
			changeable = append(changeable, r.ID)
		}
	}
	for id, setting := range set {
		i := slices.IndexFunc(apispec.Rules, func(r apispec.Rule) bool { return r.ID == id })
		switch {
		case i < 0:
			return nil, fmt.Errorf("rule %q does not exist%s", id, suggest.Hint(id, changeable))
		case apispec.Rules[i].Settings == nil:
			return nil, fmt.Errorf("rule %q cannot be changed (source: %s)%s", id, apispec.Rules[i].Source, suggest.Hint(id, changeable))
		case !slices.Contains(apispec.Rules[i].Settings, setting):
			return nil, fmt.Errorf("rule %s=%q: want one of %s", id, setting, strings.Join(apispec.Rules[i].Settings, ", "))
		}
		out[id] = setting
	}
	return out, nil
}
