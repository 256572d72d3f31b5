package fault

import (
	"encoding/json"
	"time"

	"github.com/mockgates/mockgates/internal/strictjson"
)

// plain is a Fault without its methods, so that encoding/json does not call them.
type plain Fault

// wire is the JSON form of a fault. RetryAfter shadows the field of plain.
type wire struct {
	plain
	RetryAfter textDuration `json:"retry_after,omitempty"`
}

func (f Fault) wire() wire { return wire{plain(f), textDuration(f.RetryAfter)} }

func (w wire) fault(data []byte) (Fault, error) {
	f := Fault(w.plain)
	f.RetryAfter = time.Duration(w.RetryAfter)
	return f, noExplicitZero(data, f)
}

// MarshalJSON writes the JSON form, with durations as text.
func (f Fault) MarshalJSON() ([]byte, error) { return json.Marshal(f.wire()) }

// UnmarshalJSON reads the JSON form. The error for an unknown member names the
// nearest known one. UnmarshalJSON does not call Validate.
func (f *Fault) UnmarshalJSON(data []byte) (err error) {
	var in wire
	if err := strictjson.Unmarshal(data, &in); err != nil {
		return err
	}
	*f, err = in.fault(data)
	return err
}

// statusWire is the JSON form of a Status.
type statusWire struct {
	wire
	Matched   int `json:"matched"`
	Fired     int `json:"fired"`
	Remaining int `json:"remaining"`
}

// MarshalJSON writes the members of the fault and its counters.
func (s Status) MarshalJSON() ([]byte, error) {
	return json.Marshal(statusWire{s.Fault.wire(), s.Matched, s.Fired, s.Remaining})
}

// UnmarshalJSON reads what MarshalJSON writes. Unknown members are an error.
func (s *Status) UnmarshalJSON(data []byte) error {
	var in statusWire
	if err := strictjson.Unmarshal(data, &in); err != nil {
		return err
	}
	f, err := in.fault(data)
	*s = Status{Fault: f, Matched: in.Matched, Fired: in.Fired, Remaining: in.Remaining}
	return err
}

// noExplicitZero refuses a probability of 0, which in a Fault means that it acts on
// every request, and a retry_after of 0, which means the default.
func noExplicitZero(data []byte, f Fault) error {
	var in struct {
		Probability json.RawMessage `json:"probability"`
		RetryAfter  json.RawMessage `json:"retry_after"`
	}
	refuse := func(pointer, message string) error {
		return &strictjson.Error{Kind: strictjson.InvalidValue, Pointer: pointer, Message: message}
	}
	switch {
	case f.Probability != 0 && f.RetryAfter != 0 || json.Unmarshal(data, &in) != nil:
		return nil
	case f.Probability == 0 && in.Probability != nil:
		return refuse("/probability", "must be greater than 0 and at most 1, not 0")
	case f.RetryAfter == 0 && in.RetryAfter != nil:
		return refuse("/retry_after", "must be greater than 0s; retry_after_form zero sends a 0")
	}
	return nil
}
