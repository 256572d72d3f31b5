package mockserver_test

import (
	"context"
	"fmt"
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
	"github.com/mockgates/mockgates/mockserver/fault"
)

// waits is how long each of n requests took, on the bubble's clock.
func waits(t *testing.T, seed uint64, fault string, n int) (list []time.Duration) {
	t.Helper()
	s := newServer(t, mockserver.Config{Seed: seed})
	order(t, worldOf(t, s, mockserver.DefaultWorld), fault)
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
		fixed := waits(t, 1, "create-keys delay=150ms", 3)
		if diff := cmp.Diff([]time.Duration{150 * time.Millisecond, 150 * time.Millisecond, 150 * time.Millisecond}, fixed); diff != "" {
			t.Errorf("fixed (-want +got):\n%s", diff)
		}
	})
	for _, phase := range []string{"before", "during", "after"} {
		synctest.Test(t, func(t *testing.T) {
			if got := waits(t, 1, "create-keys delay=1s phase="+phase, 1)[0]; got != time.Second {
				t.Errorf("%s: waited %v, want 1s", phase, got)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		first := waits(t, 1, "create-keys delay=100ms..200ms", 50)
		if low, high := slices.Min(first), slices.Max(first); low < 100*time.Millisecond || high >= 200*time.Millisecond || high-low < 60*time.Millisecond {
			t.Errorf("between bounds: from %v to %v", low, high)
		}
		if again := waits(t, 1, "create-keys delay=100ms..200ms", 50); !slices.Equal(first, again) {
			t.Error("two runs of one seed differ")
		}
		if other := waits(t, 2, "create-keys delay=100ms..200ms", 50); slices.Equal(first, other) {
			t.Error("runs of two seeds are equal")
		}
	})
	synctest.Test(t, func(t *testing.T) {
		list := waits(t, 1, "create-keys delay=100ms~0.5", 400)
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
		for _, d := range waits(t, 1, "create-keys delay=1h~10", 50) {
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
			s, _ := faulty(t, "create-keys delay=1h phase="+test.phase)
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
			if got := keys(t, s); got != test.stored {
				t.Errorf("%s: got %d keys, want %d", test.phase, got, test.stored)
			}
		})
	}
}

func TestParseDelay(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"no duration", "150", "want 150ms, 100ms..200ms or 100ms~0.5"},
		{"bounds without one", "..1s", "want 150ms, 100ms..200ms or 100ms~0.5"},
		{"bounds in the wrong order", "2s..1s", "delay min 2s is greater than max 1s"},
		{"a negative one", "-1s", "delay -1s is negative; want 0s or more"},
		{"one that is too long", "61m", "delay 1h1m0s is too long; want at most 1h0m0s"},
		{"a sigma that is none", "1s~wide", "want 150ms, 100ms..200ms or 100ms~0.5"},
		{"a negative sigma", "1s~-1", "delay sigma is -1; want 0 to 10"},
		{"a sigma that is NaN", "1s~NaN", "delay sigma is NaN; want 0 to 10"},
		{"a median of nothing", "0s~1", "the median is 0s; want a longer one"},
		{"a negative median", "-1s~1", "is negative; want 0s or more"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if d, err := fault.ParseDelay(test.text); err == nil || !strings.Contains(err.Error(), test.want) || d != (fault.Delay{}) {
				t.Errorf("got %v, %v, want %q", d, err, test.want)
			}
		})
	}
	t.Run("a sigma without a median", func(t *testing.T) {
		t.Parallel()
		_, err := mockserver.New(mockserver.Config{Faults: []fault.Fault{{Operation: "*", Delay: &fault.Delay{Sigma: 1}}}})
		if err == nil || !strings.Contains(err.Error(), "delay has sigma 1 without a median") {
			t.Errorf("got %v", err)
		}
	})
}

func FuzzParseDelay(f *testing.F) {
	for _, text := range []string{"150ms", "100ms..200ms", "100ms~0.5", "0s", "1h~10", "1ns..1ns", "1µs~0x1p-2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first, err := fault.ParseDelay(text)
		if err != nil {
			return
		}
		readsBack(t, text, first, fault.ParseDelay)
		if got := fmt.Sprint(first); strings.ContainsAny(got, " \t\n") {
			t.Errorf("%q is written as %q, which is no one word", text, got)
		}
	})
}
