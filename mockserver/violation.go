package mockserver

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/form"
)

// Kinds of violations.
const (
	ViolationEarlyRetry        = "early-retry"         // sent before Retry-After had passed
	ViolationUndeclared        = "undeclared-property" // a property that the request schema does not name
	ViolationContentType       = "content-type"        // a body that is not sent as application/json
	ViolationMissingCredential = "missing-credential"  // no bearer token where one is required
	ViolationSecretInURL       = "secret-in-url"       // a secret in the path or the query
	ViolationBasePath          = "base-path"           // a base path other than /api/v1
)

var violationKinds = []string{
	ViolationEarlyRetry, ViolationUndeclared, ViolationContentType, ViolationMissingCredential, ViolationSecretInURL, ViolationBasePath,
}

// maxViolations is how many violations a world keeps.
const maxViolations = 1000

// A Violation is one way in which a request broke the rules of the API, even if
// the response was a success.
type Violation struct {
	Kind      string `json:"kind"`                // one of the constants above
	Message   string `json:"message"`             // what was sent and what was wanted, redacted
	Operation string `json:"operation,omitempty"` // operationId; "" if the API has no such operation
	Request   int64  `json:"request"`             // ID of the journal entry
	Pointer   string `json:"pointer,omitempty"`   // JSON pointer into the request body; "" if it is not about the body
}

// retryWaits are the waits that a world has asked its callers for with
// Retry-After. The map is guarded by the world's lock.
type retryWaits map[retryCaller]retryWait

// A retryCaller is a caller of an operation. The caller is the hash of its token.
type retryCaller struct{ caller, operation string }

type retryWait struct {
	from, until time.Time // on the world's clock
	header      string    // Retry-After
}

// maxRetryWaits is how many waits a world keeps.
const maxRetryWaits = 10_000

// retryCaller returns the caller of the request. It returns false for a request
// without a credential or an operation, whose caller cannot be identified.
func (c *call) retryCaller() (retryCaller, bool) {
	if c.op == nil || c.req.caller.hash == "" {
		return retryCaller{}, false
	}
	return retryCaller{c.req.caller.hash, c.op.ID}, true
}

// check returns the message for a request that arrives before its wait is over, or
// "". It removes a wait that is over, or that begins in the future because the
// clock was set back.
func (ws retryWaits) check(c *call) string {
	caller, ok := c.retryCaller()
	if !ok {
		return ""
	}
	wait, ok := ws[caller]
	switch {
	case !ok:
		return ""
	case !c.arrived.Before(wait.until) || c.arrived.Before(wait.from):
		delete(ws, caller)
		return ""
	}
	return fmt.Sprintf("sent %v too early; Retry-After: %s asked the client to wait until %s",
		wait.until.Sub(c.arrived), wait.header, wait.until.UTC().Format(time.RFC3339))
}

// note records the wait that the response asks for. It ignores a Retry-After that
// is neither a number of seconds nor an HTTP date.
func (ws retryWaits) note(c *call) {
	caller, ok := c.retryCaller()
	if !ok || c.abandoned || c.fault != nil && (c.fault.Effect == fault.EffectReset || c.fault.Effect == fault.EffectHangup) {
		return // the client never saw the header
	}
	header := c.header.Get("Retry-After")
	until, ok := retryTime(header, c.answered)
	if !ok || !until.After(c.answered) {
		delete(ws, caller)
		return
	}
	if len(ws) >= maxRetryWaits {
		clear(ws)
	}
	ws[caller] = retryWait{c.answered, until, header}
}

// retryTime parses a Retry-After header (RFC 9110, section 10.2.3), and also
// fractions of seconds. It caps waits at 200 years.
func retryTime(header string, now time.Time) (time.Time, bool) {
	if header == "" {
		return time.Time{}, false
	}
	if seconds, err := strconv.ParseFloat(header, 64); err == nil {
		if math.IsNaN(seconds) || seconds < 0 {
			return time.Time{}, false
		}
		const most = 200 * 365 * 24 * time.Hour
		return now.Add(time.Duration(min(seconds, most.Seconds()) * float64(time.Second))), true
	}
	t, err := http.ParseTime(header)
	return t, err == nil
}

// violations returns the violations of the request.
func (c *call) violations(secretInURL bool) (list []Violation) {
	add := func(kind, pointer, format string, args ...any) {
		v := Violation{Kind: kind, Message: fmt.Sprintf(format, args...), Request: c.req.number, Pointer: pointer}
		if c.op != nil {
			v.Operation = c.op.ID
		}
		list = append(list, v)
	}
	if secretInURL {
		add(ViolationSecretInURL, "", "a secret is in the URL, where logs and proxies see it; want it in the Authorization header")
	}
	if c.op == nil {
		return list
	}
	if c.earlyRetry != "" {
		add(ViolationEarlyRetry, "", "%s", c.earlyRetry)
	}
	if c.base != BasePath {
		add(ViolationBasePath, "", "the base path is %q; want %s", c.base, BasePath)
	}
	if refused := c.req.caller.refusal; c.op.Access != apispec.NoCredential && refused != nil {
		switch refused.rules[0] {
		case "auth.missing":
			add(ViolationMissingCredential, "", "there is no Authorization header; want Bearer and a key")
		case "auth.malformed":
			add(ViolationMissingCredential, "", "the Authorization header is not a bearer token; want Bearer and a key")
		}
	}
	if got, ok := form.JSONMediaType(c.req.header); !ok && len(c.req.body.Data) > 0 {
		add(ViolationContentType, "", "the Content-Type of the body is %s; want application/json", got)
	}
	for _, name := range c.undeclared {
		shown, _ := c.redactor().String(name)
		add(ViolationUndeclared, "/"+strictjson.EscapePointer(shown), "the request schema does not name the property %s", form.Quote(shown))
	}
	return list
}

// Violations returns the newest 1000 violations of the world, in the order in which
// the requests ended. The result is never nil.
func (w *World) Violations() []Violation {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Violation{}, w.journal.violations...)
}

// ClearViolations removes the violations so far from Violations and from the
// server's ViolationCount. The journal is unchanged.
func (w *World) ClearViolations() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.server.violations.Add(-(int64(len(w.journal.violations)) + w.journal.violationsEvicted))
	w.journal.violations, w.journal.violationsEvicted = nil, 0
}

// ViolationCount returns the number of violations in all worlds since they were
// last cleared with ClearViolations. A reset does not change it.
func (s *Server) ViolationCount() int { return int(s.violations.Load()) }
