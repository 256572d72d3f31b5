package fault

import (
	"encoding/json"
	"time"

	"github.com/mockgates/mockgates/internal/strictjson"
)

// plain is a Fault without its methods.
type plain Fault

// wire is a fault as JSON has it. RetryAfter hides the member of plain.
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

// UnmarshalJSON reads the JSON form. It refuses unknown members, naming the
// nearest known one. Whether the fault is valid is for Validate to say.
func (f *Fault) UnmarshalJSON(data []byte) (err error) {
	var in wire
	if err := strictjson.Unmarshal(data, &in); err != nil {
		return err
	}
	*f, err = in.fault(data)
	return err
}

// statusWire is a Status as JSON has it.
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

// UnmarshalJSON reads what MarshalJSON writes. It refuses unknown members.
func (s *Status) UnmarshalJSON(data []byte) error {
	var in statusWire
	if err := strictjson.Unmarshal(data, &in); err != nil {
		return err
	}
	f, err := in.fault(data)
	*s = Status{Fault: f, Matched: in.Matched, Fired: in.Fired, Remaining: in.Remaining}
	return err
}

// noZeroProbability refuses a probability that is given as 0, since a Fault
// would take it for none given and act on every request.
func noZeroProbability(data []byte, f Fault) error {
	var in struct {
		Probability json.RawMessage `json:"probability"`
	}
	if f.Probability != 0 || json.Unmarshal(data, &in) != nil || in.Probability == nil {
		return nil
	}
	return &strictjson.Error{Kind: strictjson.InvalidValue, Pointer: "/probability", Message: "must be over 0 up to 1, not 0"}
}
