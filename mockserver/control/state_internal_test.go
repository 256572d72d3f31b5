package control

import (
	"bytes"
	"strings"
	"testing"
)

// TestStateWriter checks that a state may be as large as setState takes, and no
// byte larger.
func TestStateWriter(t *testing.T) {
	t.Parallel()
	for _, c := range calls() {
		if c.id == "set-state" && c.maxBody != maxStateBody {
			t.Errorf("set-state takes %d bytes; want maxStateBody", c.maxBody)
		}
	}
	var out bytes.Buffer
	if _, err := (stateWriter{&out, 5}).Write([]byte("state")); err != nil || out.String() != "state" {
		t.Errorf("%q, %v; want the state", &out, err)
	}
	if _, err := (stateWriter{&out, 5}).Write([]byte("states")); err == nil || !strings.Contains(err.Error(), "6 bytes, and PUT state takes 5") || out.Len() != 5 {
		t.Errorf("%q, %v; want a refusal and nothing written", &out, err)
	}
}
