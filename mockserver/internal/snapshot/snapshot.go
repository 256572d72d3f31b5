// Package snapshot holds the state of a server as data, and reads and writes it as
// JSON.
//
//	worlds ─► State ─► Write ─► JSON ─► Read, Validate ─► State ─► worlds
//
// The JSON schema is the component State in the OpenAPI document of the control API.
package snapshot

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

// Version is the version of the snapshots that this package writes and reads.
const Version = 1

// A State is the state of a server, or of one of its worlds, without journals and
// violations.
type State struct {
	Version int     `json:"version"` // Version
	Worlds  []World `json:"worlds"`  // by name
}

// A World is the state of one world. It does not include what requests in progress
// have not committed.
type World struct {
	Name          string            `json:"name"`
	Seed          uint64            `json:"seed"`
	Requests      int64             `json:"requests"` // number that have arrived
	Clock         Clock             `json:"clock"`
	account.State                   // keys, codes and apps
	Faults        Faults            `json:"faults"`
	Limits        []ratelimit.State `json:"limits"`
	Gates         []Gate            `json:"gates"` // by name
}

// A Clock is the state of a clock: frozen at a time, running from a time, or showing
// the machine's time, which is the zero Clock.
type Clock struct {
	Frozen bool      `json:"frozen"`
	At     time.Time `json:"at,omitzero"`    // the time at which it is frozen or started to run, in UTC; zero for the machine's time
	Since  time.Time `json:"since,omitzero"` // the machine's time when it started to run; zero if frozen
}

// Faults are the faults of a world, with their counters.
type Faults struct {
	LastID int            `json:"last_id"` // number in the id of the last fault that was added
	List   []fault.Status `json:"list"`
}

// A Gate is a gate of a world.
type Gate struct {
	Name string `json:"name"`
	Open bool   `json:"open"`
}

// Write writes the state as one line of JSON, the bytes of encoding/json, while it
// encodes: no more than a part of the text is in memory at a time.
func (s State) Write(to io.Writer) error {
	out := bufio.NewWriterSize(to, 64<<10)
	if err := json.MarshalWrite(out, s, jsonv1.DefaultOptionsV1()); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	_ = out.WriteByte('\n') // Flush returns its error
	return out.Flush()
}

// readAll is io.ReadAll with fewer copies of a long text: it doubles the room where
// io.ReadAll adds a quarter, and asks a reader that knows its length.
func readAll(from io.Reader) ([]byte, error) {
	var b bytes.Buffer
	if sized, ok := from.(interface{ Len() int }); ok {
		b.Grow(sized.Len() + bytes.MinRead)
	}
	_, err := b.ReadFrom(from)
	return b.Bytes(), err
}

// Read reads a state and validates it. Errors give the line and column, both from
// 1, and the JSON pointer.
func Read(from io.Reader, most Bounds) (State, error) {
	data, err := readAll(from)
	if err != nil {
		return State{}, fmt.Errorf("state: %w", err)
	}
	var st State
	err = strictjson.Unmarshal(data, &st)
	if err == nil {
		err = st.Validate(most)
	}
	if err == nil {
		return st, nil
	}
	if e, ok := err.(*strictjson.Error); ok && e.Line == 0 {
		e.Line, e.Column = strictjson.Locate(data, e.Pointer)
	}
	return State{}, fmt.Errorf("state: %w", err)
}
