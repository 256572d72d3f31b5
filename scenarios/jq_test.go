package scenarios_test

import (
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
)

// TestJQ_endsAtTheTimeout evaluates an expression that gives no value and does
// not end. Negated it must fail too.
func TestJQ_endsAtTheTimeout(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"jq 'last(repeat(1))'", "! jq 'last(repeat(1))'"} {
		file := script(t, "call OPTIONS /keys\n"+line+"\n")
		r, text := play(t, scenarios.Options{Files: []string{file}, Timeout: time.Second})
		if r.ExitCode() != report.ExitFailed || !strings.Contains(text, "no result within 1s") {
			t.Errorf("%s: exit code %d, want 4 and the timeout\n%s", line, r.ExitCode(), text)
		}
	}
}
