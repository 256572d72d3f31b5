package session

import (
	"testing"
	"time"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/internal/target"
)

// TestOpen_setsTheTimesOfAScript compares $NOW, $SOON and $SOON_LOCAL with the clock of
// the target.
func TestOpen_setsTheTimesOfAScript(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 23, 4, 5, 600, time.UTC)
	to, err := target.Open(target.Config{FakeConfig: mockserver.Config{Clock: mockserver.ClockSetting{Now: at, Frozen: true}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(to.Close)
	s, err := Config{Target: to}.open(t.Context(), "times", nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"NOW": "2026-01-02T23:04:05Z", "SOON": "2026-01-02T23:14:05Z", "SOON_LOCAL": "2026-01-02T23:14:05",
	} {
		if got := s.vars[name]; got != want {
			t.Errorf("$%s is %v, want %s", name, got, want)
		}
	}
}
