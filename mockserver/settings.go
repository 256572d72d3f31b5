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

// settings are the settings of the rules in typed form. The zero value is not the
// default.
type settings struct {
	bodyFirst          bool   // auth.before-body=after: the body is checked before the credential
	negativeLimit      bool   // keys.negative-limit=accept
	zeroOffset         bool   // keys.expires-at-offset-zero=accept
	pastExpiry         bool   // keys.expires-at-past=accept
	unknownWorkspace   bool   // keys.unknown-workspace=accept
	localhostCallbacks bool   // codes.callback-url=localhost
	defaultMethod      string // codes.method-default: "plain" or "S256"
	methodAlone        bool   // codes.method-alone=accept
	anyChallenge       bool   // codes.challenge-form=accept
	emptyUpdate        bool   // update.nothing=accept
	absentMethod       bool   // exchange.method-absent=accept: the method defaults to the code's own
	unaskedVerifier    bool   // exchange.verifier-unasked=accept
	burnOnFailure      bool   // codes.burn-on-failure=burn
	echoState          bool   // consent.state=echo
}

func newSettings(rules map[string]string) settings {
	accepts := func(id string) bool { return rules[id] == apispec.Accept }
	return settings{
		bodyFirst:          rules["auth.before-body"] == "after",
		negativeLimit:      accepts("keys.negative-limit"),
		zeroOffset:         accepts("keys.expires-at-offset-zero"),
		pastExpiry:         accepts("keys.expires-at-past"),
		unknownWorkspace:   accepts("keys.unknown-workspace"),
		localhostCallbacks: rules["codes.callback-url"] == "localhost",
		defaultMethod:      rules["codes.method-default"],
		methodAlone:        accepts("codes.method-alone"),
		anyChallenge:       accepts("codes.challenge-form"),
		emptyUpdate:        accepts("update.nothing"),
		absentMethod:       accepts("exchange.method-absent"),
		unaskedVerifier:    accepts("exchange.verifier-unasked"),
		burnOnFailure:      rules["codes.burn-on-failure"] == "burn",
		echoState:          rules["consent.state"] == "echo",
	}
}
