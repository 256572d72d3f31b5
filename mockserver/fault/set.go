package fault

import (
	"fmt"
	"slices"

	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

// A Status is a Fault with its counters.
type Status struct {
	Fault
	Matched   int // requests that matched, including those that it let pass
	Fired     int // requests that it acted on
	Remaining int // requests that it will still act on; -1 for no limit
}

// clone returns a copy that shares no memory with s.
func (s *Status) clone() Status {
	c := *s
	c.Fault = s.Fault.Clone()
	return c
}

// A Set holds faults in the order in which they were added. The zero Set is empty.
// A Set does no locking.
type Set struct {
	lastID int
	list   []*entry
}

type entry struct {
	Status
	when Condition // of the fault
}

// Len returns the number of faults.
func (s *Set) Len() int { return len(s.list) }

// Add adds a fault, which must be valid, after the others, and gives it an ID.
func (s *Set) Add(f Fault) Status {
	s.lastID++
	f = f.Clone()
	f.ID = fmt.Sprintf("f%d", s.lastID)
	added := &entry{Status: Status{Fault: f, Remaining: -1}, when: NewCondition(f.When)}
	if f.Times > 0 {
		added.Remaining = f.Times
	}
	s.list = append(s.list, added)
	return added.clone()
}

// Remove removes the fault with an ID and returns it. It reports false if there
// is none.
func (s *Set) Remove(id string) (Status, bool) {
	i := slices.IndexFunc(s.list, func(f *entry) bool { return f.ID == id })
	if i < 0 {
		return Status{}, false
	}
	removed := s.list[i].Status
	s.list = slices.Delete(s.list, i, i+1)
	return removed, true
}

// Clear removes every fault and returns them.
func (s *Set) Clear() []Status {
	removed := s.All()
	s.list = nil
	return removed
}

// All returns copies of the faults. It is never nil.
func (s *Set) All() []Status {
	all := make([]Status, 0, len(s.list))
	for _, f := range s.list {
		all = append(all, f.clone())
	}
	return all
}

// LastID returns the number in the ID of the fault that was added last.
func (s *Set) LastID() int { return s.lastID }

// Restore returns a Set of faults that keep their IDs and counters. The next fault
// to be added gets the number after lastID.
func Restore(lastID int, faults []Status) Set {
	s := Set{lastID: lastID}
	for _, f := range faults {
		restored := f.clone()
		s.list = append(s.list, &entry{Status: restored, when: NewCondition(restored.When)})
	}
	return s
}

// A Request is what a Set needs to know about a request.
type Request struct {
	Operation string                               // operationId
	Body      func() []byte                        // the request body, or nil if it is not a JSON object; called only if a fault has When
	Draw      func(id string, matched int) float64 // a random number in [0, 1) for request number matched of the fault with this ID; called only for Probability
}

// A Firing is a fault that acts on a request.
type Firing struct {
	Fault
	Count int // of its firings so far, including this one
}

// Next counts a request and returns the firing of the first fault that is due, or
// nil if none is.
func (s *Set) Next(r Request) *Firing {
	if len(s.list) == 0 {
		return nil
	}
	op := apispec.OperationByID(r.Operation)
	if op == nil {
		return nil
	}
	var body strictjson.Members
	if slices.ContainsFunc(s.list, func(f *entry) bool { return f.when != nil }) {
		body = members(r.Body())
	}
	var first *entry
	for _, f := range s.list {
		if !f.matches(op, body) {
			continue
		}
		f.Matched = min(f.Matched+1, apispec.MaxCount)
		if first != nil || f.Matched <= f.Skip || f.Remaining == 0 {
			continue
		}
		if f.Probability != 0 && r.Draw(f.ID, f.Matched) >= f.Probability {
			continue
		}
		first = f
	}
	if first == nil {
		return nil
	}
	first.Fired = min(first.Fired+1, apispec.MaxCount)
	if first.Remaining > 0 {
		first.Remaining--
	}
	return &Firing{first.Fault, first.Fired}
}

// Unfire takes back a firing of the fault with an ID, which found nothing to act
// on.
func (s *Set) Unfire(id string) {
	for _, f := range s.list {
		if f.ID == id && f.Fired > 0 {
			f.Fired--
			if f.Remaining >= 0 {
				f.Remaining++
			}
		}
	}
}

// matches reports whether the fault matches the request. A fault for "*" does not
// match operations that lack its Status or its place.
func (f *entry) matches(op *apispec.Operation, body strictjson.Members) bool {
	switch {
	case f.Operation != "*" && f.Operation != op.ID:
		return false
	case f.Fault.Status != 0 && !f.Force && !op.Documents(f.Fault.Status):
		return false
	case f.At != "" && !f.hasPlace(op):
		return false
	}
	return f.when.matches(body)
}
