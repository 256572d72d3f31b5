package mockserver

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/wire"
)

// The debug headers, which the fake adds to responses unless Config.NoDebugHeaders
// is set.
const (
	RuleHeader  = "Mockgates-Rule"  // the rules that decided the response, separated by ", "
	FaultHeader = "Mockgates-Fault" // the id of the fault that acted on it
	PlaceHeader = "Mockgates-Place" // the place at which the fault broke it
	WorldHeader = "Mockgates-World" // the world that responded; in a request without a credential, it selects the world
)

// exposed lists the headers that a page of another origin may read.
var exposed = strings.Join([]string{
	"Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", RuleHeader, FaultHeader, PlaceHeader, WorldHeader,
}, ", ")

// finish completes the response and writes the request to the journal. The error
// is that of the operation.
func (c *call) finish(err error) {
	w := c.world
	c.answered = w.clock.now()
	if _, gone := errors.AsType[*abandonedError](err); gone {
		c.abandoned = true
	} else if err != nil {
		c.refuse(err)
	}
	unfired := ""
	if !c.abandoned {
		c.data = c.encode()
		unfired = c.breakResponse()
		c.header = http.Header{}
		c.writeHeader(c.header)
	}
	if c.fault != nil && c.fault.Effect != "" {
		c.injected = true
	}
	record := newRecord(c)
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.age != w.age {
		return // the world was reset meanwhile
	}
	if unfired != "" {
		w.faults.Unfire(unfired)
	}
	c.noteWait()
	w.journal.add(record)
	if w.detached {
		w.server.count(c, 0) // nobody could list its violations
		return
	}
	w.violations += int64(len(record.entry.Violations))
	w.server.count(c, len(record.entry.Violations))
}

// refuse makes err the response. An err that is not a refusal becomes a 500, so
// that no undocumented body can leave the server.
func (c *call) refuse(err error) {
	e, ok := errors.AsType[*refusal](err)
	if !ok {
		c.world.server.log.Error("operation failed", "world", c.world.name, "operation", c.op.ID, "error", err)
		e = refuse(500, "server.error")
	}
	user := ""
	// An injected 401 looks like one for an unknown caller.
	if from := c.req.caller; from.refusal == nil && from.sent && !(e.status == 401 && e.injected) {
		user = c.world.user
	}
	c.refusal, c.injected = e, e.injected
	c.resp = response{status: e.status, body: e.envelope(user), header: e.header(), rules: e.rules}
	if e.injected && c.fault != nil {
		c.resp.header.Del("Retry-After")
		if value, ok := c.fault.RetryAfterHeader(c.answered); ok {
			c.resp.header.Set("Retry-After", value)
		}
	}
}

// encode marshals the body of the response. A body that cannot be marshalled is a
// bug in this package and becomes the documented 500.
func (c *call) encode() []byte {
	switch body := c.resp.body.(type) {
	case nil:
		return nil
	case []byte:
		return body
	}
	data, err := json.Marshal(c.resp.body)
	if err != nil {
		e := refuse(500, "server.error")
		c.resp = response{status: e.status, rules: e.rules}
		data, _ = json.Marshal(e.envelope("")) // strings and numbers always marshal
	}
	return data
}

// breakResponse breaks the response for EffectViolate. If the response does not
// have the fault's place, the fault has not acted, and breakResponse returns its
// id.
func (c *call) breakResponse() (unfired string) {
	if c.fault == nil || c.fault.Effect != fault.EffectViolate {
		return ""
	}
	broken, place, ok := apispec.Break(c.op.ID, c.resp.status, c.data, c.fault.At, c.fault.Count-1)
	if !ok {
		id := c.fault.ID
		c.fault = nil
		return id
	}
	c.data, c.place = broken, place
	return ""
}

// writeHeader sets the headers of the response.
func (c *call) writeHeader(h http.Header) {
	maps.Copy(h, c.resp.header)
	h.Set("Date", c.answered.UTC().Format(http.TimeFormat))
	if !c.page { // no other origin may read the token of a consent page
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", exposed)
	}
	if c.data != nil && h.Get("Content-Type") == "" {
		h.Set("Content-Type", "application/json")
	}
	if c.resp.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(c.data)))
	}
	if c.preference != "" {
		h.Set("Preference-Applied", c.preference)
	}
	if !c.world.server.debugHeaders {
		return
	}
	h.Set(WorldHeader, c.world.name)
	if len(c.resp.rules) > 0 {
		h.Set(RuleHeader, strings.Join(c.resp.rules, ", "))
	}
	if c.fault != nil {
		h.Set(FaultHeader, c.fault.ID)
	}
	if c.place != "" {
		h.Set(PlaceHeader, c.place)
	}
}

// send writes the response to the wire.
func (c *call) send(w http.ResponseWriter, r *http.Request) {
	if c.abandoned {
		panic(http.ErrAbortHandler) // closes the connection
	}
	maps.Copy(w.Header(), c.header)
	var effect fault.Effect
	if c.fault != nil {
		effect = c.fault.Effect
	}
	if effect == fault.EffectStall || effect == fault.EffectDribble {
		leave, full := c.world.server.waiting.enter()
		if full != nil {
			panic(http.ErrAbortHandler)
		}
		defer leave()
	}
	wire.Send(w, r, c.resp.status, c.data, effect)
}

// log logs the request.
func (c *call) log(took time.Duration) {
	operation := "-"
	if c.op != nil {
		operation = c.op.ID
	}
	world, _ := c.redactor().String(c.world.name)
	method, _ := c.redactor().String(c.method)
	attrs := []slog.Attr{
		slog.String("world", world), slog.String("method", method),
		slog.String("path", c.redactedPath()),
		slog.String("operation", operation), slog.Int("status", c.resp.status),
		slog.String("rule", strings.Join(c.resp.rules, ",")),
	}
	if c.fault != nil {
		attrs = append(attrs, slog.String("fault", c.fault.ID))
	}
	if c.abandoned {
		attrs = append(attrs, slog.Bool("client_left", true))
	}
	attrs = append(attrs, slog.Duration("took", took))
	c.world.server.log.LogAttrs(context.Background(), slog.LevelInfo, "request", attrs...)
}

// redactedPath returns the path and the query of the request, redacted.
func (c *call) redactedPath() string {
	path := c.base + c.path
	if c.req.query != "" {
		path += "?" + c.req.query
	}
	path, _ = c.redactor().String(path)
	return path
}
