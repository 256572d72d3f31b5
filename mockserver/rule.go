package mockserver

import (
	"fmt"
	"slices"
	"strings"
)

// A Rule is one behaviour that the fake enforces.
type Rule struct {
	ID      string   `json:"id"`                // "keys.expires-at-utc"
	Source  string   `json:"source"`            // "doc", "family", "seen" or "choice"
	Text    string   `json:"text"`              // what it says, in one sentence
	Choices []string `json:"choices,omitempty"` // settings of an open question, the default first; nil if settled

	Setting   string   `json:"setting,omitempty"`   // the choice in force
	Scenarios []string `json:"scenarios,omitempty"` // the scenarios that hold it; filled from Config.Scenarios
}

// accept and refuseIt are the two settings that most open questions have.
const (
	accept   = "accept"
	refuseIt = "refuse"
)

// rules is every rule, in the order of the table that /_mockgates/rules shows:
// by subject, and in a subject as a request meets them.
var rules = slices.Concat(routeRules, authRules, bodyRules, keyRules, codeRules, limitRules, companionRules)

var routeRules = []Rule{
	{ID: "route.unknown", Source: "family", Text: "A path that the API does not have answers 404 in the error envelope, with the nearest path in its metadata."},
	{ID: "route.method", Source: "family", Text: "A method that a path does not have answers 405 with Allow."},
	{ID: "route.preflight", Source: "family", Text: "OPTIONS answers 204 and allows any origin."},
}

var authRules = []Rule{
	{ID: "auth.missing", Source: "doc", Text: "A request without a credential answers 401."},
	{ID: "auth.malformed", Source: "doc", Text: "A credential that is not Bearer, spaces and a token answers 401."},
	{ID: "auth.unknown", Source: "doc", Text: "A token that opens no account answers 401."},
	{ID: "auth.real-key", Source: "choice", Text: "A token that has the shape of a real key answers 401, and the log says so without the token."},
	{ID: "auth.disabled", Source: "family", Text: "A disabled key answers 401."},
	{ID: "auth.expired", Source: "family", Text: "An expired key answers 401."},
	{ID: "auth.deleted", Source: "family", Text: "A deleted key answers 401."},
	{ID: "auth.management", Source: "doc", Text: "A valid key that is no management key answers 403 where one is required."},
	{ID: "auth.before-body", Source: "choice", Text: "The credential is judged before the body.", Choices: []string{"before", "after"}},
}

var bodyRules = []Rule{
	{ID: "body.media-type", Source: "doc", Text: "A body is application/json; anything else answers 400."},
	{ID: "body.size", Source: "choice", Text: "A body has at most 1 MiB."},
	{ID: "body.empty", Source: "doc", Text: "An operation with a request body needs one."},
	{ID: "body.json", Source: "doc", Text: "A body is one JSON value in UTF-8 and nothing after it, with objects and arrays at most 1000 deep."},
	{ID: "body.duplicate", Source: "choice", Text: "A member that comes twice answers 400."},
	{ID: "body.object", Source: "doc", Text: "A body is a JSON object."},
	{ID: "body.required", Source: "doc", Text: "A required property must be there."},
	{ID: "body.type", Source: "doc", Text: "A property has the documented type; null only where it is documented."},
	{ID: "body.enum", Source: "doc", Text: "A property with an enumeration takes its values and no others."},
	{ID: "body.format", Source: "doc", Text: "A property with a format (date-time, uuid, uri) has it."},
	{ID: "body.undeclared", Source: "family", Text: "A property the schema does not name is accepted, ignored, and noted as a client finding."},
}

var keyRules = []Rule{
	{ID: "keys.created", Source: "doc", Text: "A new key answers 201 with its secret beside the data, never inside it and never again."},
	{ID: "keys.name-empty", Source: "family", Text: "An empty name is refused."},
	{ID: "keys.creator-empty", Source: "family", Text: "An empty creator_user_id is refused."},
	{ID: "keys.negative-limit", Source: "choice", Text: "A negative limit is refused.", Choices: []string{refuseIt, accept}},
	{ID: "keys.expires-at-utc", Source: "doc", Text: "expires_at must be UTC; other timezones are refused."},
	{ID: "keys.expires-at-offset-zero", Source: "choice", Text: "expires_at with the offset +00:00 is UTC.", Choices: []string{accept, refuseIt}},
	{ID: "keys.expires-at-past", Source: "choice", Text: "expires_at in the past is refused.", Choices: []string{refuseIt, accept}},
	{ID: "keys.unknown-workspace", Source: "choice", Text: "A workspace_id that nobody has seen is accepted.", Choices: []string{accept, refuseIt}},
}

var codeRules = []Rule{
	{ID: "codes.created", Source: "doc", Text: "A new authorization code answers 200 with its id and the number of the app, which is the number of the callback's origin."},
	{ID: "codes.callback-url", Source: "doc", Text: "callback_url is an absolute https URL on port 443 or 3000.", Choices: []string{"https", "localhost"}},
	{ID: "codes.method-default", Source: "choice", Text: "A challenge without a method is plain (RFC 7636, section 4.3).", Choices: []string{"plain", "S256"}},
	{ID: "codes.method-alone", Source: "choice", Text: "A method without a challenge is refused.", Choices: []string{refuseIt, accept}},
	{ID: "codes.challenge-form", Source: "choice", Text: "An S256 challenge is 43 characters of base64url (RFC 7636).", Choices: []string{refuseIt, accept}},
	{ID: "codes.label-length", Source: "family", Text: "key_label has at most 100 characters."},
	{ID: "codes.conflict", Source: "seen", Text: "A code for a new app answers 409 while another request is creating the record of that app."},
}

var limitRules = []Rule{
	{ID: "limits.rate", Source: "family", Text: "A caller over its rate limit answers 429 with Retry-After and X-RateLimit headers."},
	{ID: "fault.injected", Source: "choice", Text: "A fault that was ordered decided the answer, not the API."},
	{ID: "server.error", Source: "doc", Text: "Anything the API could not do answers 500."},
}

// choices are the settings of the open questions, complete and valid.
type choices map[string]string

// newChoices returns the defaults with set applied. It refuses a rule that
// does not exist or is settled, and a setting that the rule does not have.
func newChoices(set map[string]string) (choices, error) {
	out := choices{}
	var open []string
	for _, r := range rules {
		if r.Choices != nil {
			out[r.ID] = r.Choices[0]
			open = append(open, r.ID)
		}
	}
	for id, v := range set {
		i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == id })
		switch {
		case i < 0:
			return nil, fmt.Errorf("choice %q: no such rule%s", id, didYouMean(id, open))
		case rules[i].Choices == nil:
			return nil, fmt.Errorf("choice %q: the rule is settled (source: %s) and has no switch%s", id, rules[i].Source, didYouMean(id, open))
		case !slices.Contains(rules[i].Choices, v):
			return nil, fmt.Errorf("choice %s=%q: want one of %s", id, v, strings.Join(rules[i].Choices, ", "))
		}
		out[id] = v
	}
	return out, nil
}
