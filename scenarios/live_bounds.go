package scenarios

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"
)

// checkKeyBounds refuses a call that must not reach a live target: one that
// creates or changes a key beyond the bounds that the options set.
func (s *session) checkKeyBounds(c call) error {
	if s.fake != nil {
		return nil
	}
	exchangesCode := c.is(http.MethodPost, "/auth/keys") // needs no credential
	if c.token == "" && c.expectations.header.Get("Authorization") == "" && !exchangesCode {
		return nil // without a credential it creates nothing
	}
	switch {
	case c.is(http.MethodPost, "/keys"):
		return s.checkNewKey(c)
	case exchangesCode && (s.limitIsBounded() || s.LiveExpiry >= 0):
		return unboundedKey("a request that states the bounds of the key", "a code exchange, which states none")
	case c.method == http.MethodPatch && strings.HasPrefix(c.path, "/keys/"):
		return s.checkUpdate(c)
	}
	return nil
}

// is reports whether the call has this method and path.
func (c call) is(method, path string) bool {
	return c.method == method && strings.TrimSuffix(c.path, "/") == path
}

// limitIsBounded reports whether the options bound what a key can spend.
func (s *session) limitIsBounded() bool { return !math.IsInf(*s.LiveLimit, 1) }

// exceedsLimit reports whether a key with the limit of this body could spend
// more than the options allow.
func (s *session) exceedsLimit(body map[string]any) bool {
	limit, ok := body["limit"].(float64)
	return s.limitIsBounded() && (!ok || limit > *s.LiveLimit)
}

// checkNewKey refuses a request for a key that the request itself does not
// bound.
func (s *session) checkNewKey(c call) error {
	body, ok := decodeObject(c.body)
	if !ok {
		return unboundedKey("a JSON object with name, limit and expires_at, each once", "another body")
	}
	if name, _ := body["name"].(string); !strings.Contains(name, s.run) {
		return unboundedKey("a name that contains $RUN, so that the key can be found", "a name without it")
	}
	if s.exceedsLimit(body) {
		return unboundedKey(fmt.Sprintf("a limit of at most %v USD", *s.LiveLimit), "a higher limit, or none")
	}
	if s.LiveExpiry < 0 {
		return nil
	}
	latest := time.Now().Add(s.LiveExpiry)
	expiry, _ := body["expires_at"].(string)
	if at, err := time.Parse(time.RFC3339, expiry); err == nil && !at.After(latest) {
		return nil
	}
	return unboundedKey(fmt.Sprintf("expires_at at most %v from now, such as $SOON", s.LiveExpiry), "a later time, or none")
}

// checkUpdate refuses an update that raises the limit of a key beyond the
// bounds.
func (s *session) checkUpdate(c call) error {
	body, ok := decodeObject(c.body)
	_, changesLimit := body["limit"]
	if !ok || changesLimit && s.exceedsLimit(body) {
		return unboundedKey(fmt.Sprintf("no limit, or one of at most %v USD", *s.LiveLimit), "a higher limit, or a body that is not a JSON object")
	}
	return nil
}

// decodeObject decodes a JSON object whose members occur once each. Of a member
// that occurs twice nobody knows which one the target takes.
func decodeObject(data []byte) (map[string]any, bool) {
	d := json.NewDecoder(bytes.NewReader(data))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, false
	}
	out := map[string]any{}
	for d.More() {
		token, err := d.Token()
		name, isName := token.(string)
		if err != nil || !isName {
			return nil, false
		}
		var value any
		if _, twice := out[name]; twice || d.Decode(&value) != nil {
			return nil, false
		}
		out[name] = value
	}
	return out, true
}

// unboundedKey returns the failure of a scenario that would create a key
// without bounds.
func unboundedKey(want, got string) error {
	return &fatalError{Failure{Text: "not sent: on a live target a call that creates or changes a key must bound it", Want: want, Got: got}}
}
