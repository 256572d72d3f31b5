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
	return f, noZeroProbability(data, f)
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

// noZeroProbability refuses an explicit probability of 0, which in a Fault means
// that it acts on every request.
func noZeroProbability(data []byte, f Fault) error {
	var in struct {
		Probability json.RawMessage `json:"probability"`
	}
	if f.Probability != 0 || json.Unmarshal(data, &in) != nil || in.Probability == nil {
		return nil
	}
	return &strictjson.Error{Kind: strictjson.InvalidValue, Pointer: "/probability", Message: "must be greater than 0 and at most 1, not 0"}
}
