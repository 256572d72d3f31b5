package scenarios

import (
	"strings"
	"testing"
)

// TestIsCompanion_byMethodAndPath finds the companion operation of a call as a script writes it.
func TestIsCompanion_byMethodAndPath(t *testing.T) {
	t.Parallel()
	for call, want := range map[string]bool{
		"POST /keys": false, "POST /auth/keys/code": false, "OPTIONS /keys": false, "GET /nowhere": false,
		"GET /keys": true, "GET /keys/$HASH": true, "DELETE /keys/x/": true, "GET /key": true, "POST /auth/keys": true,
	} {
		method, path, _ := strings.Cut(call, " ")
		if got := isCompanion(method, path); got != want {
			t.Errorf("isCompanion(%s) = %v, want %v", call, got, want)
		}
	}
}
