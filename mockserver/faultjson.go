package mockserver

import "encoding/json"

// faultMembers are the members of a fault as JSON, without its methods.
type faultMembers Fault

// UnmarshalJSON reads a fault strictly: an unknown member is refused with the
// nearest that is known. Whether the fault makes sense is judged where it is
// ordered.
func (f *Fault) UnmarshalJSON(data []byte) error {
	var in faultMembers
	if err := strictUnmarshal(data, &in); err != nil {
		return err
	}
	*f = Fault(in)
	return noChance(data, *f)
}

// UnmarshalJSON reads a fault and its account, as strictly.
func (a *FaultAccount) UnmarshalJSON(data []byte) error {
	var in struct {
		faultMembers
		Seen  int `json:"seen"`
		Fired int `json:"fired"`
		Left  int `json:"left"`
	}
	if err := strictUnmarshal(data, &in); err != nil {
		return err
	}
	*a = FaultAccount{Fault: Fault(in.faultMembers), Seen: in.Seen, Fired: in.Fired, Left: in.Left}
	return noChance(data, a.Fault)
}

// noChance refuses a probability of 0, which is no way to say that a fault acts
// on all requests; that is said by leaving it out.
func noChance(data []byte, f Fault) error {
	var in struct {
		Chance json.RawMessage `json:"probability"`
	}
	if f.Chance != 0 || json.Unmarshal(data, &in) != nil || in.Chance == nil {
		return nil
	}
	return &decodeError{pointer: "/probability", message: "must be over 0 up to 1, not 0"}
}
