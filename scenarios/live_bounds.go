package scenarios

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/mockgates/mockgates/scenarios/report"
)

// checkKeyBounds refuses a call that must not reach a live target: one that
// creates or changes a key beyond the bounds that the options set.
func (s *session) checkKeyBounds(c call) error {
	if s.fake != nil {
		return nil
	}
	operation, named := s.operationOf(c)
	exchangesCode := operation == "exchange-auth-code" // needs no credential
	if c.token == "" && c.expectations.header.Get("Authorization") == "" && !exchangesCode {
		return nil // without a credential it creates nothing
	}
	switch {
	case !named && !isSafe(c.method):
		return &fatalError{report.Failure{
			Text: "not sent: on a live target a call that may change something must be an operation of the specification",
			Want: "the method and path of an operation", Got: fmt.Sprintf("%s %q", c.method, c.path),
		}}
	case operation == "create-keys":
		return s.checkNewKey(c)
	case exchangesCode && (s.limitIsBounded() || s.LiveExpiry >= 0) && !s.exchangesBoundedCode(c):
		return unboundedKey("a request that states the bounds of the key", "a code exchange, which states none")
	case operation == "update-keys":
		return s.checkUpdate(c)
	}
	return nil
}

// operationOf returns the id of the operation that the target may take the call
// for. It looks at the URL as it is sent, and at what a server may make of it:
// decoded, without empty segments and dots.
func (s *session) operationOf(c call) (id string, ok bool) {
	base, err := url.Parse(s.base)
	if err != nil {
		return "", false
	}
	sent, err := url.Parse(s.base + c.path)
	if err != nil {
		return "", false
	}
	below, ok := strings.CutPrefix(path.Clean(sent.Path), path.Join("/", base.Path, "/"))
	if !ok {
		return "", false
	}
	all, err := validatorAll()
	if err != nil {
		return "", false
	}
	op, ok := all.OperationOf(c.method, path.Join("/", below))
	return op.ID, ok
}

// isSafe reports whether a method changes nothing (RFC 9110, section 9.2.1).
func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// exchangesBoundedCode reports whether the key of an exchange is bounded: by the
// request of the session that created the code, or because the code holds the id
// of the run and so was never issued.
func (s *session) exchangesBoundedCode(c call) bool {
	body, _ := decodeObject(c.body, false)
	code, _ := body["code"].(string)
	return s.boundedCodes[code] || strings.Contains(code, s.run)
}

// noteCode remembers a code that was created with bounds.
func (s *session) noteCode(done *completedCall) {
	if s.fake != nil || done.Status != http.StatusOK || !done.is(http.MethodPost, "/auth/keys/code") {
		return
	}
	sent, ok := decodeObject(done.RequestBody, false)
	var got struct{ Data struct{ ID string } }
	if ok && json.Unmarshal(done.ResponseBody, &got) == nil && !s.exceedsLimit(sent) && s.expiresInTime(sent) {
		s.boundedCodes[got.Data.ID] = true
	}
}

// is reports whether the call has this method and path.
func (c call) is(method, path string) bool {
	return c.method == method && strings.TrimSuffix(c.path, "/") == path
}

// limitIsBounded reports whether the options bound what a key can spend.
func (t *target) limitIsBounded() bool { return !math.IsInf(*t.LiveLimit, 1) }

// exceedsLimit reports whether a key with the limit of this body could spend
// more than the options allow.
func (s *session) exceedsLimit(body map[string]any) bool {
	limit, ok := body["limit"].(float64)
	return s.limitIsBounded() && (!ok || limit > *s.LiveLimit)
}

// keyLimit returns the limit of the keys that scenarios create, in USD: as much
// as the options allow, and at most 10.
func (t *target) keyLimit() float64 {
	switch {
	case !t.live():
		return 10
	case t.LiveLimit == nil:
		return 0
	}
	return min(10, *t.LiveLimit)
}

// checkNewKey refuses a request for a key that the request itself does not
// bound. A request that breaks the contract on purpose creates no key, unless
// the target departs from the contract, so it may leave out the one bound that
// it breaks.
func (s *session) checkNewKey(c call) error {
	body, ok := decodeObject(c.body, c.invalid)
	switch {
	case !ok && c.invalid:
		return nil
	case !ok:
		return unboundedKey("a JSON object with name, limit and expires_at, each once", "another body")
	}
	name, isText := body["name"].(string)
	if !strings.Contains(name, s.run) && (isText && name != "" || !isText && !c.invalid) {
		return unboundedKey("a name that contains $RUN, so that the key can be found", "a name without it")
	}
	limited, expires := !s.exceedsLimit(body), s.expiresInTime(body)
	switch {
	case c.invalid && (limited || expires):
		return nil
	case !limited:
		return unboundedKey(fmt.Sprintf("a limit of at most %v USD", *s.LiveLimit), "a higher limit, or none")
	case !expires:
		return unboundedKey(fmt.Sprintf("expires_at at most %v from now, such as $SOON", s.LiveExpiry), "a later time, or none")
	}
	return nil
}

// expiresInTime reports whether a key with the expiry of this body would expire
// as soon as the options ask for.
func (s *session) expiresInTime(body map[string]any) bool {
	if s.LiveExpiry < 0 {
		return true
	}
	expiry, _ := body["expires_at"].(string)
	at, err := time.Parse(time.RFC3339, expiry)
	return err == nil && !at.After(time.Now().Add(s.LiveExpiry))
}

// checkUpdate refuses an update that raises the limit of a key beyond the
// bounds.
func (s *session) checkUpdate(c call) error {
	if c.invalid {
		return nil
	}
	body, ok := decodeObject(c.body, false)
	_, changesLimit := body["limit"]
	if !ok || changesLimit && s.exceedsLimit(body) {
		return unboundedKey(fmt.Sprintf("no limit, or one of at most %v USD", *s.LiveLimit), "a higher limit, or a body that is not a JSON object")
	}
	return nil
}

// decodeObject decodes a JSON object whose members occur once each. Of a member
// that occurs twice nobody knows which one the target takes, so only name may,
// and only with twice.
func decodeObject(data []byte, twice bool) (map[string]any, bool) {
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
		_, again := out[name]
		if again && !(twice && name == "name") || d.Decode(&value) != nil {
			return nil, false
		}
		out[name] = value
	}
	return out, true
}

// unboundedKey returns the failure of a scenario that would create a key
// without bounds.
func unboundedKey(want, got string) error {
	return &fatalError{report.Failure{Text: "not sent: on a live target a call that creates or changes a key must bound it", Want: want, Got: got}}
}
