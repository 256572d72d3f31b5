package scenarios

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/mockgates/mockgates/contract"
)

// withRun returns a case for a live target whose name carries the id of the run
// if it can: a name of one character cannot, and one that is a placeholder does.
func (p *casePlayer) withRun(m contract.MatrixCase) contract.MatrixCase {
	var body struct{ Name string }
	if p.fake != nil || p.generation.operation != "create-keys" || json.Unmarshal(m.Body, &body) != nil {
		return m
	}
	name := body.Name
	length := utf8.RuneCountInString(name)
	const placeholder = "${" + contract.PlaceholderRun + "}"
	switch {
	case length < 2 || strings.Contains(name, "${"):
		return m
	case length > 2*len(p.run): // its length may be what the case is about
		name = string([]rune(name)[:length-len(p.run)]) + placeholder
	default:
		name += placeholder
	}
	old, _ := json.Marshal(body.Name)
	now, _ := json.Marshal(name)
	m.Body = bytes.Replace(m.Body, old, now, 1)
	return m
}

// beyondBounds says why a call may not be sent to a live target, and what would
// let it through. It is "" if it may.
func (p *casePlayer) beyondBounds(c call) string {
	if p.fake != nil || p.isBounded(c, false, false) {
		return ""
	}
	switch {
	case p.isBounded(c, true, false):
		return "they make keys with a higher limit, or none; --live-limit none sends them"
	case p.isBounded(c, false, true):
		return "they make keys that live longer, or do not expire; --live-expiry none sends them"
	case p.isBounded(c, true, true):
		return "they make keys without bounds; --live-limit none --live-expiry none sends them"
	}
	return "they make keys that nobody could find again"
}

// isBounded reports whether a call is within the bounds of a live target, or
// would be if one of them were lifted. A key whose name does not carry the id of
// the run is found again by its hash, where it can be deleted.
func (p *casePlayer) isBounded(c call, noLimit, noExpiry bool) bool {
	lifted := *p.target
	if noLimit {
		unlimited := math.Inf(1)
		lifted.LiveLimit = &unlimited
	}
	if noExpiry {
		lifted.LiveExpiry = -1
	}
	s := *p.session
	s.target = &lifted
	if s.checkKeyBounds(c) == nil {
		return true
	}
	if c.is("POST", "/auth/keys") {
		return s.exchangesNothingElse(c)
	}
	free := !s.limitIsBounded() && s.LiveExpiry < 0
	if !p.companions() && !free || !c.is("POST", "/keys") {
		return false
	}
	var body map[string]json.RawMessage
	if json.Unmarshal(c.body, &body) != nil || body["name"] == nil || body["name"][0] != '"' {
		return false
	}
	named := bytes.Replace(c.body, body["name"], []byte(`"`+p.run+`"`), 1)
	c.body = named
	return s.checkKeyBounds(c) == nil
}

// exchangesNothingElse reports whether an exchange can give no key but a bounded
// one: its body has a code that was made with bounds, or has none.
func (s *session) exchangesNothingElse(c call) bool {
	for code := range s.boundedCodes {
		if bytes.Contains(c.body, []byte(code)) {
			return true
		}
	}
	body, _ := decodeObject(c.body, false)
	code, _ := body["code"].(string)
	return code == ""
}
