package fault_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver/fault"
)

// next counts a request of create-keys and returns the id of the fault that acts
// on it, "" for none.
func next(s *fault.Set) string {
	f := s.Next(fault.Request{Operation: "create-keys", Body: func() []byte { return nil }})
	if f == nil {
		return ""
	}
	return f.ID
}

// counters returns matched, fired and remaining of each fault.
func counters(s *fault.Set) (list [][3]int) {
	for _, f := range s.All() {
		list = append(list, [3]int{f.Matched, f.Fired, f.Remaining})
	}
	return list
}

func TestSetUnfire(t *testing.T) {
	t.Parallel()
	var s fault.Set
	s.Add(fault.Fault{Operation: "create-keys", Status: 500, Times: 1})
	s.Add(fault.Fault{Operation: "create-keys", Status: 429})
	if got := next(&s) + next(&s); got != "f1f2" {
		t.Fatalf("got %s, want f1f2", got)
	}
	s.Unfire("f1")
	s.Unfire("f2")
	if diff := cmp.Diff([][3]int{{2, 0, 1}, {2, 0, -1}}, counters(&s)); diff != "" {
		t.Errorf("counters (-want +got):\n%s", diff)
	}
	s.Unfire("f1") // it has not fired
	if diff := cmp.Diff([][3]int{{2, 0, 1}, {2, 0, -1}}, counters(&s)); diff != "" {
		t.Errorf("after another Unfire (-want +got):\n%s", diff)
	}
	if got := next(&s); got != "f1" {
		t.Errorf("got %q, want f1 to fire again", got)
	}
}

func TestSetRestoreContinuesTheSet(t *testing.T) {
	t.Parallel()
	var s fault.Set
	s.Add(fault.Fault{Operation: "create-keys", Status: 500, Skip: 1, Times: 1})
	s.Add(fault.Fault{Operation: "create-keys", Status: 429})
	s.Remove("f2")
	next(&s)
	restored := fault.Restore(s.LastID(), s.All())
	if restored.Len() != 1 || next(&restored) != "f1" || next(&restored) != "" {
		t.Errorf("got %v", counters(&restored))
	}
	if got := restored.Add(fault.Fault{Operation: "*", Status: 500}).ID; got != "f3" {
		t.Errorf("got id %q, want f3", got)
	}
	if got := s.All()[0].Matched; got != 1 {
		t.Errorf("the original counts %d requests, want 1", got)
	}
}

func TestSetNextAsksOnlyForWhatItNeeds(t *testing.T) {
	t.Parallel()
	asked := ""
	request := fault.Request{
		Operation: "create-keys",
		Body:      func() []byte { asked += "body "; return []byte(`{"name":"k"}`) },
		Draw:      func(id string, matched int) float64 { asked += "draw " + id; return 0.5 },
	}
	var s fault.Set
	s.Add(fault.Fault{Operation: "create-keys", Status: 500, Times: 1})
	if s.Next(request) == nil || asked != "" {
		t.Errorf("without when and probability it asked for %s", asked)
	}
	s.Add(fault.Fault{Operation: "create-keys", Status: 500, Probability: 0.5, When: map[string]any{"name": "k"}})
	if s.Next(request) != nil || asked != "body draw f2" {
		t.Errorf("a draw of the probability itself fired, or it asked for %s", asked)
	}
	if s.Next(fault.Request{Operation: "create-key"}) != nil {
		t.Error("an unknown operation has a fault")
	}
}

func TestCopiesOfTheTables(t *testing.T) {
	t.Parallel()
	fault.Effects()[0], fault.RetryAfterForms()[0] = "changed", "changed"
	if fault.Effects()[0] != fault.EffectReset || fault.RetryAfterForms()[0] != fault.FormDate {
		t.Error("a change of the result has changed the table")
	}
}
