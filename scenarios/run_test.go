package scenarios_test

import (
	"bytes"
	"testing"

	"github.com/mockgates/mockgates/scenarios"
)

// play runs scenarios and returns the report, as data and as text.
func play(t *testing.T, o scenarios.Options) (scenarios.Report, string) {
	t.Helper()
	r, err := scenarios.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := r.WriteText(&text, false); err != nil {
		t.Fatal(err)
	}
	return r, text.String()
}

func TestBuiltinScenariosPassOnTheFake(t *testing.T) {
	t.Parallel()
	r, text := play(t, scenarios.Options{})
	if r.ExitCode() != scenarios.ExitConforms {
		t.Errorf("exit code %d, want 0\n%s", r.ExitCode(), text)
	}
	for _, row := range r.Documented {
		if !row.Reached() {
			t.Errorf("row %v is not reached", row.Row)
		}
	}
	t.Log(text)
}
