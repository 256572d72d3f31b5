package scenarios_test

import (
	"testing"
	"time"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios"
)

// The scenarios hold on any clock that dates can be written for: on the last
// second of a leap day far ahead as on the machine's own.
func TestBuiltinScenariosHoldInTheYear2096(t *testing.T) {
	t.Parallel()
	clock := mockserver.ClockSetting{Now: time.Date(2096, time.February, 29, 23, 59, 59, 0, time.UTC)}
	r, text := play(t, scenarios.Options{Clock: clock})
	if r.ExitCode() != scenarios.ExitConforms || r.Count(scenarios.Skipped) > 0 {
		t.Errorf("exit code %d, want 0 and nothing skipped\n%s", r.ExitCode(), text)
	}
}
