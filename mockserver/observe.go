package mockserver

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kinds of client findings.
const (
	FindingEarlyRetry        = "early-retry"         // sent before Retry-After had passed
	FindingUndeclared        = "undeclared-property" // a property that the request schema does not name
	FindingContentType       = "content-type"        // a body that is not sent as application/json
	FindingMissingCredential = "missing-credential"  // no bearer token where one is needed
	FindingSecretInURL       = "secret-in-url"       // a key in the path or the query
	FindingBasePath          = "base-path"           // another spelling of the base path than /api/v1
)

var findingKinds = []string{
	FindingEarlyRetry, FindingUndeclared, FindingContentType, FindingMissingCredential, FindingSecretInURL, FindingBasePath,
}

// maxFindings is how many client findings a world keeps.
const maxFindings = 1000

// A ClientFinding is one way in which a client did what it should not have,
// whatever the answer was.
type ClientFinding struct {
	Kind      string `json:"kind"`                // one of the constants above
	Message   string `json:"message"`             // what was wanted and what was sent, without secrets
	Operation string `json:"operation,omitempty"` // operationId; "" if the API has no such operation
	Request   int64  `json:"request"`             // the ID of its entry in the journal
	Pointer   string `json:"pointer,omitempty"`   // JSON pointer into the request body; "" if it is about something else
}

// patience is what a world remembers of the waits it asked for: an early retry
// is known by it. It does no locking.
type patience map[retrier]asked

// A retrier is a caller on an operation.
type retrier struct{ caller, operation string }

type asked struct {
	at, until time.Time // on the world's clock
	after     string    // the header
}

// maxAsked bounds how many waits are remembered.
const maxAsked = 10_000

// early returns what to say about a request that comes too early, or "". A
// wait that is over is forgotten, and so is one that lies ahead because the
// clock was set back.
func (p patience) early(r retrier, now time.Time) string {
	a, ok := p[r]
	switch {
	case !ok:
		return ""
	case !now.Before(a.until) || now.Before(a.at):
		delete(p, r)
		return ""
	}
	return fmt.Sprintf("sent %v before the wait that Retry-After: %s asked for was over", a.until.Sub(now), a.after)
}

// ask remembers the wait that an answer asks for. A header that is neither a
// number of seconds nor an HTTP date asks for nothing that could be measured.
func (p patience) ask(r retrier, now time.Time, after string) {
	until, ok := retryTime(after, now)
	if !ok || !until.After(now) {
		delete(p, r)
		return
	}
	if len(p) >= maxAsked {
		clear(p)
	}
	p[r] = asked{now, until, after}
}

// retryTime reads a Retry-After header (RFC 9110, section 10.2.3), fractions
// of seconds included. Waits beyond 200 years are cut to that.
func retryTime(after string, now time.Time) (time.Time, bool) {
	if seconds, err := strconv.ParseFloat(after, 64); err == nil {
		if math.IsNaN(seconds) || seconds < 0 {
			return time.Time{}, false
		}
		const most = 200 * 365 * 24 * time.Hour
		return now.Add(time.Duration(min(seconds, most.Seconds()) * float64(time.Second))), true
	}
	t, err := http.ParseTime(after)
	return t, err == nil
}

// retrier is who sent the request, for the sake of early retries; not ok for
// one without a credential or without an operation, who cannot be told apart.
func (x *exchange) retrier() (r retrier, ok bool) {
	if x.route.op == nil || x.req.caller.hash == "" {
		return retrier{}, false
	}
	return retrier{x.req.caller.hash, x.route.op.id}, true
}

// noteArrival looks at a request as it arrives. The world's lock must be held.
func (w *World) noteArrival(x *exchange) {
	if r, ok := x.retrier(); ok {
		x.early = w.patience.early(r, x.arrived)
	}
}

// noteAnswer looks at what the client was told. The world's lock must be held.
func (w *World) noteAnswer(x *exchange) {
	r, ok := x.retrier()
	if !ok || x.left || x.fault.Effect == EffectReset || x.fault.Effect == EffectHangup {
		return // the client was told nothing
	}
	if after := x.header.Get("Retry-After"); after != "" {
		w.patience.ask(r, x.answered, after)
	} else {
		delete(w.patience, r)
	}
}

// observe returns what the client did wrong in one request.
func (x *exchange) observe(secretInURL bool) (list []ClientFinding) {
	op := x.route.op
	note := func(kind, pointer, format string, args ...any) {
		f := ClientFinding{Kind: kind, Message: fmt.Sprintf(format, args...), Request: x.req.number, Pointer: pointer}
		if op != nil {
			f.Operation = op.id
		}
		list = append(list, f)
	}
	if secretInURL {
		note(FindingSecretInURL, "", "a key in the URL, where logs and proxies see it; want it in the Authorization header")
	}
	if op == nil {
		return list
	}
	if x.early != "" {
		note(FindingEarlyRetry, "", "%s", x.early)
	}
	if x.route.base != basePaths[0] {
		note(FindingBasePath, "", "the base path is %q; want %s", x.route.base, basePaths[0])
	}
	if refusal := x.req.caller.refusal; op.access != accessNone && refusal != nil {
		switch refusal.rules[0] {
		case "auth.missing":
			note(FindingMissingCredential, "", "no Authorization header; want Bearer and a key")
		case "auth.malformed":
			note(FindingMissingCredential, "", "an Authorization header that is no Bearer token; want Bearer and a key")
		}
	}
	if got, ok := jsonMedia(x.req.header); !ok && len(x.req.body.data) > 0 {
		note(FindingContentType, "", "the body has the Content-Type %s; want application/json", got)
	}
	m := x.masker()
	for _, name := range x.notes {
		shown, _ := m.mask(name)
		note(FindingUndeclared, "/"+escapePointer(shown), "the request schema does not name the property %s", quote(shown))
	}
	return list
}

// Violations returns what the clients of the world did wrong, in the order in
// which their requests ended. It is never nil; of very many the newest are kept.
func (w *World) Violations() []ClientFinding {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]ClientFinding{}, w.journal.findings...)
}

// ClearViolations takes note of the client findings so far: they are gone from
// Violations, and from the server's count. The journal keeps its entries.
func (w *World) ClearViolations() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.server.violations.Add(-(int64(len(w.journal.findings)) + w.journal.missed))
	w.journal.findings, w.journal.missed = nil, 0
}

// Violations is how many client findings there were in all worlds, those of
// worlds that were reset included, without those that ClearViolations took
// note of.
func (s *Server) Violations() int { return int(s.violations.Load()) }

// masker knows the secrets of one exchange: the credential, and every code
// verifier that the client sent.
func (x *exchange) masker() *masker {
	if x.secrets != nil {
		return x.secrets
	}
	m := &masker{prefix: x.world.server.prefix}
	x.secrets = m
	m.learn(x.world.server.adminToken)
	for _, v := range x.req.header.Values("Authorization") {
		m.learn(v[strings.LastIndexByte(v, ' ')+1:])
	}
	m.learnVerifiers(string(x.req.body.data))
	m.learnVerifiers(x.req.query)
	return m
}

// shownPath is the path and the query of the request for the log, with secrets
// masked.
func (x *exchange) shownPath() string {
	path := x.route.base + x.route.path
	if x.req.query != "" {
		path += "?" + x.req.query
	}
	path, _ = x.masker().mask(path)
	return path
}

// injectedAnswer reports whether a fault made the answer what it is. One that
// only delayed or parked the request did not.
func (x *exchange) injectedAnswer() bool {
	return x.fault.Effect != "" || x.refused != nil && slices.Contains(x.refused.rules, "fault.injected")
}
