package envelope

import (
	"encoding/json"
	"fmt"
	"math"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/mockgates/mockgates/contract"
)

// Bounds decide what one scenario may do on a live target. They remember the codes that
// it has made. Check, Beyond and NoteCode belong to one goroutine.
type Bounds struct {
	Base       string             // base URL, without a trailing slash
	Run        string             // id of the run, part of the names of its keys
	Limit      float64            // the largest limit of a key, in USD; +Inf for no bound
	Expiry     time.Duration      // the longest time until a key expires; negative for no bound
	Companions bool               // the target offers the companion operations
	Contract   *contract.Contract // has every operation

	codes map[string]bool // whose keys are bounded
}

// Check refuses a request that must not reach a live target: one that may create or
// change a key beyond the bounds. The error is a [*Refusal]. Check assumes that the
// target is too lenient, so that a call without a credential, or one that breaks the
// contract on purpose, may succeed.
func (b *Bounds) Check(r Request) error {
	if name := overridingHeader(r.Header); name != "" {
		return notSent("a call must be what its method and path say", "no header that overrides them", name)
	}
	operation, named := b.operationOf(r)
	switch {
	case !named && !isSafe(r.Method):
		return notSent("a call that may change something must be an operation of the specification",
			"the method and path of an operation", fmt.Sprintf("%s %q", r.Method, r.Path))
	case operation == "create-keys":
		return b.checkNewKey(r)
	case operation == "exchange-auth-code" && b.bounded() && !b.exchangesBoundedCode(r):
		return unboundedKey("a request that states the bounds of the key", "a code exchange, which states none")
	case operation == "update-keys":
		return b.checkUpdate(r)
	}
	return nil
}

// overridingHeaders replace the method or the path of a request on some servers.
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

// operationOf returns the id of the operation that the target may find in a call. It
// looks at the URL as it is sent, and as a server may normalise it: decoded, without
// empty segments and dots.
func (b *Bounds) operationOf(r Request) (id string, ok bool) {
	base, err := url.Parse(b.Base)
	if err != nil {
		return "", false
	}
	sent, err := url.Parse(b.Base + r.Path)
	if err != nil {
		return "", false
	}
	below, ok := strings.CutPrefix(path.Clean(sent.Path), path.Join("/", base.Path, "/"))
	if !ok {
		return "", false
	}
	op, ok := b.Contract.OperationOf(r.Method, path.Join("/", below))
	return op.ID, ok
}

// isSafe reports whether a method changes nothing (RFC 9110, section 9.2.1).
func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// exchangesBoundedCode reports whether the key of an exchange is bounded: either the
// session created the code with bounds, or the code contains the id of the run and so
// was never issued.
func (b *Bounds) exchangesBoundedCode(r Request) bool {
	body, _ := decodeObject(r.Body, false)
	code, _ := body["code"].(string)
	return b.codes[code] || strings.Contains(code, b.Run)
}

// NoteCode remembers the code of a response if it was created with bounds.
func (b *Bounds) NoteCode(r Request, status int, response []byte) {
	if status != http.StatusOK || !r.is(http.MethodPost, "/auth/keys/code") {
		return
	}
	sent, ok := decodeObject(r.Body, false)
	var got struct{ Data struct{ ID string } }
	if ok && json.Unmarshal(response, &got) == nil && !b.exceedsLimit(sent) && b.expiresInTime(sent) {
		if b.codes == nil {
			b.codes = map[string]bool{}
		}
		b.codes[got.Data.ID] = true
	}
}

// bounded reports whether anything bounds the keys that are created.
func (b *Bounds) bounded() bool { return Bounded(b.Limit, b.Expiry) }

// limitIsBounded reports whether anything bounds what a key can spend.
func (b *Bounds) limitIsBounded() bool { return LimitIsBounded(b.Limit) }

// Bounded reports whether a limit or an expiry, as in Bounds, bounds keys.
func Bounded(limit float64, expiry time.Duration) bool { return LimitIsBounded(limit) || expiry >= 0 }

// LimitIsBounded reports whether a limit, as in Bounds, bounds what a key can spend.
func LimitIsBounded(limit float64) bool { return !math.IsInf(limit, 1) }

// exceedsLimit reports whether a key with the limit of this body could spend
// more than the bounds allow. A negative limit counts as no limit, because its effect
// is not known.
func (b *Bounds) exceedsLimit(body map[string]any) bool {
	limit, ok := body["limit"].(float64)
	return b.limitIsBounded() && (!ok || limit < 0 || limit > b.Limit)
}

// checkNewKey refuses a request for a key that does not bound it. A request that breaks
// the contract on purpose must bound the key too, because a target that departs from the
// contract may create one. Its name may be missing, or not be a string.
func (b *Bounds) checkNewKey(r Request) error {
	if r.Invalid && !b.bounded() {
		return nil
	}
	body, err := b.bodyOf(r)
	if err != nil {
		return err
	}
	name, isText := body["name"].(string)
	switch {
	case !strings.Contains(name, b.Run) && (isText && name != "" || !isText && !r.Invalid):
		return unboundedKey("a name that contains $RUN, so that the key can be found", "a name without it")
	case b.exceedsLimit(body):
		return unboundedKey(fmt.Sprintf("a limit of 0 to %v USD", b.Limit), "another limit, or none")
	case !b.expiresInTime(body):
		return unboundedKey(fmt.Sprintf("expires_at at most %v from now, such as $SOON", b.Expiry), "a later time, or none")
	}
	return nil
}

// bodyOf returns the body of a call that creates or changes a key. It refuses one
// that a target could read in more than one way.
func (b *Bounds) bodyOf(r Request) (map[string]any, error) {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if values, set := r.Header["Content-Type"]; set && (len(values) != 1 || media != "application/json") {
		return nil, unboundedKey("a body that is declared as application/json", fmt.Sprintf("Content-Type %q", strings.Join(values, ", ")))
	}
	if len(r.Header["Content-Encoding"]) > 0 {
		return nil, unboundedKey("a body that is not encoded", "a header Content-Encoding")
	}
	if r.Query != "" {
		return nil, unboundedKey("no query", fmt.Sprintf("?%s", r.Query))
	}
	body, ok := decodeObject(r.Body, r.Invalid)
	if !ok {
		return nil, unboundedKey("a JSON object with name, limit and expires_at, each once", "another body")
	}
	for member := range body {
		for _, known := range []string{"name", "limit", "expires_at"} {
			if member != known && strings.EqualFold(member, known) {
				return nil, unboundedKey("the member "+known+" in lower case", fmt.Sprintf("%q, which some servers accept instead", member))
			}
		}
	}
	return body, nil
}

// expiresInTime reports whether a key with the expiry of this body would expire
// within the bounds.
func (b *Bounds) expiresInTime(body map[string]any) bool {
	if b.Expiry < 0 {
		return true
	}
	expiry, _ := body["expires_at"].(string)
	at, err := time.Parse(time.RFC3339, expiry)
	return err == nil && !at.After(time.Now().Add(b.Expiry))
}

// checkUpdate refuses an update that lifts a bound of a key.
func (b *Bounds) checkUpdate(r Request) error {
	if !b.bounded() {
		return nil
	}
	body, err := b.bodyOf(r)
	if err != nil {
		return err
	}
	_, changesLimit := body["limit"]
	_, changesExpiry := body["expires_at"]
	switch {
	case changesLimit && b.exceedsLimit(body):
		return unboundedKey(fmt.Sprintf("no limit, or one of 0 to %v USD", b.Limit), "another limit")
	case changesExpiry && !b.expiresInTime(body):
		return unboundedKey(fmt.Sprintf("no expires_at, or one at most %v from now", b.Expiry), "a later time")
	}
	return nil
}
