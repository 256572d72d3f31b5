package scenarios

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestEventually_waits plays on a target whose first reads fail. The waits are recorded
// and take no time.
func TestEventually_waits(t *testing.T) {
	t.Parallel()
	ms := func(list ...int) (out []time.Duration) {
		for _, n := range list {
			out = append(out, time.Duration(n)*time.Millisecond)
		}
		return out
	}
	for _, test := range []struct {
		name   string
		within string
		reads  int // the first ones, which fail
		want   []time.Duration
		exit   int
		text   string
	}{
		{"the first read succeeds", "1s", 0, nil, 0, "conforms"},
		{"the third read succeeds", "1s", 2, ms(100, 200), 0, "3 exchanges"},
		{"no read succeeds in time", "1s", 99, ms(100, 200, 400, 300), 4, "unexpected status, 5 reads within 1s"},
		{"no wait is longer than 2s", "10s", 99, ms(100, 200, 400, 800, 1600, 2000, 2000, 2000, 900), 4, "unexpected status, 10 reads within 10s"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "script.txtar")
			if err := os.WriteFile(file, []byte("call GET /keys\neventually "+test.within+" status 200\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			var waits []time.Duration
			reads := 0
			r, err := Run(t.Context(), Options{
				Files: []string{file},
				sleep: func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil },
				Handler: func(fake http.Handler) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if reads++; reads <= test.reads {
							r.Header.Set("Prefer", "code=500")
						}
						fake.ServeHTTP(w, r)
					})
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			for i, x := range r.Scenarios[0].Exchanges {
				if want := min(i+1, 2); x.Line != want {
					t.Errorf("read %d has line %d, want %d", i+1, x.Line, want)
				}
			}
			var text strings.Builder
			if err := r.WriteText(&text, false); err != nil {
				t.Fatal(err)
			}
			if r.ExitCode() != test.exit || !strings.Contains(Unwrap(text.String()), test.text) {
				t.Errorf("exit code %d; want %d and %q:\n%s", r.ExitCode(), test.exit, test.text, Unwrap(text.String()))
			}
			if diff := cmp.Diff(test.want, waits); diff != "" {
				t.Errorf("waits (-want +got):\n%s", diff)
			}
		})
	}
}
