package mockserver_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

// newServerWithLimits returns a server with rate limits, and its default world.
func newServerWithLimits(t testing.TB, limits ...string) (*mockserver.Server, *mockserver.World) {
	t.Helper()
	var cfg mockserver.Config
	for _, text := range limits {
		r, err := ratelimit.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		cfg.RateLimits = append(cfg.RateLimits, r)
	}
	s := newServer(t, cfg)
	return s, worldOf(t, s, mockserver.DefaultWorld)
}

// advance moves the clock of a world.
func advance(t testing.TB, w *mockserver.World, by time.Duration) {
	t.Helper()
	if _, err := w.Advance(by); err != nil {
		t.Fatal(err)
	}
}

// assertNoRateHeaders fails the test if a response has a header that only a 429 has.
func assertNoRateHeaders(t *testing.T, a response) {
	t.Helper()
	for _, name := range []string{"Retry-After", "X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset"} {
		if len(a.header[name]) != 0 {
			t.Errorf("a response that is not a 429 has %s: %q", name, a.header[name])
		}
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	s, w := newServerWithLimits(t, "create-keys 2/1m")
	advance(t, w, 250*time.Millisecond+time.Microsecond) // the window begins between two seconds
	ends := noon.Add(time.Minute + 251*time.Millisecond)
	for range 2 {
		a := call(t, s, "POST", "/api/v1/keys", nightly)
		if a.status != 201 {
			t.Fatalf("got %d, want 201", a.status)
		}
		assertNoRateHeaders(t, a)
	}
	a := call(t, s, "POST", "/api/v1/keys", nightly)
	if a.status != 429 || a.rule() != "limits.rate" || a.header.Get(mockserver.FaultHeader) != "" {
		t.Fatalf("got %d, rule %q; want a 429 by limits.rate", a.status, a.rule())
	}
	for name, want := range map[string]string{"X-RateLimit-Limit": "2", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": fmt.Sprint(ends.UnixMilli())} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		if got := a.at("error.metadata.headers." + name); got != want {
			t.Errorf("metadata %s: got %v, want the text %q", name, got, want)
		}
	}
	if got := a.header.Get("Retry-After"); got != "60" {
		t.Errorf("Retry-After: got %q, want 60", got)
	}
	advance(t, w, 59*time.Second+time.Millisecond)
	if got := call(t, s, "POST", "/api/v1/keys", nightly); got.status != 429 || got.header.Get("Retry-After") != "1" {
		t.Errorf("a millisecond too early: got %d, Retry-After %q", got.status, got.header.Get("Retry-After"))
	}
	if err := w.SetClock(mockserver.ClockSetting{Now: ends, Frozen: true}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{201, 201, 429}, statuses(t, s, 3, nightly)); diff != "" {
		t.Errorf("at the moment of X-RateLimit-Reset (-want +got):\n%s", diff)
	}
}

func TestRateLimitRetryAfter(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		per  string
		wait time.Duration
		want string
	}{
		{"a whole minute", "1m", 0, "60"},
		{"a second and a bit is two", "1m", 58900 * time.Millisecond, "2"},
		{"a bit is one", "1m", 59999 * time.Millisecond, "1"},
		{"a short window is one", "5ms", 0, "1"},
		{"the longest window", "8784h", 0, "31622400"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, w := newServerWithLimits(t, "create-keys 1/"+test.per)
			statuses(t, s, 1, nightly)
			advance(t, w, test.wait)
			if got := call(t, s, "POST", "/api/v1/keys", nightly).header.Get("Retry-After"); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestRateLimitCounts(t *testing.T) {
	t.Parallel()
	as := func(t *testing.T, s http.Handler, secret, path string) int {
		t.Helper()
		return call(t, s, "GET", path, "", "Authorization", "Bearer "+secret).status
	}
	const manager, other = "sk-mg-mgmt-default", "sk-mg-mgmt-other"
	t.Run("each world has its own window", func(t *testing.T) {
		t.Parallel()
		s, _ := newServerWithLimits(t, "list-keys 1/1m")
		got := []int{as(t, s, manager, "/api/v1/keys"), as(t, s, other, "/api/v1/keys"), as(t, s, manager, "/api/v1/keys"), as(t, s, other, "/api/v1/keys")}
		if diff := cmp.Diff([]int{200, 200, 429, 429}, got); diff != "" {
			t.Errorf("statuses (-want +got):\n%s", diff)
		}
	})
	t.Run("each caller of a world has its own window", func(t *testing.T) {
		t.Parallel()
		s, err := mockserver.New(mockserver.Config{
			ManagementKeys: []string{"sk-mg-mgmt-shared", "second"},
			RateLimits:     []ratelimit.Limit{{Operation: "create-keys", Requests: 1, Per: time.Minute}},
		})
		if err != nil {
			t.Fatal(err)
		}
		secret, _ := createKey(t, s, nightly) // the default world's, which uses its window
		if got := statuses(t, s, 1, nightly)[0]; got != 429 {
			t.Errorf("the manager: got %d, want 429", got)
		}
		if got := call(t, s, "POST", "/api/v1/keys", nightly, "Authorization", "Bearer "+secret).status; got != 403 {
			t.Errorf("another caller: got %d, want 403, which comes first", got)
		}
		if got := call(t, s, "POST", "/api/v1/keys", nightly, "Authorization", "Bearer second").status; got != 201 {
			t.Errorf("another manager: got %d, want 201", got)
		}
	})
	t.Run("* counts all operations together but those that document no 429", func(t *testing.T) {
		t.Parallel()
		s, _ := newServerWithLimits(t, "* 2/1m")
		got := []int{
			call(t, s, "POST", codesPath, newApp).status,
			as(t, s, manager, "/api/v1/key"),
			as(t, s, manager, "/api/v1/keys"),
			call(t, s, "POST", "/api/v1/keys", nightly).status,
			call(t, s, "POST", "/api/v1/keys", nightly).status,
			as(t, s, manager, "/api/v1/keys"),
			call(t, s, "POST", codesPath, newApp).status,
			as(t, s, manager, "/api/v1/key"),
		}
		if diff := cmp.Diff([]int{200, 200, 200, 201, 429, 429, 200, 200}, got); diff != "" {
			t.Errorf("statuses (-want +got):\n%s", diff)
		}
	})
	t.Run("a refused body is counted and a refused credential is not", func(t *testing.T) {
		t.Parallel()
		s, _ := newServerWithLimits(t, "create-keys 2/1m")
		got := []int{
			call(t, s, "POST", "/api/v1/keys", nightly, "Authorization", "").status,
			call(t, s, "POST", "/api/v1/keys", `{}`).status,
			call(t, s, "POST", "/api/v1/keys", nightly).status,
			call(t, s, "POST", "/api/v1/keys", nightly).status,
		}
		if diff := cmp.Diff([]int{401, 400, 201, 429}, got); diff != "" {
			t.Errorf("statuses (-want +got):\n%s", diff)
		}
	})
	t.Run("what one limit refuses uses nothing of another", func(t *testing.T) {
		t.Parallel()
		s, w := newServerWithLimits(t, "* 3/1h", "create-keys 1/1m")
		got := statuses(t, s, 3, nightly)
		advance(t, w, time.Minute)
		got = append(got, statuses(t, s, 2, nightly)...)
		advance(t, w, time.Minute)
		got = append(got, statuses(t, s, 1, nightly)...)
		advance(t, w, time.Minute)
		if diff := cmp.Diff([]int{201, 429, 429, 201, 429, 201}, got); diff != "" {
			t.Errorf("statuses (-want +got):\n%s", diff)
		}
		if a := call(t, s, "POST", "/api/v1/keys", nightly); a.header.Get("X-RateLimit-Limit") != "3" || a.header.Get("Retry-After") != "3420" {
			t.Errorf("got the limit %q and Retry-After %q; want 3 and the 57 minutes", a.header.Get("X-RateLimit-Limit"), a.header.Get("Retry-After"))
		}
	})
	t.Run("of two limits that refuse the longer wait is told", func(t *testing.T) {
		t.Parallel()
		s, _ := newServerWithLimits(t, "create-keys 1/1m", "create-keys 1/1h")
		statuses(t, s, 1, nightly)
		if got := call(t, s, "POST", "/api/v1/keys", nightly).header.Get("Retry-After"); got != "3600" {
			t.Errorf("got %q, want 3600", got)
		}
	})
	t.Run("a fault before the operation uses nothing", func(t *testing.T) {
		t.Parallel()
		s, w := newServerWithLimits(t, "create-keys 1/1m")
		addFault(t, w, "create-keys status=500 times=2")
		if diff := cmp.Diff([]int{500, 500, 201, 429}, statuses(t, s, 4, nightly)); diff != "" {
			t.Errorf("statuses (-want +got):\n%s", diff)
		}
	})
}

func TestRateLimitAndTheClock(t *testing.T) {
	t.Parallel()
	s, w := newServerWithLimits(t, "create-keys 1/1m")
	setClock(t, w, mockserver.ClockSetting{Now: noon.Add(30 * time.Second), Frozen: true})
	statuses(t, s, 1, nightly)
	setClock(t, w, mockserver.ClockSetting{Now: noon.Add(40 * time.Second), Frozen: true})
	if got := statuses(t, s, 1, nightly)[0]; got != 429 {
		t.Errorf("in the window: got %d, want 429", got)
	}
	setClock(t, w, mockserver.ClockSetting{Now: noon.Add(30 * time.Second), Frozen: true})
	if got := statuses(t, s, 1, nightly)[0]; got != 429 {
		t.Errorf("set back to its start: got %d, want 429", got)
	}
	setClock(t, w, mockserver.ClockSetting{Now: noon, Frozen: true})
	if got := statuses(t, s, 1, nightly)[0]; got != 201 {
		t.Errorf("set back before its start: got %d, want 201 in a new window", got)
	}
	setClock(t, w, mockserver.ClockSetting{Now: time.Date(2096, 2, 29, 23, 59, 59, 0, time.UTC), Frozen: true})
	if got := statuses(t, s, 2, nightly); !cmp.Equal(got, []int{201, 429}) {
		t.Errorf("in 2096: got %v", got)
	}
	setClock(t, w, mockserver.ClockSetting{Now: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), Frozen: true})
	if got := statuses(t, s, 2, nightly); !cmp.Equal(got, []int{201, 429}) {
		t.Errorf("in 9999: got %v", got)
	}
}

func TestSetRateLimits(t *testing.T) {
	t.Parallel()
	s, w := newServerWithLimits(t, "create-keys 1/1m")
	statuses(t, s, 1, nightly)
	if err := w.SetRateLimits([]ratelimit.Limit{{Operation: "create-keys"}}); err == nil {
		t.Error("a limit of 0 requests was accepted")
	}
	if got := statuses(t, s, 1, nightly)[0]; got != 429 {
		t.Errorf("after a refused setting: got %d, want 429", got)
	}
	if err := w.SetRateLimits([]ratelimit.Limit{{Operation: "create-keys", Requests: 1, Per: time.Hour}}); err != nil {
		t.Fatal(err)
	}
	if got := statuses(t, s, 2, nightly); !cmp.Equal(got, []int{201, 429}) {
		t.Errorf("after a new setting: got %v", got)
	}
	w.Reset()
	if got := statuses(t, s, 2, nightly); !cmp.Equal(got, []int{201, 429}) {
		t.Errorf("after a reset: got %v, want the limit of the configuration and a new window", got)
	}
	if err := w.SetRateLimits(nil); err != nil {
		t.Fatal(err)
	}
	if got := statuses(t, s, 3, nightly); !cmp.Equal(got, []int{201, 201, 201}) {
		t.Errorf("without limits: got %v", got)
	}
}

func TestRateLimitsReturnsACopy(t *testing.T) {
	t.Parallel()
	s, w := newServerWithLimits(t, "create-keys 1/1m", "* 2/1h")
	list := w.RateLimits()
	if len(list) != 2 || list[0].String() != "create-keys 1/1m0s" || list[1].String() != "* 2/1h0m0s" {
		t.Fatalf("got %v", list)
	}
	list[0].Requests = 5
	if got := statuses(t, s, 2, nightly); !cmp.Equal(got, []int{201, 429}) {
		t.Errorf("got %v: a change of the result has changed the limit", got)
	}
	if got := worldOf(t, newServer(t, mockserver.Config{}), "default").RateLimits(); got == nil || len(got) != 0 {
		t.Errorf("without limits: got %v, want an empty list", got)
	}
}
