package scenarios

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/mockgates/mockgates/scenarios/report"
)

// checkKeyBounds refuses a call that must not reach a live target: one that may
// create or change a key beyond the bounds that the options set. It supposes a
// target that takes more than it should: that lets a call without a credential,
// or one that breaks the contract on purpose, succeed.
func (s *session) checkKeyBounds(c call) error {
	if s.fake != nil {
		return nil
	}
	if name := overridingHeader(c.expectations.header); name != "" {
		return notSent("a call must be what its method and path say", "no header that overrides them", name)
	}
	operation, named := s.operationOf(c)
	switch {
	case !named && !isSafe(c.method):
		return notSent("a call that may change something must be an operation of the specification",
			"the method and path of an operation", fmt.Sprintf("%s %q", c.method, c.path))
	case operation == "create-keys":
		return s.checkNewKey(c)
	case operation == "exchange-auth-code" && s.bounded() && !s.exchangesBoundedCode(c):
		return unboundedKey("a request that states the bounds of the key", "a code exchange, which states none")
	case operation == "update-keys":
		return s.checkUpdate(c)
	}
	return nil
}

// overridingHeaders make some servers take a request for one with another method
// or path.
var overridingHeaders = []string{
	"X-Http-Method-Override", "X-Http-Method", "X-Method-Override", "X-Original-Url", "X-Rewrite-Url", "X-Forwarded-Prefix",
}

// overridingHeader returns the first of the overriding headers that is set, "" for none.
func overridingHeader(h http.Header) string {
	for _, name := range overridingHeaders {
		if len(h[name]) > 0 {
			return name
		}
	}
	return ""
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

// bounded reports whether the options bound the keys that are created.
func (t *target) bounded() bool { return t.limitIsBounded() || t.LiveExpiry >= 0 }

// limitIsBounded reports whether the options bound what a key can spend.
func (t *target) limitIsBounded() bool { return !math.IsInf(*t.LiveLimit, 1) }

// exceedsLimit reports whether a key with the limit of this body could spend
// more than the options allow. What a target makes of a negative limit is not
// known.
func (s *session) exceedsLimit(body map[string]any) bool {
	limit, ok := body["limit"].(float64)
	return s.limitIsBounded() && (!ok || limit < 0 || limit > *s.LiveLimit)
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
// bound. A request that breaks the contract on purpose must bound the key too: it
// creates one if the target departs from the contract. It may leave out the name,
// or have one that is no text.
func (s *session) checkNewKey(c call) error {
	if c.invalid && !s.bounded() {
		return nil
	}
	body, err := s.bodyOf(c)
	if err != nil {
		return err
	}
	name, isText := body["name"].(string)
	switch {
	case !strings.Contains(name, s.run) && (isText && name != "" || !isText && !c.invalid):
		return unboundedKey("a name that contains $RUN, so that the key can be found", "a name without it")
	case s.exceedsLimit(body):
		return unboundedKey(fmt.Sprintf("a limit of 0 to %v USD", *s.LiveLimit), "another limit, or none")
	case !s.expiresInTime(body):
		return unboundedKey(fmt.Sprintf("expires_at at most %v from now, such as $SOON", s.LiveExpiry), "a later time, or none")
	}
	return nil
}

// bodyOf returns the body of a call that creates or changes a key. It refuses one
// that a target could read in more than one way.
func (s *session) bodyOf(c call) (map[string]any, error) {
	media, _, _ := mime.ParseMediaType(c.expectations.header.Get("Content-Type"))
	if values, set := c.expectations.header["Content-Type"]; set && (len(values) != 1 || media != "application/json") {
		return nil, unboundedKey("a body that is declared as application/json", fmt.Sprintf("Content-Type %q", strings.Join(values, ", ")))
	}
	if len(c.expectations.header["Content-Encoding"]) > 0 {
		return nil, unboundedKey("a body that is not encoded", "a header Content-Encoding")
	}
	if c.query != "" {
		return nil, unboundedKey("no query", fmt.Sprintf("?%s", c.query))
	}
	body, ok := decodeObject(c.body, c.invalid)
	if !ok {
		return nil, unboundedKey("a JSON object with name, limit and expires_at, each once", "another body")
	}
	for member := range body {
		for _, known := range []string{"name", "limit", "expires_at"} {
			if member != known && strings.EqualFold(member, known) {
				return nil, unboundedKey("the member "+known+" in lower case", fmt.Sprintf("%q, which some servers take for it", member))
			}
		}
	}
	return body, nil
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

// checkUpdate refuses an update that lifts a bound of a key.
func (s *session) checkUpdate(c call) error {
	if !s.bounded() {
		return nil
	}
	body, err := s.bodyOf(c)
	if err != nil {
		return err
	}
	_, changesLimit := body["limit"]
	_, changesExpiry := body["expires_at"]
	switch {
	case changesLimit && s.exceedsLimit(body):
		return unboundedKey(fmt.Sprintf("no limit, or one of 0 to %v USD", *s.LiveLimit), "another limit")
	case changesExpiry && !s.expiresInTime(body):
		return unboundedKey(fmt.Sprintf("no expires_at, or one at most %v from now", s.LiveExpiry), "a later time")
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
	if end, err := d.Token(); err != nil || end != json.Delim('}') {
		return nil, false
	}
	_, err := d.Token()
	return out, errors.Is(err, io.EOF) // nothing follows the object
}

// unboundedKey returns the failure of a scenario that would create a key
// without bounds.
func unboundedKey(want, got string) error {
	return notSent("a call that creates or changes a key must bound it", want, got)
}

// notSent returns the failure of a scenario whose call must not reach a live
// target.
func notSent(text, want, got string) error {
	return &fatalError{report.Failure{Text: "not sent: on a live target " + text, Want: want, Got: got}}
}
