package mockserver

import (
	"strings"
	"time"
)

// JournalSize bounds what a world remembers of its requests.
type JournalSize struct {
	Entries int // at most; 0 means 1000
	Bytes   int // of bodies and headers, at most; 0 means 8 MiB
}

// An Entry is one exchange in the journal, with every secret masked.
type Entry struct {
	ID        int64     `json:"id"` // counts the requests of the world, from 1
	Time      time.Time `json:"time"`
	Operation string    `json:"operation,omitempty"` // operationId; "" if the API has no such operation
	Method    string    `json:"method"`
	Path      string    `json:"path"`             // as it was sent, without the query
	Status    int       `json:"status,omitempty"` // 0 if the client left before there was one
	Rules     []string  `json:"rules,omitempty"`
	Fault     string    `json:"fault,omitempty"`
}

// A journal is what a world remembers of its requests: a ring that counts what
// it dropped. It does no locking.
type journal struct {
	size    JournalSize
	entries []Entry
	dropped int
}

func (j *journal) reset(size JournalSize) { *j = journal{size: size} }

func (j *journal) record(x *exchange) {
	e := Entry{
		ID: x.req.number, Time: x.arrived, Method: x.method, Path: x.world.server.mask(x.route.base+x.route.path, x.req),
		Status: x.resp.status, Rules: x.resp.rules, Fault: x.fault.ID,
	}
	if x.route.op != nil {
		e.Operation = x.route.op.id
	}
	j.entries = append(j.entries, e)
	if most := j.size.Entries; len(j.entries) > most {
		j.dropped += len(j.entries) - most
		j.entries = j.entries[len(j.entries)-most:]
	}
}

// mask hides secrets in text.
func (s *Server) mask(text string, _ *request) string {
	return strings.ReplaceAll(text, s.prefix, s.prefix)
}
