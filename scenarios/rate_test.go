package scenarios

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mockgates/mockgates/mockserver"

	"github.com/mockgates/mockgates/scenarios/report"
)

func TestParseRate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Rate{
		"60/m": {60, time.Minute}, "1/s": {1, time.Second}, "600/h": {600, time.Hour}, "none": NoRate,
		"": {}, "60": {}, "0/m": {}, "-1/m": {}, "60/d": {}, "1.5/s": {}, "60/m/s": {}, "60/": {},
	} {
		got, err := ParseRate(text)
		if got != want || (err != nil) != (want == Rate{}) {
			t.Errorf("ParseRate(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestOptions_interval(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options Options
		want    time.Duration // between two requests; 0 for no bound
	}{
		"none on the fake":                       {Options{}, 0},
		"none on loopback":                       {Options{Target: "http://127.0.0.1:80/v1"}, 0},
		"none on loopback by IPv6":               {Options{Target: "http://[::1]/v1"}, 0},
		"none on localhost":                      {Options{Target: "http://api.localhost/v1"}, 0},
		"60 a minute elsewhere":                  {Options{Target: "https://host.example/v1"}, time.Second},
		"elsewhere as asked for":                 {Options{Target: "https://host.example/v1", Rate: Rate{7200, time.Hour}}, time.Second / 2},
		"none elsewhere when asked for":          {Options{Target: "https://host.example/v1", Rate: NoRate}, 0},
		"as asked for on loopback":               {Options{Target: "http://127.0.0.1/v1", Rate: Rate{5, time.Second}}, time.Second / 5},
		"a host that only begins with localhost": {Options{Target: "http://localhost.example/v1"}, time.Second},
	} {
		if got := test.options.interval(); got != test.want {
			t.Errorf("%s: one request in %v, want one in %v", name, got, test.want)
		}
	}
}

// A limitedTarget is a live target that answers 429 to its first calls of
// create-keys.
func limitedTarget(t *testing.T, retryAfter string, first int) string {
	t.Helper()
	fake, err := mockserver.New(mockserver.Config{NoDebugHeaders: true, ManagementKeys: []string{"sk-somebody"}})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		limited := r.URL.Path == "/api/v1/keys" && first > 0
		if limited {
			first--
		}
		mu.Unlock()
		if !limited {
			fake.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		w.WriteHeader(429)
		_, _ = fmt.Fprint(w, `{"error":{"code":429,"message":"slow down"}}`)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/api/v1"
}

func TestRun_waitsForALimitedTarget(t *testing.T) {
	t.Parallel()
	const creates = "call POST /keys key.json\nstatus 201\n-- key.json --\n" + `{"name": "of $RUN", "limit": 0, "expires_at": "$SOON"}` + "\n"
	for name, test := range map[string]struct {
		script     string
		retryAfter string
		first      int // calls that are limited
		exit       int
		waits      []time.Duration
		text       string
	}{
		"it waits as the header says and goes on": {creates, "7", 2, report.ExitConforms, []time.Duration{7 * time.Second, 7 * time.Second}, "create-keys 429            live 2"},
		"without a header it waits a second":      {creates, "", 1, report.ExitConforms, []time.Duration{time.Second}, "create-keys 429            live 1"},
		"a longer wait is inconclusive":           {creates, "61", 1, report.ExitInconclusive, nil, "is refused with 429 for longer than the run waits"},
		"so is one that adds up to more":          {creates, "30", 3, report.ExitInconclusive, []time.Duration{30 * time.Second, 30 * time.Second}, "want: at most 1m0s in all"},
		"a script can ask for it":                 {strings.Replace(creates, "201", "429", 1), "61", 1, report.ExitConforms, nil, "conforms"},
		"a bad 429 is a failure":                  {creates, "soon", 1, report.ExitFailed, []time.Duration{time.Second}, "header Retry-After"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "limited.txtar")
			if err := os.WriteFile(file, []byte(test.script), 0o600); err != nil {
				t.Fatal(err)
			}
			var waits []time.Duration
			r, err := Run(t.Context(), Options{
				Target: limitedTarget(t, test.retryAfter, test.first), ManagementKey: "sk-somebody", Files: []string{file}, Parallel: 1,
				sleep: func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil },
			})
			if err != nil {
				t.Fatal(err)
			}
			var text strings.Builder
			_ = r.WriteText(&text, false)
			if r.ExitCode() != test.exit || !slices.Equal(waits, test.waits) || !strings.Contains(Unwrap(text.String()), test.text) {
				t.Errorf("exit code %d after %v, want %d after %v and %q in\n%s", r.ExitCode(), waits, test.exit, test.waits, test.text, Unwrap(text.String()))
			}
		})
	}
}

// TestRun_rateHoldsForEveryCall stops a run before the rate allows a call after the
// probe.
func TestRun_rateHoldsForEveryCall(t *testing.T) {
	t.Parallel()
	var calls int
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls++
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(400)
	}))
	t.Cleanup(server.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 59*time.Second/6)
	defer cancel()
	_, _ = Run(ctx, Options{Target: server.URL, ManagementKey: "k", Rate: Rate{6, time.Minute}, Run: "keys_distinct", Parallel: 1})
	if calls != 1 {
		t.Errorf("%d calls, want the probe alone", calls)
	}
}

func TestRun_refusesARateAtWhichTimesPass(t *testing.T) {
	t.Parallel()
	_, err := Run(t.Context(), Options{Target: "http://127.0.0.1:1", ManagementKey: "k", Rate: Rate{1, time.Hour}})
	if err == nil || !strings.Contains(err.Error(), "rate is one request in 1h0m0s; want at least one in 10s") {
		t.Errorf("the error is %v, want one that refuses the rate", err)
	}
}

func TestOptions_slowRateNeedsNoParallelScenarios(t *testing.T) {
	t.Parallel()
	for rate, want := range map[Rate]int{{60, time.Minute}: 1, {4, time.Second}: 4, {900, time.Second}: 8, NoRate: 8} {
		o, _, err := Options{Target: "http://127.0.0.1:1", ManagementKey: "k", Rate: rate, Parallel: 8}.complete()
		if err != nil || o.Parallel != want {
			t.Errorf("at the rate %v %d scenarios at once and %v, want %d", rate, o.Parallel, err, want)
		}
	}
}

func TestRun_tellsItsProgress(t *testing.T) {
	t.Parallel()
	var told []Progress
	r, err := Run(t.Context(), Options{Run: "^(keys_created|generated/list-keys)$", Progress: func(p Progress) { told = append(told, p) }})
	if err != nil {
		t.Fatal(err)
	}
	want := Progress{Done: 2, All: 2, Exchanges: r.Exchanges}
	if len(told) != 1+2+r.Exchanges || told[len(told)-1] != want {
		t.Errorf("Progress was called %d times, last with %+v; want %+v", len(told), told[len(told)-1], want)
	}
}
