package mockserver_test

import (
	"context"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
)

// measureDelays returns how long each of n requests took, on the clock of the
// testing/synctest bubble.
func measureDelays(t *testing.T, seed uint64, fault string, n int) (list []time.Duration) {
	t.Helper()
	s := newServer(t, mockserver.Config{Seed: seed})
	addFault(t, worldOf(t, s, mockserver.DefaultWorld), fault)
	for range n {
		start := time.Now()
		statuses(t, s, 1, nightly)
		list = append(list, time.Since(start))
	}
	return list
}

func TestDelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fixed := measureDelays(t, 1, "create-keys delay=150ms", 3)
		if diff := cmp.Diff([]time.Duration{150 * time.Millisecond, 150 * time.Millisecond, 150 * time.Millisecond}, fixed); diff != "" {
			t.Errorf("fixed (-want +got):\n%s", diff)
		}
	})
	for _, phase := range []string{"before", "during", "after"} {
		synctest.Test(t, func(t *testing.T) {
			if got := measureDelays(t, 1, "create-keys delay=1s phase="+phase, 1)[0]; got != time.Second {
				t.Errorf("%s: waited %v, want 1s", phase, got)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		first := measureDelays(t, 1, "create-keys delay=100ms..200ms", 50)
		if low, high := slices.Min(first), slices.Max(first); low < 100*time.Millisecond || high >= 200*time.Millisecond || high-low < 60*time.Millisecond {
			t.Errorf("between bounds: from %v to %v", low, high)
		}
		if again := measureDelays(t, 1, "create-keys delay=100ms..200ms", 50); !slices.Equal(first, again) {
			t.Error("two runs of one seed differ")
		}
		if other := measureDelays(t, 2, "create-keys delay=100ms..200ms", 50); slices.Equal(first, other) {
			t.Error("runs of two seeds are equal")
		}
	})
}

func TestDelay_logNormal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		list := measureDelays(t, 1, "create-keys delay=100ms~0.5", 400)
		slices.Sort(list)
		if median := list[200]; median < 85*time.Millisecond || median > 115*time.Millisecond {
			t.Errorf("log-normal: the median is %v, want about 100ms", median)
		}
		var square float64
		for _, d := range list {
			l := math.Log(d.Seconds() / 0.1)
			square += l * l
		}
		if sigma := math.Sqrt(square / 400); sigma < 0.43 || sigma > 0.57 {
			t.Errorf("log-normal: sigma is %v, want about 0.5", sigma)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		for _, d := range measureDelays(t, 1, "create-keys delay=1h~10", 50) {
			if d > time.Hour {
				t.Fatalf("waited %v, want at most 1h", d)
			}
		}
	})
}

func TestDelayEndsWithTheClient(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		phase  string
		stored int
	}{{"before", 0}, {"during", 0}, {"after", 1}} {
		synctest.Test(t, func(t *testing.T) {
			s, _ := newServerWithFaults(t, "create-keys delay=1h phase="+test.phase)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			r := httptest.NewRequestWithContext(ctx, "POST", "/api/v1/keys", strings.NewReader(nightly))
			r.Header.Set("Authorization", management)
			r.Header.Set("Content-Type", "application/json")
			start := time.Now()
			func() {
				defer func() {
					if p := recover(); p != http.ErrAbortHandler {
						t.Errorf("%s: got %v, want the connection to end", test.phase, p)
					}
				}()
				s.ServeHTTP(httptest.NewRecorder(), r)
			}()
			if took := time.Since(start); took != time.Minute {
				t.Errorf("%s: waited %v, want 1m", test.phase, took)
			}
			if got := countKeys(t, s); got != test.stored {
				t.Errorf("%s: got %d keys, want %d", test.phase, got, test.stored)
			}
		})
	}
}
