package contract

import (
	"net/url"
	"slices"
	"time"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/internal/strictjson"
)

// openQuestion returns the first thing in the request about which the documents
// do not say whether it is accepted.
func (j *judge) openQuestion() (Verdict, bool) {
	open := func(rule, where, reason string) (Verdict, bool) {
		return Verdict{Source: finding.SourceChoice, Rule: rule, Where: where, Reason: reason}, true
	}
	for _, f := range j.findings {
		if f.Kind != finding.KindCredential {
			return open("", f.Where, "no document says how this is answered: "+f.Kind)
		}
	}
	if where := unusualText(j.body, ""); where != "" {
		return open("", where, "no document limits strings")
	}
	if rule, where := j.openAmount(); where != "" {
		return open(rule, where, "no document limits the amount")
	}
	if rule, where := j.openTime(); where != "" {
		return open(rule, where, "no document says which times are accepted")
	}
	switch j.ID {
	case "create-keys":
		switch {
		case j.sent("workspace_id") != nil:
			return open("keys.unknown-workspace", "/workspace_id", "the caller may not have this workspace")
		case j.sent("creator_user_id") != nil:
			return open("", "/creator_user_id", "no document says which users are accepted")
		}
	case "create-auth-keys-code":
		if rule, where := j.openCode(); where != "" {
			return open(rule, where, "no document says which combinations are accepted")
		}
	case "update-keys":
		if j.body != nil && len(j.body.Members()) == 0 {
			return open("", "body", "no document says whether an update may be empty")
		}
	case "exchange-auth-code":
		return open("", "/code", "the code may be unknown, used or expired")
	}
	return Verdict{}, false
}

// maxUsualText is the length, in characters, up to which a string must be accepted.
const maxUsualText = 100

// unusualText returns the place of a string in v that a target may refuse although
// no document limits it: an empty one, a long one, or one with control characters or
// half of a surrogate pair.
func unusualText(v *jsonbody.Value, pointer string) string {
	if v == nil {
		return ""
	}
	if v.Type() == strictjson.TypeString {
		text := v.Text()
		if text == "" || len([]rune(text)) > maxUsualText && pointer != "/callback_url" && pointer != "/code_challenge" ||
			v.LoneSurrogate() || slices.ContainsFunc([]rune(text), func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return pointer
		}
	}
	members := v.Members()
	for i := range members {
		if where := unusualText(&members[i].Value, pointer+"/"+strictjson.EscapePointer(members[i].Name)); where != "" {
			return where
		}
	}
	return ""
}

// openAmount returns the rule and the place of a limit that a target may refuse.
func (j *judge) openAmount() (rule, where string) {
	v := j.sent("limit")
	if v == nil || v.Type() != strictjson.TypeNumber {
		return "", ""
	}
	f, ok := v.Number().Float64()
	switch {
	case !ok || f > 1e6 || f != 0 && f > 0 && f < 1e-2 || v.Raw()[0] == '-' && f == 0:
		return "", "/limit"
	case f < 0:
		return "keys.negative-limit", "/limit"
	}
	return "", ""
}

// openTime returns the rule and the place of an expiry that a target may refuse.
func (j *judge) openTime() (rule, where string) {
	text, ok := j.text("expires_at")
	if !ok {
		return "", ""
	}
	t, err := time.Parse(time.RFC3339, text)
	switch {
	case err != nil:
		return "", "/expires_at" // valid, such as with a leap second
	case text[len(text)-1] != 'Z':
		return "keys.expires-at-offset-zero", "/expires_at"
	case t.Before(j.now.Add(time.Minute)):
		return "keys.expires-at-past", "/expires_at"
	case t.After(j.now.AddDate(100, 0, 0)):
		return "", "/expires_at"
	}
	return "", ""
}

// openCode returns the rule and the place of a combination that a target may
// refuse.
func (j *judge) openCode() (rule, where string) {
	if j.isUnusualCallback() {
		return "codes.callback-url", "/callback_url"
	}
	challenge, hasChallenge := j.text("code_challenge")
	method, hasMethod := j.text("code_challenge_method")
	switch {
	case hasChallenge && !hasMethod:
		return "codes.method-default", "/code_challenge"
	case hasMethod && !hasChallenge:
		return "codes.method-alone", "/code_challenge_method"
	case hasChallenge && !isChallenge(challenge, method):
		return "codes.challenge-form", "/code_challenge"
	}
	return "", ""
}

// maxUsualCallback is the length, in bytes, up to which a callback must be accepted.
const maxUsualCallback = 2000

// isUnusualCallback reports whether the callback is one that a target may refuse.
func (j *judge) isUnusualCallback() bool {
	text, ok := j.text("callback_url")
	if !ok {
		return false
	}
	u, err := url.Parse(text)
	return err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || isLocal(u.Hostname()) || len(text) > maxUsualCallback
}

// isChallenge reports whether text has the form of a code challenge (RFC 7636,
// section 4.2). With S256 it is a SHA-256 hash in base64, which has 43 characters.
func isChallenge(text, method string) bool {
	if method == "S256" && len(text) != 43 {
		return false
	}
	return len(text) >= 43 && len(text) <= 128 && isUnreserved(text)
}

// isUnreserved reports whether text has only characters of a code verifier
// (RFC 7636, section 4.1).
func isUnreserved(text string) bool {
	for _, c := range []byte(text) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' && c != '~' {
			return false
		}
	}
	return true
}
