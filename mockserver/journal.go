package mockserver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// JournalSize bounds what a world remembers of its requests.
type JournalSize struct {
	Entries int // at most; 0 means 1000
	Bytes   int // of URLs, headers and bodies, at most; 0 means 8 MiB
}

// An Entry is one exchange in the journal, with every secret masked.
type Entry struct {
	Seq       int64           `json:"seq"` // its place in the journal, from 1: exchanges are written when they end
	ID        int64           `json:"id"`  // counts the requests of the world as they arrive, from 1
	Time      time.Time       `json:"time"`
	World     string          `json:"world"`
	Operation string          `json:"operation,omitempty"` // operationId; "" if the API has no such operation
	Method    string          `json:"method"`
	Base      string          `json:"base"`             // the base path as the client spelled it: "/api/v1", "/v1" or ""
	Path      string          `json:"path"`             // below the base path, unescaped
	Query     string          `json:"query,omitempty"`  // as it was sent
	Status    int             `json:"status,omitempty"` // 0 if the client left before there was one
	Rules     []string        `json:"rules,omitempty"`
	Fault     string          `json:"fault,omitempty"`    // the fault that touched it
	Injected  bool            `json:"injected,omitempty"` // the fault, and not the API, made the answer what it is
	Left      bool            `json:"client_left,omitempty"`
	Request   Message         `json:"request"`
	Response  Message         `json:"response"` // as the API meant it, before an effect
	Findings  []ClientFinding `json:"findings,omitempty"`
	Cut       bool            `json:"cut,omitempty"` // it was too large for the journal, and its bodies are left out
}

// A Message is the headers and the body of a request or a response.
type Message struct {
	Headers http.Header     `json:"headers"`
	Body    json.RawMessage `json:"body,omitempty"` // if it is JSON
	Text    string          `json:"text,omitempty"` // if it is anything else
}

// A Filter picks entries of the journal. Its zero value picks all; members
// narrow it down together.
type Filter struct {
	Operation string         `json:"operation,omitempty"`
	Method    string         `json:"method,omitempty"`
	Status    int            `json:"status,omitempty"`
	Rule      string         `json:"rule,omitempty"`     // that decided the answer, alone or among others
	Fault     string         `json:"fault,omitempty"`    // id of the fault that touched it
	Injected  *bool          `json:"injected,omitempty"` // whether a fault made the answer what it is; nil for both
	Finding   string         `json:"finding,omitempty"`  // kind of a client finding
	When      map[string]any `json:"when,omitempty"`     // members of the request body, as in a Fault
	Since     int64          `json:"since,omitempty"`    // the Seq after which to begin
}

// A record is an entry as the journal keeps it: masked, its bodies not yet
// looked at. It is never changed.
type record struct {
	entry             Entry
	request, response string // bodies
	size              int    // in bytes
}

// A journal is what a world remembers of its requests: a ring that counts what
// it dropped. It does no locking.
type journal struct {
	size     JournalSize
	records  []*record // oldest first
	bytes    int
	written  int64 // records so far
	dropped  int64 // for want of room
	age      int64 // counts the times that it began anew
	findings []ClientFinding
	missed   int64         // findings dropped
	change   chan struct{} // closed at the next change; nil if nobody waits
}

// reset empties the journal and starts to count anew.
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

// add writes a record, and drops the oldest where there is no room.
func (j *journal) add(r *record) {
	j.written++
	r.entry.Seq = j.written
	if r.size > j.size.Bytes {
		r.request, r.response, r.size, r.entry.Cut = "", "", r.size-len(r.request)-len(r.response), true
	}
	j.records = append(j.records, r)
	j.bytes += r.size
	for len(j.records) > j.size.Entries || j.bytes > j.size.Bytes && len(j.records) > 1 {
		j.bytes -= j.records[0].size
		j.records[0] = nil
		j.records = j.records[1:]
		j.dropped++
	}
	for _, f := range r.entry.Findings {
		if len(j.findings) == maxFindings {
			j.findings = slices.Delete(j.findings, 0, 1)
			j.missed++
		}
		j.findings = append(j.findings, f)
	}
	if j.change != nil {
		close(j.change)
		j.change = nil
	}
}

// newRecord makes a record of an exchange that has its answer.
func newRecord(x *exchange) *record {
	m := x.masker()
	e := Entry{
		ID: x.req.number, Time: x.arrived, World: x.world.name, Method: x.method, Base: x.route.base,
		Rules: x.resp.rules, Fault: x.fault.ID, Injected: x.injectedAnswer(), Left: x.left,
	}
	if x.route.op != nil {
		e.Operation = x.route.op.id
	}
	if !x.left {
		e.Status = x.resp.status
	}
	r := &record{}
	var inPath, inQuery bool
	e.Path, inPath = m.mask(x.route.path)
	e.Query, inQuery = m.mask(x.req.query)
	e.Findings = x.observe(inPath || inQuery)
	e.Request.Headers, e.Response.Headers = m.header(x.req.header), m.header(x.header)
	r.request, _ = m.mask(string(x.req.body.data))
	r.response, _ = m.mask(string(x.data))
	r.entry = e
	r.size = len(r.request) + len(r.response) + len(e.Path) + len(e.Query) + headerSize(e.Request.Headers) + headerSize(e.Response.Headers)
	return r
}

func headerSize(h http.Header) (n int) {
	for name, values := range h {
		for _, v := range values {
			n += len(name) + len(v)
		}
	}
	return n
}

// export returns the entry with its bodies, a copy that the caller may change.
func (r *record) export() Entry {
	e := r.entry
	e.Rules, e.Findings = slices.Clone(e.Rules), slices.Clone(e.Findings)
	e.Request, e.Response = message(e.Request.Headers, r.request), message(e.Response.Headers, r.response)
	return e
}

func message(h http.Header, body string) Message {
	m := Message{Headers: h.Clone()}
	if json.Valid([]byte(body)) {
		m.Body = json.RawMessage(body)
	} else {
		m.Text = strings.ToValidUTF8(body, "\uFFFD")
	}
	return m
}

// picks reports whether the filter picks the record.
func (f Filter) picks(r *record) bool {
	e := &r.entry
	if e.Seq <= f.Since ||
		f.Operation != "" && f.Operation != e.Operation ||
		f.Method != "" && f.Method != e.Method ||
		f.Status != 0 && f.Status != e.Status ||
		f.Rule != "" && !slices.Contains(e.Rules, f.Rule) ||
		f.Fault != "" && f.Fault != e.Fault ||
		f.Injected != nil && *f.Injected != e.Injected ||
		f.Finding != "" && !slices.ContainsFunc(e.Findings, func(c ClientFinding) bool { return c.Kind == f.Finding }) {
		return false
	}
	if len(f.When) == 0 {
		return true
	}
	var body members
	if json.Unmarshal([]byte(r.request), &body) != nil {
		return false
	}
	for name, want := range f.When {
		if got, ok := lookup(body, name); !ok || !equalJSON(got, want) {
			return false
		}
	}
	return true
}

// validate refuses a filter that no entry could ever pass, naming the nearest
// valid value.
func (f Filter) validate() error {
	ids := make([]string, 0, len(rules))
	for _, r := range rules {
		ids = append(ids, r.ID)
	}
	methods := []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
	switch {
	case f.Operation == "*":
		return fmt.Errorf(`operation "*": leave it out for every operation`)
	case f.Operation != "" && knownOperation(f.Operation) != nil:
		return knownOperation(f.Operation)
	case f.Method != "" && !slices.Contains(methods, f.Method):
		return fmt.Errorf("method %q is not known%s", f.Method, didYouMean(f.Method, methods))
	case f.Status != 0 && (f.Status < 100 || f.Status > 599):
		return fmt.Errorf("status %d: want 100 to 599", f.Status)
	case f.Rule != "" && !slices.Contains(ids, f.Rule):
		return fmt.Errorf("rule %q is not known%s", f.Rule, didYouMean(f.Rule, ids))
	case f.Finding != "" && !slices.Contains(findingKinds, f.Finding):
		return fmt.Errorf("finding %q is not known%s", f.Finding, didYouMean(f.Finding, findingKinds))
	case f.Since < 0:
		return fmt.Errorf("since %d: want 0 or more", f.Since)
	}
	return nil
}

// Journal returns the entries that the filter picks, in the order in which
// they ended. It is never nil.
func (w *World) Journal(f Filter) []Entry {
	list := []Entry{}
	for _, r := range w.records() {
		if f.picks(r) {
			list = append(list, r.export())
		}
	}
	return list
}

// Count is how many entries the filter picks.
func (w *World) Count(f Filter) (n int) {
	for _, r := range w.records() {
		if f.picks(r) {
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

// Dropped is how many entries the journal no longer has for want of room.
func (w *World) Dropped() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.journal.dropped
}

// ClearJournal forgets every entry, and what was dropped. Entries that come
// later go on counting, so that a Filter's Since holds.
func (w *World) ClearJournal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.journal.records, w.journal.bytes, w.journal.dropped = nil, 0, 0
}
