package envelope

import (
	"bytes"
	"encoding/json"
	"math"
)

// Beyond returns why a generated request may not be sent to a live target and which flag
// would allow it, and "" if it may be sent.
func (b *Bounds) Beyond(r Request) string {
	if b.isBounded(r, false, false) {
		return ""
	}
	switch {
	case b.isBounded(r, true, false):
		return "they make keys with a higher limit, or none; --live-limit none sends them"
	case b.isBounded(r, false, true):
		return "they make keys that live longer, or do not expire; --live-expiry none sends them"
	case b.isBounded(r, true, true):
		return "they make keys without bounds; --live-limit none --live-expiry none sends them"
	}
	return "they make keys that nobody could find again"
}

// isBounded reports whether a request is within the bounds of a live target, or
// would be if one of them were lifted. A key whose name does not contain the id of the
// run can be found by its hash, on a target where keys can be deleted.
func (b *Bounds) isBounded(r Request, noLimit, noExpiry bool) bool {
	lifted := *b
	if noLimit {
		lifted.Limit = math.Inf(1)
	}
	if noExpiry {
		lifted.Expiry = -1
	}
	if lifted.Check(r) == nil {
		return true
	}
	if r.is("POST", "/auth/keys") {
		return b.exchangesNothingElse(r)
	}
	free := !lifted.bounded()
	if !b.Companions && !free || !r.is("POST", "/keys") {
		return false
	}
	var body map[string]json.RawMessage
	if json.Unmarshal(r.Body, &body) != nil || body["name"] == nil || body["name"][0] != '"' {
		return false
	}
	r.Body = bytes.Replace(r.Body, body["name"], []byte(`"`+b.Run+`"`), 1)
	return lifted.Check(r) == nil
}

// exchangesNothingElse reports whether an exchange can give only a bounded key: its body
// has no code, or one that was made with bounds.
func (b *Bounds) exchangesNothingElse(r Request) bool {
	for code := range b.codes {
		if bytes.Contains(r.Body, []byte(code)) {
			return true
		}
	}
	body, _ := decodeObject(r.Body, false)
	code, _ := body["code"].(string)
	return code == ""
}
