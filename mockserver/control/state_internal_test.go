package control

import (
	"strings"
	"testing"
)

// TestStateBuffer_isBounded writes a state in pieces. The piece that exceeds the bound is
// refused and not kept.
func TestStateBuffer_isBounded(t *testing.T) {
	t.Parallel()
	for _, c := range calls() {
		if c.id == "set-state" && c.maxBody != maxStateBody {
			t.Errorf("set-state takes %d bytes; want maxStateBody", c.maxBody)
		}
	}
	b := stateBuffer{limit: 5}
	for _, piece := range []string{"sta", "te"} {
		if _, err := b.Write([]byte(piece)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Write([]byte("s")); err == nil || !strings.Contains(err.Error(), "more than the 5 bytes that PUT state takes") || b.String() != "state" {
		t.Errorf("error = %v, and %q is kept", err, b.String())
	}
}
