package keyledger

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/internal/suggest"
)

// MaxFile is the largest ledger that Read accepts, in bytes.
const MaxFile = 64 << 20

// Read reads a ledger. It returns the last entry of each call, in the order of their
// intents, and the number of bytes that it has read. It leaves out an incomplete last
// line: its process was killed while it wrote the line, and so before it sent the call.
// It refuses unknown members and states, a call without its intent, and more than MaxFile
// bytes. The error names the line.
func Read(data []byte) (entries []Entry, read int, err error) {
	if len(data) > MaxFile {
		return nil, 0, fmt.Errorf("the ledger is longer than %d bytes", MaxFile)
	}
	l := New(nil, nil)
	for n := 1; ; n++ {
		line, rest, ends := bytes.Cut(data[read:], []byte("\n"))
		if !ends {
			return l.entries, read, nil
		}
		var e Entry
		if err := strictjson.Unmarshal(line, &e); err != nil {
			return nil, 0, fmt.Errorf("line %d: %w", n, err)
		}
		if err := l.check(e); err != nil {
			return nil, 0, fmt.Errorf("line %d: %w", n, err)
		}
		l.put(e)
		read = len(data) - len(rest)
	}
}

// check refuses an entry that cannot follow the earlier ones.
func (l *Ledger) check(e Entry) error {
	_, known := l.index[callID{e.Run, e.Call}]
	switch {
	case !slices.Contains(states, e.State):
		return fmt.Errorf("unknown state %q%s", e.State, suggest.Hint(e.State, states))
	case e.Run == "" || e.Call < 1 || e.Target == "" || e.Operation == "":
		return fmt.Errorf("want run, call, target and operation of the call")
	case e.State == Intended && known:
		return fmt.Errorf("call %d of the run %s is intended twice", e.Call, e.Run)
	case e.State != Intended && !known:
		return fmt.Errorf("call %d of the run %s is %s, and was never intended", e.Call, e.Run, e.State)
	}
	return nil
}
