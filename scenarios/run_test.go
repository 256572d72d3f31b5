package scenarios_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
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
			t.Errorf("row %v is not reached", row.DocumentedResponse)
		}
	}
	t.Log(text)
}

// TestARunThatIsBrokenOffStillCleansUp breaks a run off in the middle of a
// call, and wants the cleanup that the script has asked for to arrive.
func TestARunThatIsBrokenOffStillCleansUp(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	var cleaned atomic.Bool
	_, err := scenarios.Run(ctx, scenarios.Options{
		Files: []string{script(t, "cleanup call POST /auth/keys/code code.json\ncall POST /keys key.json\n"+nightly)},
		Handler: func(whole http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/api/v1/keys" {
					cancel(errors.New("interrupted"))
					<-r.Context().Done()
					return
				}
				cleaned.Store(true)
				whole.ServeHTTP(w, r)
			})
		},
	})
	if err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("error %v, want one that says why", err)
	}
	if !cleaned.Load() {
		t.Error("the cleanup has not arrived")
	}
}
