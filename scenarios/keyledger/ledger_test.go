package keyledger_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/scenarios/keyledger"
)

var noon = time.Date(2029, 11, 30, 12, 0, 0, 0, time.UTC)

func intent(name string) keyledger.Entry {
	zero := 0.0
	return keyledger.Entry{Run: "4be0", Target: "host:1", Time: noon, Operation: "create-keys", Name: name, Limit: &zero, Expires: noon.Add(10 * time.Minute)}
}

func TestLedger_isReadBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	l := keyledger.New(&file, nil)
	for _, state := range []string{keyledger.Made, keyledger.NotMade, keyledger.Unknown, keyledger.Deleted, ""} {
		e, err := l.Intend(intent("key " + state))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(file.String(), "key "+state) {
			t.Errorf("the intent is not in the file when the call is sent:\n%s", file.String())
		}
		if e.State = state; state == "" {
			continue // the process was killed
		}
		e.Hash = "hash of " + state
		if err := l.Note(e); err != nil {
			t.Fatal(err)
		}
	}
	whole := file.Len()
	file.WriteString(`{"run":"4be0","call":6,"sta`) // the process was killed here
	got, read, err := keyledger.Read(file.Bytes())
	if err != nil || read != whole {
		t.Fatalf("read %d bytes and %v, want %d", read, err, whole)
	}
	if diff := cmp.Diff(l.Entries(), got); diff != "" {
		t.Errorf("what was read (-wrote +read):\n%s", diff)
	}
	var left []string
	for _, e := range keyledger.New(nil, got).Left("host:1") {
		left = append(left, e.State)
	}
	if want := []string{keyledger.Made, keyledger.Unknown, keyledger.Intended}; !cmp.Equal(left, want) {
		t.Errorf("left are %q, want %q", left, want)
	}
	if left := l.Left("host:2"); len(left) != 0 {
		t.Errorf("left on another target are %v, want none", left)
	}
}

func TestLedger_Gone(t *testing.T) {
	t.Parallel()
	l := keyledger.New(nil, nil)
	for _, hash := range []string{"a", "b", ""} {
		e, _ := l.Intend(intent("key"))
		e.State, e.Hash = keyledger.Made, hash
		_ = l.Note(e)
	}
	_, _ = l.Gone("a"), l.Gone("")
	if left := l.Left("host:1"); len(left) != 2 || left[0].Hash != "b" {
		t.Errorf("left are %v, want b and the key without a hash", left)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestLedger_refusesACallThatItCannotNote(t *testing.T) {
	t.Parallel()
	if _, err := keyledger.New(full{}, nil).Intend(intent("key")); err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("the error is %v, want one that says no space left", err)
	}
}

func TestRead_refuses(t *testing.T) {
	t.Parallel()
	const head = `{"run":"4be0","call":1,"target":"h:1","time":"2029-11-30T12:00:00Z","operation":"create-keys","state":`
	for _, test := range []struct{ name, text, want string }{
		{"text", "nightly\n", "line 1"},
		{"an unknown member", head + "\"intended\",\"key\":\"x\"}\n", `line 1: `},
		{"an unknown state", head + "\"maid\"}\n", `line 1: unknown state "maid"; want one of`},
		{"no run", `{"call":1,"target":"h:1","time":"2029-11-30T12:00:00Z","operation":"o","state":"intended"}` + "\n", "want run, call"},
		{"an intent twice", head + "\"intended\"}\n" + head + "\"intended\"}\n", "line 2: call 1 of the run 4be0 is intended twice"},
		{"no intent", head + "\"made\"}\n", "line 1: call 1 of the run 4be0 is made, and was never intended"},
		{"too many bytes", strings.Repeat(" ", keyledger.MaxFile+1), "longer than 67108864 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := keyledger.Read([]byte(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, want one that contains %q", err, test.want)
			}
		})
	}
}

func TestEntry(t *testing.T) {
	t.Parallel()
	one := 1.0
	for _, test := range []struct {
		name   string
		change func(*keyledger.Entry)
		ends   bool
		text   string
	}{
		{"a key that expires", func(*keyledger.Entry) {}, true, `the key "nightly" (hash ab), which expires at 2029-11-30T12:10:00Z`},
		{"one that expires later", func(e *keyledger.Entry) { e.Expires = noon.Add(time.Hour) }, false, "expires at 2029-11-30T13:00:00Z"},
		{"one that never does", func(e *keyledger.Entry) { e.Expires = time.Time{} }, false, "which never expires"},
		{"one that can spend", func(e *keyledger.Entry) { e.Limit = &one }, false, ""},
		{"one without a limit", func(e *keyledger.Entry) { e.Limit = nil }, false, ""},
		{"one that may not exist", func(e *keyledger.Entry) { e.State = keyledger.Unknown }, true, "perhaps the key"},
		{"one without a name", func(e *keyledger.Entry) { e.Name, e.Hash = "", "" }, true, "a key without a name, which expires"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e := intent("nightly")
			e.State, e.Hash = keyledger.Made, "ab"
			test.change(&e)
			if got := e.Ends(15 * time.Minute); got != test.ends {
				t.Errorf("it ends by itself: %v, want %v", got, test.ends)
			}
			if got := e.String(); !strings.Contains(got, test.text) {
				t.Errorf("it is %q, want %q in it", got, test.text)
			}
		})
	}
}
