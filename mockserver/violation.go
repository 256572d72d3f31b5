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
	ViolationMissingCredential = "missing-credential"  // no bearer token where one is needed
	ViolationSecretInURL       = "secret-in-url"       // a key in the path or the query
	ViolationBasePath          = "base-path"           // another base path than /api/v1
)

var violationKinds = []string{
	ViolationEarlyRetry, ViolationUndeclared, ViolationContentType, ViolationMissingCredential, ViolationSecretInURL, ViolationBasePath,
}

// maxViolations is how many violations a world keeps.
const maxViolations = 1000

// A Violation is one way in which a client broke the rules of the API, whatever
// the response was.
type Violation struct {
	Kind      string `json:"kind"`                // one of the constants above
	Message   string `json:"message"`             // what was wanted and what was sent, without secrets
	Operation string `json:"operation,omitempty"` // operationId; "" if the API has no such operation
	Request   int64  `json:"request"`             // ID of the journal entry
	Pointer   string `json:"pointer,omitempty"`   // JSON pointer into the request body; "" if it is about something else
}

// retryWaits are the waits that a world has asked its callers for with
// Retry-After. They do no locking.
type retryWaits map[retryCaller]retryWait

// A retryCaller is a caller on an operation.
type retryCaller struct{ caller, operation string }

type retryWait struct {
	from, until time.Time // on the world's clock
	header      string    // Retry-After
}

// maxRetryWaits bounds how many waits are remembered.
const maxRetryWaits = 10_000

// retryCaller returns who sent a request. It reports false for a request without
// a credential or without an operation, which tells no caller from another.
func (c *call) retryCaller() (retryCaller, bool) {
	if c.op == nil || c.req.caller.hash == "" {
		return retryCaller{}, false
	}
	return retryCaller{c.req.caller.hash, c.op.ID}, true
}

// check returns what to say of a request that comes before the wait is over, or
// "". It forgets a wait that is over, or that lies ahead because the clock was
// set back.
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
	return fmt.Sprintf("sent %v before the wait that Retry-After: %s asked for was over", wait.until.Sub(c.arrived), wait.header)
}

// note remembers the wait that the response asks for. A header that is neither a
// number of seconds nor an HTTP date asks for nothing that could be measured.
func (ws retryWaits) note(c *call) {
	caller, ok := c.retryCaller()
	if !ok || c.abandoned || c.fault != nil && (c.fault.Effect == fault.EffectReset || c.fault.Effect == fault.EffectHangup) {
		return // the client was told nothing
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

// retryTime reads a Retry-After header (RFC 9110, section 10.2.3), fractions of
// seconds included. Waits beyond 200 years are cut to that.
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

// violations returns the rules that the client broke in one request.
func (c *call) violations(secretInURL bool) (list []Violation) {
	add := func(kind, pointer, format string, args ...any) {
		v := Violation{Kind: kind, Message: fmt.Sprintf(format, args...), Request: c.req.number, Pointer: pointer}
		if c.op != nil {
			v.Operation = c.op.ID
		}
		list = append(list, v)
	}
	if secretInURL {
		add(ViolationSecretInURL, "", "a key in the URL, where logs and proxies see it; want it in the Authorization header")
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
			add(ViolationMissingCredential, "", "no Authorization header; want Bearer and a key")
		case "auth.malformed":
			add(ViolationMissingCredential, "", "the Authorization header is not a bearer token; want Bearer and a key")
		}
	}
	if got, ok := form.JSONMediaType(c.req.header); !ok && len(c.req.body.Data) > 0 {
		add(ViolationContentType, "", "the body has the Content-Type %s; want application/json", got)
	}
	for _, name := range c.undeclared {
		shown, _ := c.redactor().String(name)
		add(ViolationUndeclared, "/"+strictjson.EscapePointer(shown), "the request schema does not name the property %s", form.Quote(shown))
	}
	return list
}

// Violations returns the violations of the world's clients, in the order in which
// the requests ended. It is never nil. Of more than 1000 it has the newest.
func (w *World) Violations() []Violation {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Violation{}, w.journal.violations...)
}

// ClearViolations removes the violations so far from Violations and from the
// server's count. The journal keeps its entries.
func (w *World) ClearViolations() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.server.violations.Add(-(int64(len(w.journal.violations)) + w.journal.violationsEvicted))
	w.journal.violations, w.journal.violationsEvicted = nil, 0
}

// ViolationCount returns how many violations there were in all worlds, those of
// worlds that were reset included, those that ClearViolations removed left out.
func (s *Server) ViolationCount() int { return int(s.violations.Load()) }
