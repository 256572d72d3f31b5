package mockserver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A FaultAccount is a Fault and what became of it.
type FaultAccount struct {
	Fault
	Seen  int `json:"seen"`  // matching requests so far, those let pass included
	Fired int `json:"fired"` // requests it acted on
	Left  int `json:"left"`  // requests it will still act on; -1 without bound
}

// faults are the orders in force, in the order they were given. The zero value
// has none. It does no locking.
type faults struct {
	given int // so far, for ids
	list  []*FaultAccount
}

func (fs *faults) reset(initial []Fault) {
	*fs = faults{}
	for _, f := range initial {
		fs.add(f)
	}
}

// add orders a fault that is valid.
func (fs *faults) add(f Fault) FaultAccount {
	fs.given++
	f = f.clone()
	f.ID = fmt.Sprintf("f%d", fs.given)
	a := &FaultAccount{Fault: f, Left: -1}
	if f.Times > 0 {
		a.Left = f.Times
	}
	fs.list = append(fs.list, a)
	return a.clone()
}

// clone returns a copy that shares nothing with f. The values of When become
// what JSON makes of them.
func (f Fault) clone() Fault {
	if f.Delay != nil {
		d := *f.Delay
		f.Delay = &d
	}
	if f.When != nil {
		when := make(map[string]any, len(f.When))
		for name, v := range f.When {
			when[name], _ = canonical(v)
		}
		f.When = when
	}
	return f
}

func (a *FaultAccount) clone() FaultAccount {
	b := *a
	b.Fault = a.Fault.clone()
	return b
}

// A firing is one act of a fault. The zero firing is none.
type firing struct {
	fault Fault
	count int // of the fault's acts, from 1
}

// next counts a request for op and returns the act of the first fault that may
// act on it.
func (fs *faults) next(op *operation, req *request, draw func(fault string, seen int) float64) firing {
	if len(fs.list) == 0 {
		return firing{}
	}
	var body members
	if slices.ContainsFunc(fs.list, func(a *FaultAccount) bool { return a.When != nil }) {
		body, _ = req.body.object(req.header)
	}
	var first *FaultAccount
	for _, a := range fs.list {
		if !a.matches(op, body) {
			continue
		}
		a.Seen++
		if first != nil || a.Seen <= a.Skip || a.Left == 0 {
			continue
		}
		if a.Chance != 0 && draw(a.ID, a.Seen) >= a.Chance {
			continue
		}
		first = a
	}
	if first == nil {
		return firing{}
	}
	first.Fired++
	if first.Left > 0 {
		first.Left--
	}
	return firing{first.Fault, first.Fired}
}

// giveBack undoes the account of an act that found nothing to act on.
func (fs *faults) giveBack(id string) {
	for _, a := range fs.list {
		if a.ID == id && a.Fired > 0 {
			a.Fired--
			if a.Left >= 0 {
				a.Left++
			}
		}
	}
}

func (f Fault) matchesOperation(op *operation) bool {
	return f.Operation == "*" || f.Operation == op.id
}

// matches reports whether the fault is about this request. A status, or a place
// to violate, leaves those of all operations alone that do not have it.
func (f Fault) matches(op *operation, body members) bool {
	switch {
	case !f.matchesOperation(op):
		return false
	case f.Status != 0 && !f.Force && !op.documents(f.Status):
		return false
	case f.At != "" && !f.violates(op):
		return false
	}
	for name, want := range f.When {
		got, ok := lookup(body, name)
		if !ok || !equalJSON(got, want) {
			return false
		}
	}
	return true
}

// lookup finds a member by name, or by JSON pointer (RFC 6901) for a name with
// a leading /.
func lookup(body members, name string) (any, bool) {
	tokens := []string{name}
	if rest, ok := strings.CutPrefix(name, "/"); ok {
		tokens = strings.Split(rest, "/")
		for i, t := range tokens {
			tokens[i] = unescapePointer(t)
		}
	}
	raw, ok := body[tokens[0]]
	if !ok {
		return nil, false
	}
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return nil, false
	}
	for _, t := range tokens[1:] {
		switch at := v.(type) {
		case map[string]any:
			if v, ok = at[t]; !ok {
				return nil, false
			}
		case []any:
			i, err := strconv.ParseUint(t, 10, 31)
			if err != nil || int(i) >= len(at) || len(t) > 1 && t[0] == '0' {
				return nil, false
			}
			v = at[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// unescapePointer reads one token of a JSON pointer (RFC 6901).
func unescapePointer(token string) string {
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
}

// canonical returns v as encoding/json decodes it: numbers as float64, and so
// on. It refuses what JSON cannot write.
func canonical(v any) (out any, err error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	err = json.Unmarshal(data, &out)
	return out, err
}

// equalJSON compares two decoded values as JSON: the order of members is no
// matter.
func equalJSON(a, b any) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && string(x) == string(y)
}

// refusal is the answer that the fault gives in place of the API's.
func (f Fault) refusal(tx txn) *Error {
	e := refuse(f.Status, "fault.injected")
	if e.Message == "" {
		e.Message = http.StatusText(f.Status)
	}
	if e.Message == "" {
		e.Message = fmt.Sprintf("Status %d", f.Status)
	}
	if f.Status == 429 {
		e.Metadata = map[string]any{"headers": rateHeaders(1, 0, within(tx.now.Add(max(time.Duration(f.RetryAfter), time.Second))))}
	}
	return e
}
