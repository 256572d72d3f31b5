package ratelimit

import (
	"fmt"
	"testing"
	"time"
)

// TestSetForgetsWindowsThatHaveEnded checks that the windows of a set are bounded by
// the callers of one window and not by all that ever called, and counts the work.
func TestSetForgetsWindowsThatHaveEnded(t *testing.T) {
	t.Parallel()
	const each, rounds = 500, 100 // callers in a window
	s := NewSet([]Limit{{Operation: "create-keys", Requests: 1, Per: time.Minute}})
	c, now := s.counters[0], time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)
	pruned, swept := 0, 0
	for round := range rounds {
		for i := range each {
			at, before := c.pruneAt, len(c.windows)
			if full := s.Take("create-keys", fmt.Sprint(round, i), now); full != nil {
				t.Fatalf("the first request of a caller is refused: %+v", full)
			}
			if before >= at {
				pruned, swept = pruned+1, swept+before
			}
			if full := s.Take("create-keys", fmt.Sprint(round, i), now); full == nil {
				t.Fatal("the window of a caller was forgotten before it ended")
			}
		}
		if got := len(c.windows); got > 2*each+minWindows {
			t.Fatalf("round %d: %d windows are kept, want at most %d", round, got, 2*each+minWindows)
		}
		now = now.Add(time.Minute)
	}
	if pruned == 0 || swept > 3*each*rounds {
		t.Errorf("%d windows were looked at in %d sweeps for %d requests", swept, pruned, each*rounds)
	}
}
