package mockserver

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/operation"
	"github.com/mockgates/mockgates/mockserver/internal/refusal"
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
		c.writeHeader()
	}
	if c.fault != nil && c.fault.Effect != "" {
		c.injected = true
	}
	record := newRecord(c)
	c.entry = &record.entry
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
	e, ok := errors.AsType[*refusal.Refusal](err)
	if !ok {
		c.world.server.log.Error("operation failed", "world", c.world.name, "operation", c.op.ID, "error", err)
		e = refusal.New(500, "server.error")
	}
	user := ""
	// An injected 401 looks like one for an unknown caller.
	if from := c.req.Caller; from.Refusal == nil && from.Sent && !(e.Status == 401 && e.Injected) {
		user = c.user
	}
	c.injected, c.reason = e.Injected, e.Message
	c.resp = operation.Response{Status: e.Status, Body: e.Envelope(user), Header: e.Header(), Rules: e.Rules}
	if e.Injected && c.fault != nil {
		if value, ok := c.fault.RetryAfterHeader(c.answered); ok {
			c.resp.Header.Set("Retry-After", value)
		}
	}
}

// encode marshals the body of the response. A body that cannot be marshalled is a
// bug in this package and becomes the documented 500.
func (c *call) encode() []byte {
	switch body := c.resp.Body.(type) {
	case nil:
		return nil
	case []byte:
		return body
	}
	c.encoder = encoders.Get().(*encoder)
	data, err := c.encoder.encode(c.resp.Body)
	if err != nil {
		e := refusal.New(500, "server.error")
		c.resp = operation.Response{Status: e.Status, Rules: e.Rules}
		data, _ = c.encoder.encode(e.Envelope("")) // strings and numbers always marshal
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
	broken, place, ok := apispec.Break(c.op.ID, c.resp.Status, c.data, c.fault.At, c.fault.Count-1)
	if !ok {
		id := c.fault.ID
		c.fault = nil
		return id
	}
	c.data, c.place = broken, place
	return ""
}

// A headerLine is one header field of a message.
type headerLine struct {
	name  string
	value string
	plain bool // there is nothing to redact in the value
}

// add adds a header field of the response.
func (c *call) add(name, value string) {
	c.header = append(c.header, headerLine{name: name, value: value})
}

// addPlain adds a header field with a value in which there is nothing to redact.
func (c *call) addPlain(name, value string) {
	c.header = append(c.header, headerLine{name, value, true})
}

// writeHeader sets the headers of the response.
func (c *call) writeHeader() {
	c.header = c.lines[:0]
	for name, values := range c.resp.Header {
		for _, v := range values {
			c.add(name, v)
		}
	}
	c.addPlain("Date", c.world.server.dates.format(c.answered))
	if !c.page { // no other origin may read the token of a consent page
		c.addPlain("Access-Control-Allow-Origin", "*")
		c.addPlain("Access-Control-Expose-Headers", exposed)
	}
	if c.data != nil && c.resp.Header.Get("Content-Type") == "" {
		c.addPlain("Content-Type", "application/json")
	}
	if c.resp.Status != http.StatusNoContent {
		c.addPlain("Content-Length", strconv.Itoa(len(c.data)))
	}
	if c.preference != "" {
		c.add("Preference-Applied", c.preference)
	}
	if !c.world.server.debugHeaders {
		return
	}
	c.add(WorldHeader, c.world.name)
	if len(c.resp.Rules) > 0 {
		c.addPlain(RuleHeader, strings.Join(c.resp.Rules, ", "))
	}
	if c.fault != nil {
		c.addPlain(FaultHeader, c.fault.ID)
	}
	if c.place != "" {
		c.addPlain(PlaceHeader, c.place)
	}
}

// copyHeader copies the header fields of the response.
func (c *call) copyHeader(h http.Header) {
	values := c.values[:] // of all fields: each takes a part of it
	if len(c.header) > len(values) {
		values = make([]string, len(c.header))
	}
	for i, line := range c.header {
		values[i] = line.value
		if i > 0 && c.header[i-1].name == line.name {
			h[line.name] = append(h[line.name], line.value)
			continue
		}
		h[line.name] = values[i : i+1 : i+1]
	}
}

// send writes the response to the wire.
func (c *call) send(w http.ResponseWriter, r *http.Request) {
	if c.abandoned {
		panic(http.ErrAbortHandler) // closes the connection
	}
	c.copyHeader(w.Header())
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
	wire.Send(w, r, c.resp.Status, c.data, effect)
	if c.encoder != nil {
		c.encoder.release()
		c.encoder, c.data = nil, nil
	}
}

// log logs the request, which began at a time of the machine's clock, and its
// violations.
func (c *call) log(began time.Time) {
	log := c.world.server.log
	defer c.logViolations(log)
	if !log.Enabled(context.Background(), slog.LevelInfo) {
		return
	}
	id := "-"
	if c.op != nil {
		id = c.op.ID
	}
	attrs := [10]slog.Attr{
		slog.String("world", c.entry.World), slog.String("method", c.entry.Method),
		slog.String("path", c.redactedPath()),
		slog.String("operation", id), slog.Int("status", c.resp.Status),
		slog.String("rule", strings.Join(c.resp.Rules, ",")),
	}
	n := 6
	if c.reason != "" {
		reason, _ := c.redactor().String(c.reason) // it may quote what was sent
		attrs[n] = slog.String("reason", reason)
		n++
	}
	if c.fault != nil {
		attrs[n] = slog.String("fault", c.fault.ID)
		n++
	}
	if c.abandoned {
		attrs[n] = slog.Bool("client_left", true)
		n++
	}
	now := machineTime()
	attrs[n] = slog.Duration("took", now.Sub(began))
	r := slog.NewRecord(now, slog.LevelInfo, "request", 0) // without looking for the line of the source
	r.AddAttrs(attrs[:n+1]...)
	_ = log.Handler().Handle(context.Background(), r)
}

// ViolationLogged is the message of a line of the log about a client's violation.
const ViolationLogged = "violation"

// logViolations logs the violations of the request, which are redacted.
func (c *call) logViolations(log *slog.Logger) {
	for _, v := range c.entry.Violations {
		log.Warn(ViolationLogged, "world", c.entry.World, "request", v.Request, "kind", v.Kind, "message", v.Message)
	}
}

// redactedPath returns the path and the query of the request, redacted.
func (c *call) redactedPath() string {
	switch {
	case c.req.Query != "":
	case c.entry.Path == c.req.Path && len(c.sent) == len(c.base)+len(c.req.Path):
		return c.sent // what the next case would make of it
	default:
		return c.base + c.entry.Path // the base path is one of a few, and in no secret
	}
	path, _ := c.redactor().String(c.base + c.req.Path + "?" + c.req.Query)
	return path
}
