package target

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/mockgates/mockgates/scenarios/keyledger"
)

// liveTarget opens a target whose server answers with the statuses in turn, and then
// repeats the last one. It also returns how long the target has waited each time.
func liveTarget(t *testing.T, statuses ...int) (target *Target, waits *[]time.Duration) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(statuses[0])
		if len(statuses) > 1 {
			statuses = statuses[1:]
		}
	}))
	t.Cleanup(server.Close)
	waits = new([]time.Duration)
	return openTarget(t, Config{
		URL: server.URL + "/api/v1", ManagementKey: "management", KeyExpiry: time.Minute,
		Sleep: func(_ context.Context, d time.Duration) error { *waits = append(*waits, d); return nil },
	}), waits
}

// TestClient_waitsForALimitedTarget sends a call again when a live target answers 429,
// unless the script expects that, and gives up when it would wait too long.
func TestClient_waitsForALimitedTarget(t *testing.T) {
	t.Parallel()
	const wait = 7 * time.Second
	for name, test := range map[string]struct {
		statuses []int
		call     Call
		status   int
		waits    []time.Duration
		limited  int // the exchanges before the last
		gaveUp   bool
	}{
		"a call that is not limited":       {[]int{200}, Call{}, 200, nil, 0, false},
		"one that is limited twice":        {[]int{429, 429, 200}, Call{}, 200, []time.Duration{wait, wait}, 2, false},
		"one that may be":                  {[]int{429, 200}, Call{MayBeLimited: true}, 429, nil, 0, false},
		"one that is limited for too long": {[]int{429}, Call{}, 429, slices.Repeat([]time.Duration{wait}, 8), 8, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target, waits := liveTarget(t, test.statuses...)
			test.call.Method, test.call.Path = http.MethodGet, "/key"
			done, err := newClient(t, target, "limited").Send(t.Context(), test.call)
			if err != nil {
				t.Fatal(err)
			}
			if done.Status != test.status || !slices.Equal(*waits, test.waits) || done.gaveUp != test.gaveUp {
				t.Errorf("status %d after %v, gave up %t; want %d after %v, %t", done.Status, *waits, done.gaveUp, test.status, test.waits, test.gaveUp)
			}
			if len(done.limited) != test.limited {
				t.Errorf("%d exchanges before it, want %d", len(done.limited), test.limited)
			}
		})
	}
}

// TestClient_notesDeletions removes a key from the ledger when the management key of the
// run has deleted it, or has found that it is gone.
func TestClient_notesDeletions(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status        int
		token, scheme string
		left          int
	}{
		"a deletion":                            {200, "management", "", 0},
		"a key that is gone":                    {404, "management", "", 0},
		"a refusal":                             {403, "management", "", 1},
		"another key that does not find it":     {404, "another", "", 1},
		"a management key that is sent wrongly": {404, "management", "raw", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target, _ := liveTarget(t, test.status)
			account := target.Account
			err := account.Ledger.Note(keyledger.Entry{Run: target.Run, Target: account.Target, Operation: "create-keys", Hash: "h", State: keyledger.Made})
			if err != nil {
				t.Fatal(err)
			}
			_, err = newClient(t, target, "ledger").Send(t.Context(), Call{Method: http.MethodDelete, Path: "/keys/h", Token: test.token, Scheme: test.scheme})
			if left := account.Ledger.Left(account.Target); err != nil || len(left) != test.left {
				t.Errorf("%v are left and the error is %v, want %d", left, err, test.left)
			}
		})
	}
}

// TestTarget_limitOfKeys bounds by 10 USD what the keys of scenarios may spend.
func TestTarget_limitOfKeys(t *testing.T) {
	t.Parallel()
	live := func(limit float64) Config {
		return Config{URL: "http://127.0.0.1:1", ManagementKey: "k", KeyLimit: limit}
	}
	for want, configs := range map[float64][]Config{0: {live(0)}, 2.5: {live(2.5)}, 10: {live(11), live(math.Inf(1)), {}}} {
		for _, c := range configs {
			if got := openTarget(t, c).LimitOfKeys(); got != want {
				t.Errorf("the limit is %v on %q with %v, want %v", got, c.URL, c.KeyLimit, want)
			}
		}
	}
}

// TestClient_rules names each rule of the responses once, in order.
func TestClient_rules(t *testing.T) {
	t.Parallel()
	c := newClient(t, openTarget(t, Config{}), "rules")
	for _, path := range []string{"/keys", "/key", "/keys"} {
		done, err := c.Send(t.Context(), Call{Method: http.MethodGet, Path: path, Token: c.ManagementKey()})
		if err == nil {
			err = c.Check(t.Context(), done)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := fmt.Sprint(c.Rules()); got != "[current.shown list.page]" {
		t.Errorf("the rules are %s, want [current.shown list.page]", got)
	}
}
