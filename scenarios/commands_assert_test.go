package scenarios

import "testing"

// TestJQ_boundIsNoMismatch plays a line whose expression reaches a bound. It fails
// negated too.
func TestJQ_boundIsNoMismatch(t *testing.T) {
	t.Parallel()
	s := &session{target: &target{}, ctx: t.Context(), last: &completedCall{}, vars: map[string]any{}}
	err := s.jq([]string{"last(repeat(1))"})
	if _, mismatch := err.(*mismatch); err == nil || mismatch {
		t.Errorf("error %#v; want one that ! does not turn into success", err)
	}
}
