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
	"github.com/go-json-experiment/json/jsontext"
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
// encodes: no more than a part of the text is in memory at a time. With an indent each
// member and each item has a line of its own, as json.MarshalIndent writes them.
func (s State) Write(to io.Writer, indent string) error {
	out := bufio.NewWriterSize(to, 64<<10)
	options := jsonv1.DefaultOptionsV1()
	if indent != "" {
		options = json.JoinOptions(options, jsontext.WithIndent(indent))
	}
	if err := json.MarshalWrite(out, s, options); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	_ = out.WriteByte('\n') // Flush returns its error
	return out.Flush()
}

// Read reads a state and validates it. Errors give the line and column, both from
// 1, and the JSON pointer. From a reader that can seek it reads the text as it decodes
// it; of any other it holds the whole text meanwhile.
func Read(from io.Reader, most Bounds) (State, error) {
	st, err := read(from, most)
	if err != nil {
		return State{}, fmt.Errorf("state: %w", err)
	}
	return st, nil
}

func read(from io.Reader, most Bounds) (State, error) {
	text, start, err := seekable(from)
	if err != nil {
		return State{}, err
	}
	var st State
	if err := strictjson.UnmarshalRead(text, &st); err != nil {
		return State{}, err
	}
	err = st.Validate(most)
	if err == nil {
		return st, nil
	}
	if e, ok := err.(*strictjson.Error); ok && e.Line == 0 {
		err = locate(e, text, start)
	}
	return State{}, err
}

// seekable returns a reader for what is left of a text, and where it stands. It reads the
// whole of one that cannot seek, such as the body of a request.
func seekable(from io.Reader) (text io.ReadSeeker, start int64, err error) {
	if text, ok := from.(io.ReadSeeker); ok {
		if start, err := text.Seek(0, io.SeekCurrent); err == nil { // a pipe is a file that cannot
			return text, start, nil
		}
	}
	var b bytes.Buffer
	_, err = b.ReadFrom(from)
	return bytes.NewReader(b.Bytes()), 0, err
}

// locate adds the line and the column to an error about a text from start on.
func locate(e *strictjson.Error, text io.ReadSeeker, start int64) error {
	if _, err := text.Seek(start, io.SeekStart); err != nil {
		return err
	}
	data, err := io.ReadAll(text)
	if err != nil {
		return err
	}
	e.Line, e.Column = strictjson.Locate(data, e.Pointer)
	return e
}
