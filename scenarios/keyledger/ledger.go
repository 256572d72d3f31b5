package keyledger

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// The states of a call.
const (
	Intended = "intended" // it is about to be sent
	Made     = "made"     // the target said that it made a key or a code
	NotMade  = "not-made" // the target refused it, or does not list the key
	Unknown  = "unknown"  // no answer, or one that does not say
	Deleted  = "deleted"  // the key is gone
)

var states = []string{Intended, Made, NotMade, Unknown, Deleted}

// CodeOperation is the operation that makes a code and not a key. A code cannot be
// deleted; it expires by itself.
const CodeOperation = "create-auth-keys-code"

// maxText bounds the name and the hash in an entry, in bytes.
const maxText = 1024

// An Entry is what is known about one call.
type Entry struct {
	Run       string    `json:"run"`    // id of the run
	Call      int       `json:"call"`   // of the run, from 1
	State     string    `json:"state"`  // one of the constants
	Target    string    `json:"target"` // host and port
	Time      time.Time `json:"time"`   // of the intent, in UTC
	Operation string    `json:"operation"`
	Name      string    `json:"name,omitempty"`   // of the key; "" if the call gave none
	Hash      string    `json:"hash,omitempty"`   // of the key; "" if it is not known
	Limit     *float64  `json:"limit,omitempty"`  // in USD; nil for none
	Expires   time.Time `json:"expires,omitzero"` // of the key; the zero time if it never does
}

// Left reports whether the call may have left a key on the target.
func (e Entry) Left() bool {
	return e.Operation != CodeOperation && e.State != NotMade && e.State != Deleted
}

// Ends reports whether the key can spend nothing and expires within a time after
// the call.
func (e Entry) Ends(within time.Duration) bool {
	return e.Limit != nil && *e.Limit == 0 && !e.Expires.IsZero() && !e.Expires.After(e.Time.Add(within))
}

// String describes the key, on one line if its name and hash are.
func (e Entry) String() string {
	var b strings.Builder
	if e.State != Made {
		b.WriteString("perhaps ")
	}
	if e.Name == "" {
		b.WriteString("a key without a name")
	} else {
		fmt.Fprintf(&b, "the key %q", e.Name)
	}
	if e.Hash != "" {
		fmt.Fprintf(&b, " (hash %s)", e.Hash)
	}
	if e.Expires.IsZero() {
		b.WriteString(", which never expires")
	} else {
		fmt.Fprintf(&b, ", which expires at %s", e.Expires.UTC().Format(time.RFC3339))
	}
	return b.String()
}

// A Ledger is the account of one run, or of all runs in a file. It is safe for concurrent
// use.
type Ledger struct {
	w io.Writer // nil for none

	mu      sync.Mutex // guards the fields below
	entries []Entry    // the last of each call
	index   map[callID]int
	calls   map[string]int // of each run
}

type callID struct {
	run  string
	call int
}

// New returns a ledger with entries that have been written before. It appends to w. If w
// is nil, the ledger is only in memory.
func New(w io.Writer, written []Entry) *Ledger {
	l := &Ledger{w: w, index: map[callID]int{}, calls: map[string]int{}}
	for _, e := range written {
		l.put(e)
	}
	return l
}

// put replaces the entry of the same call.
func (l *Ledger) put(e Entry) {
	id := callID{e.Run, e.Call}
	i, known := l.index[id]
	if !known {
		i = len(l.entries)
		l.index[id], l.entries = i, append(l.entries, Entry{})
	}
	l.entries[i] = e
	l.calls[e.Run] = max(l.calls[e.Run], e.Call)
}

// Intend sets the number and the state of a call and writes its intent. If it returns an
// error, the call must not be sent.
func (l *Ledger) Intend(e Entry) (Entry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.Call, e.State, e.Time, e.Name = l.calls[e.Run]+1, Intended, e.Time.UTC().Round(0), cut(e.Name)
	l.calls[e.Run]++ // also if it cannot be written: half a line may have been
	return e, l.write(e)
}

// Note writes the entry of a call whose state or hash has changed.
func (l *Ledger) Note(e Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.Hash = cut(e.Hash)
	return l.write(e)
}

// write appends an entry in one piece, and keeps it.
func (l *Ledger) write(e Entry) error {
	if l.w != nil {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		if _, err := l.w.Write(append(line, '\n')); err != nil {
			return fmt.Errorf("the ledger cannot be written: %w", err)
		}
	}
	l.put(e)
	return nil
}

// Gone notes that the key with a hash was deleted.
func (l *Ledger) Gone(hash string) error {
	for _, e := range l.Entries() {
		if e.Left() && e.Hash == hash && hash != "" {
			e.State = Deleted
			if err := l.Note(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// Entries returns the last entry of each call, in the order of their intents.
func (l *Ledger) Entries() []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Entry(nil), l.entries...)
}

// Left returns the entries of the calls that may have left a key on a target.
func (l *Ledger) Left(target string) []Entry {
	var left []Entry
	for _, e := range l.Entries() {
		if e.Left() && e.Target == target {
			left = append(left, e)
		}
	}
	return left
}

// cut returns the beginning of a text that is too long. A hash that was cut matches no
// key, so nothing is deleted because of it.
func cut(s string) string {
	if len(s) <= maxText {
		return s
	}
	s = s[:maxText]
	for !utf8.ValidString(s) && s != "" {
		s = s[:len(s)-1]
	}
	return s
}
