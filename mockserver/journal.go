package mockserver

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/mockgates/mockgates/internal/redact"
)

// JournalSize limits the journal of a world.
type JournalSize struct {
	Entries int // at most; 0 means 1000
	Bytes   int // of methods, URLs, headers, bodies and violations, at most; 0 means 8 MiB. The list of violations has as many at most
}

// An Entry is one request and its response in the journal, with every secret
// redacted.
type Entry struct {
	Seq        int64       `json:"seq"`  // in the order in which requests end, from 1
	ID         int64       `json:"id"`   // in the order in which requests arrive, from 1
	Time       time.Time   `json:"time"` // of arrival, on the world's clock
	World      string      `json:"world"`
	Operation  string      `json:"operation,omitempty"` // operationId; "" if the API has no such operation
	Method     string      `json:"method"`
	BasePath   string      `json:"base_path"`             // that the client used: "/api/v1", "/v1" or ""
	Path       string      `json:"path"`                  // below the base path, not escaped
	Query      string      `json:"query,omitempty"`       // as it was sent
	Status     int         `json:"status,omitempty"`      // 0 if there was no response
	Management bool        `json:"management,omitempty"`  // the credential is a management key of the world
	Rules      []string    `json:"rules,omitempty"`       // that decided the response
	Fault      string      `json:"fault,omitempty"`       // id of the fault that acted on the request
	Injected   bool        `json:"injected,omitempty"`    // the fault replaced or altered the response
	ClientLeft bool        `json:"client_left,omitempty"` // the client disconnected before there was a response
	Request    Message     `json:"request"`
	Response   Message     `json:"response"` // before any effect other than violate
	Violations []Violation `json:"violations,omitempty"`
	Truncated  bool        `json:"truncated,omitempty"` // the bodies are left out because the entry is too large for the journal
}

// A record is an entry as the journal stores it: redacted, with headers that are not
// yet in a map, and bodies that are not yet parsed. It is immutable once it is in the
// journal.
type record struct {
	entry             Entry
	request, response string  // bodies
	header            []field // of the request and, from responseAt on, of the response
	responseAt        int
	size              int // in bytes

	fields [12]field // where header is kept while it is short
}

// A field is one header field of a message.
type field struct{ name, value string }

// A journal holds the newest records of a world, up to its size, and counts those
// that it evicted. It does no locking.
type journal struct {
	size           JournalSize
	records        []*record // oldest first
	bytes          int
	written        int64 // number of records so far
	evicted        int64 // number of records removed to make room
	age            int64 // number of resets
	violations     []Violation
	violationBytes int
	change         chan struct{} // closed at the next change; nil if nothing waits for it
}

// reset empties the journal and resets its counts.
func (j *journal) reset(size JournalSize) {
	waiting := j.change
	*j = journal{size: size, age: j.age + 1}
	if waiting != nil {
		close(waiting)
	}
}

// wait returns a channel that is closed at the next change.
func (j *journal) wait() <-chan struct{} {
	if j.change == nil {
		j.change = make(chan struct{})
	}
	return j.change
}

// add appends a record, and evicts the oldest ones to make room.
func (j *journal) add(r *record) {
	j.written++
	r.entry.Seq = j.written
	if r.size > j.size.Bytes {
		r.size -= len(r.request) + len(r.response)
		r.request, r.response, r.entry.Truncated = "", "", true
	}
	j.records = append(j.records, r)
	j.bytes += r.size
	for len(j.records) > j.size.Entries || j.bytes > j.size.Bytes && len(j.records) > 1 {
		j.bytes -= j.records[0].size
		j.records[0] = nil
		j.records = j.records[1:]
		j.evicted++
	}
	for _, v := range r.entry.Violations {
		j.violations = append(j.violations, v)
		j.violationBytes += v.size()
	}
	for len(j.violations) > maxViolations || j.violationBytes > j.size.Bytes && len(j.violations) > 1 {
		j.violationBytes -= j.violations[0].size()
		j.violations[0] = Violation{}
		j.violations = j.violations[1:]
	}
	if j.change != nil {
		close(j.change)
		j.change = nil
	}
}

// redactor returns the redactor for the call. Beyond what the server's redactor
// knows, it redacts the credential and every code verifier that the client sent.
func (c *call) redactor() *redact.Redactor {
	if c.redact == nil {
		c.redact = c.world.server.redactor
		manager := c.manager
		if manager != nil {
			c.redact = manager.redactor
		}
		secrets := append(c.redact.Secrets(c.text), c.redact.Secrets(c.req.Query)...)
		if manager == nil {
			for _, v := range c.req.Header.Values("Authorization") {
				secrets = append(secrets, v[strings.LastIndexByte(v, ' ')+1:])
			}
		}
		if len(secrets) > 0 {
			c.redact = c.redact.With(secrets...)
		}
	}
	return c.redact
}

// newRecord returns the record of a call that is finished.
func newRecord(c *call) *record {
	r := c.redactor()
	rec := &record{}
	e := &rec.entry
	*e = Entry{
		ID: c.req.Number, Time: c.arrived, BasePath: c.base, Management: c.management,
		Rules: c.resp.Rules, Injected: c.injected, ClientLeft: c.abandoned,
	}
	if c.op != nil {
		e.Operation = c.op.ID
	}
	if c.fault != nil {
		e.Fault = c.fault.ID
	}
	if !c.abandoned {
		e.Status = c.resp.Status
	}
	var inPath, inQuery bool
	e.World, _ = r.String(c.world.name) // a client may send a secret in its place
	e.Method, _ = r.String(c.method)
	e.Path, inPath = r.String(c.req.Path)
	e.Query, inQuery = r.String(c.req.Query)
	e.Violations = c.violations(inPath || inQuery)
	rec.addHeaders(c, r)
	rec.request, _ = r.String(c.text)
	rec.response, _ = r.String(c.withoutMinted())
	rec.measure()
	return rec
}

// addHeaders adds the headers of a call, redacted.
func (rec *record) addHeaders(c *call, r *redact.Redactor) {
	rec.header = rec.fields[:0]
	if n := len(c.req.Header) + len(c.header); n > len(rec.fields) {
		rec.header = make([]field, 0, n)
	}
	for name, values := range c.req.Header {
		for _, v := range values {
			if m := c.manager; m != nil && name == "Authorization" {
				rec.header = append(rec.header, field{name, m.shown})
				continue
			}
			shown, value := r.HeaderField(name, v)
			rec.header = append(rec.header, field{shown, value})
		}
	}
	rec.responseAt = len(rec.header)
	for _, line := range c.header { // the names are those of the server
		if !line.plain {
			line.value = r.HeaderValue(line.name, line.value)
		}
		rec.header = append(rec.header, field{line.name, line.value})
	}
}

// withoutMinted returns the body of the response without the secret that the operation
// has minted, which stands near the end. The caller redacts the body all the same; this
// only saves the search.
func (c *call) withoutMinted() string {
	size := len(c.resp.Secret)
	if size == 0 || !c.world.server.redactsByLabel {
		return string(c.data)
	}
	for at := len(c.data) - size; at >= 0; at-- { // bytes.LastIndex would need a copy of the secret
		if string(c.data[at:at+size]) == c.resp.Secret {
			var b strings.Builder
			b.Grow(len(c.data) - size + len(c.resp.Redacted))
			b.Write(c.data[:at])
			b.WriteString(c.resp.Redacted)
			b.Write(c.data[at+size:])
			return b.String()
		}
	}
	return string(c.data)
}

// measure sets the size of the record.
func (r *record) measure() {
	e := &r.entry
	for i := range e.Violations {
		r.size += e.Violations[i].size()
	}
	r.size += len(r.request) + len(r.response) + len(e.World) + len(e.Method) + len(e.Path) + len(e.Query)
	for i := range r.header {
		r.size += len(r.header[i].name) + len(r.header[i].value)
	}
}

// headers returns header fields as a new map.
func headers(fields []field) http.Header {
	h := make(http.Header, len(fields))
	for _, f := range fields {
		h[f.name] = append(h[f.name], f.value)
	}
	return h
}

// export returns a copy of the entry, with its bodies, that the caller may change.
func (r *record) export() Entry {
	e := r.entry
	e.Rules, e.Violations = slices.Clone(e.Rules), slices.Clone(e.Violations)
	e.Request, e.Response = message(headers(r.header[:r.responseAt]), r.request), message(headers(r.header[r.responseAt:]), r.response)
	return e
}

// Journal returns the entries that the filter selects, in the order in which the
// requests ended. The result is never nil.
func (w *World) Journal(f Filter) []Entry {
	list := []Entry{}
	for _, r := range w.records() {
		if f.matches(r) {
			list = append(list, r.export())
		}
	}
	return list
}

// CountRequests returns how many entries of the journal the filter selects.
func (w *World) CountRequests(f Filter) (n int) {
	for _, r := range w.records() {
		if f.matches(r) {
			n++
		}
	}
	return n
}

func (w *World) records() []*record {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.journal.records)
}

// Evicted returns how many entries the journal has removed to make room.
func (w *World) Evicted() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.journal.evicted
}

// ClearJournal removes every entry and resets the count of evicted ones. Seq goes
// on counting, so that a Filter's Since stays valid.
func (w *World) ClearJournal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.journal.records, w.journal.bytes, w.journal.evicted = nil, 0, 0
}

// Follow calls each for every entry that the filter selects: first for the entries
// in the journal, then for each new one. When ctx is done, it returns the cause;
// when each returns an error, it returns that. After a reset of the world it
// continues with the first entry of the new journal.
func (w *World) Follow(ctx context.Context, f Filter, each func(Entry) error) error {
	var age int64
	for {
		w.mu.Lock()
		if age != 0 && age != w.journal.age {
			f.Since = 0
		}
		age = w.journal.age
		records := slices.Clone(w.journal.records)
		change := w.journal.wait()
		w.mu.Unlock()
		for _, r := range records {
			if f.matches(r) {
				if err := each(r.export()); err != nil {
					return err
				}
			}
			f.Since = max(f.Since, r.entry.Seq)
		}
		select {
		case <-change:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
