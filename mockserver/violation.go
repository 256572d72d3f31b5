package mockserver

import (
	"fmt"

	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/form"
	"github.com/mockgates/mockgates/mockserver/internal/retrywait"
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

// The bounds of violations. A world keeps no more bytes of them than of its journal.
const (
	maxViolations = 1000 // that a world keeps
	maxUndeclared = 100  // undeclared properties that are reported of one request
	maxPointer    = 256  // bytes of a property's name in a pointer
)

// A Violation is one way in which a request broke the rules of the API, even if
// the response was a success.
type Violation struct {
	Kind      string `json:"kind"`                // one of the constants above
	Message   string `json:"message"`             // what was sent and what was wanted, redacted
	Operation string `json:"operation,omitempty"` // operationId; "" if the API has no such operation
	Request   int64  `json:"request"`             // ID of the journal entry
	Pointer   string `json:"pointer,omitempty"`   // JSON pointer into the request body; "" if it is not about the body, or the name is over 256 bytes
}

// retryCaller returns the caller of the request. It returns false for a request
// without a credential or an operation, whose caller cannot be identified.
func (c *call) retryCaller() (retrywait.Caller, bool) {
	if c.op == nil || !c.req.Caller.Sent {
		return retrywait.Caller{}, false
	}
	return retrywait.Caller{Token: c.req.Caller.Hash, Operation: c.op.ID}, true
}

// checkWait returns a message if the request arrives before the wait that an
// earlier response asked for is over, or "". The caller holds the world's lock.
func (c *call) checkWait() string {
	caller, ok := c.retryCaller()
	if !ok {
		return ""
	}
	return c.world.waits.Check(caller, c.arrived)
}

// noteWait records the wait that the response asks for. The caller holds the
// world's lock.
func (c *call) noteWait() {
	caller, ok := c.retryCaller()
	if !ok || c.abandoned || c.fault != nil && (c.fault.Effect == fault.EffectReset || c.fault.Effect == fault.EffectHangup) {
		return // the client never saw the header
	}
	c.world.waits.Note(caller, c.resp.Header.Get("Retry-After"), c.answered)
}

// violations returns the violations of the request.
func (c *call) violations(secretInURL bool) (list []Violation) {
	add := func(kind, pointer, format string, args ...any) {
		v := Violation{Kind: kind, Message: fmt.Sprintf(format, args...), Request: c.req.Number, Pointer: pointer}
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
	if refused := c.req.Caller.Refusal; c.op.Access != apispec.NoCredential && refused != nil {
		switch refused.Rules[0] {
		case "auth.missing":
			add(ViolationMissingCredential, "", "there is no Authorization header; want Bearer and a key")
		case "auth.malformed":
			add(ViolationMissingCredential, "", "the Authorization header is not a bearer token; want Bearer and a key")
		}
	}
	if got, ok := form.JSONMediaType(c.req.Header); !ok && len(c.req.Body.Data) > 0 {
		add(ViolationContentType, "", "the Content-Type of the body is %s; want application/json", got)
	}
	for i, name := range c.undeclared {
		if i == maxUndeclared {
			add(ViolationUndeclared, "", "the request schema does not name %d more properties", len(c.undeclared)-i)
			break
		}
		shown, _ := c.redactor().String(name)
		pointer := ""
		if len(shown) <= maxPointer {
			pointer = "/" + strictjson.EscapePointer(shown)
		}
		add(ViolationUndeclared, pointer, "the request schema does not name the property %s", form.Quote(shown))
	}
	return list
}

// size returns the bytes of the violation.
func (v *Violation) size() int {
	return len(v.Kind) + len(v.Message) + len(v.Operation) + len(v.Pointer)
}

// Violations returns the newest 1000 violations of the world, in the order in which
// the requests ended, and fewer if they have more bytes than the journal may have.
// The result is never nil.
func (w *World) Violations() []Violation {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Violation{}, w.journal.violations...)
}

// ViolationsEvicted returns how many violations count in ViolationCount and are no
// longer in Violations, because there are newer ones or the world was reset.
func (w *World) ViolationsEvicted() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.violations - int64(len(w.journal.violations))
}

// ClearViolations removes the violations so far from Violations and from the
// server's ViolationCount, those from before a reset included. The journal is
// unchanged.
func (w *World) ClearViolations() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.server.violations.Add(-w.violations)
	w.violations, w.journal.violations, w.journal.violationBytes = 0, nil, 0
}

// ViolationCount returns the number of violations in all worlds since they were
// last cleared with ClearViolations. A reset does not change it. It is the sum of
// what Violations lists and ViolationsEvicted counts in each world.
func (s *Server) ViolationCount() int { return int(s.violations.Load()) }
