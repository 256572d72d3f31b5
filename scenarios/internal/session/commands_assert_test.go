package session

import (
	"testing"

	"github.com/mockgates/mockgates/scenarios/internal/failure"
	"github.com/mockgates/mockgates/scenarios/internal/target"
)

// TestJQ_boundIsNotAMismatch plays a line whose expression reaches a bound. It fails
// negated too.
func TestJQ_boundIsNotAMismatch(t *testing.T) {
	t.Parallel()
	s := &session{target: &target.Target{}, ctx: t.Context(), last: &target.Completed{}, vars: map[string]any{}}
	err := s.jq([]string{"last(repeat(1))"})
	if _, mismatch := err.(*failure.Mismatch); err == nil || mismatch {
		t.Errorf("error %#v; want one that ! does not turn into success", err)
	}
}
