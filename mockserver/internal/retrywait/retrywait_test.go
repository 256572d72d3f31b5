package retrywait

import (
	"encoding/binary"
	"testing"
	"time"
)

func TestSetIsBounded(t *testing.T) {
	t.Parallel()
	var s Set
	now := time.Unix(0, 0)
	for i := range Max {
		s.Note(Caller{token(i), "create-keys"}, "1", now)
	}
	if len(s.waits) != Max {
		t.Errorf("got %d waits, want %d", len(s.waits), Max)
	}
	newest := Caller{token(Max), "create-keys"}
	s.Note(newest, "1", now)
	if len(s.waits) != 1 || s.Check(newest, now) == "" {
		t.Errorf("got %d waits, want only the newest", len(s.waits))
	}
}

// token returns the hash of one of many tokens.
func token(i int) (hash [32]byte) {
	binary.BigEndian.PutUint64(hash[:], uint64(i))
	return hash
}
