package mockserver_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
)

func TestFaultPhases(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		fault  string
		status int // 0: the connection is ended
		stored int
	}{
		{"a status before leaves no key", "create-keys status=500", 500, 0},
		{"a status after leaves the key", "create-keys status=500 phase=after", 500, 1},
		{"a reset before leaves no key", "create-keys effect=reset", 0, 0},
		{"a reset after leaves the key", "create-keys effect=reset phase=after", 0, 1},
		{"a hangup before leaves no key", "create-keys effect=hangup phase=before", 0, 0},
		{"a hangup after leaves the key", "create-keys effect=hangup phase=after", 0, 1},
		{"a stall before leaves no key", "create-keys effect=stall", 0, 0},
		{"a stall after leaves the key", "create-keys effect=stall phase=after", 0, 1},
		{"a reset with a status before leaves no key", "create-keys effect=reset status=500", 0, 0},
		{"a garbled response before is the operation's", "create-keys effect=garbage", 201, 1},
		{"a garbled response after is the operation's", "create-keys effect=garbage phase=after", 201, 1},
		{"a garbled status before leaves no key", "create-keys effect=garbage status=429", 429, 0},
		{"a truncated response before is the operation's", "create-keys effect=truncate", 0, 1},
		{"a violated response before is the operation's", "create-keys effect=violate at=/key:missing", 201, 1},
		{"a fixed delay changes nothing", "create-keys delay=0s", 201, 1},
		{"a delay during changes nothing", "create-keys delay=0s phase=during", 201, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, w := newServerWithFaults(t, test.fault+" times=1")
			a, aborted := callAborted(t, s, "POST", "/api/v1/keys", nightly)
			if aborted != (test.status == 0) || !aborted && a.status != test.status {
				t.Errorf("got status %d, connection ended %v; want %d", a.status, aborted, test.status)
			}
			if got := countKeys(t, s); got != test.stored {
				t.Errorf("got %d keys, want %d", got, test.stored)
			}
			if got := w.Faults()[0].Fired; got != 1 {
				t.Errorf("fired %d times, want once", got)
			}
			waits := strings.Contains(test.fault, "delay=")
			if e := w.Journal(mockserver.Filter{})[0]; e.Injected == waits || e.Fault != "f1" {
				t.Errorf("the journal has fault %q, injected %t; want f1, %t", e.Fault, e.Injected, !waits)
			}
		})
	}
}

// callAborted is call for a handler that may abort the response.
func callAborted(t testing.TB, h http.Handler, method, path, body string) (a response, aborted bool) {
	t.Helper()
	defer func() {
		if p := recover(); p == http.ErrAbortHandler {
			aborted = true
		} else if p != nil {
			panic(p)
		}
	}()
	return call(t, h, method, path, body), false
}

// TestLostResponse stores a key, loses the response, and retries, which stores a
// second key.
func TestLostResponse(t *testing.T) {
	t.Parallel()
	s, _ := newServerWithFaults(t, "create-keys status=500 phase=after times=1")
	if diff := cmp.Diff([]int{500, 201}, statuses(t, s, 2, nightly)); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	if got := countKeys(t, s); got != 2 {
		t.Errorf("got %d keys, want 2", got)
	}
}

func TestInjectedResponses(t *testing.T) {
	t.Parallel()
	s, w := newServerWithFaults(t, "create-keys status=503 force times=1", "create-keys status=599 force times=1",
		"create-keys status=401 times=1", "create-keys status=429 times=1 retry_after=90s", "create-keys status=429 times=1")
	for _, want := range []struct {
		status  int
		message string
		wait    time.Duration // of a 429
	}{
		{503, "Service Unavailable", 0},
		{599, "Status 599", 0},
		{401, "User not found.", 0},
		{429, "Rate limit exceeded", 90 * time.Second},
		{429, "Rate limit exceeded", time.Second},
	} {
		a := call(t, s, "POST", "/api/v1/keys", nightly)
		if a.status != want.status || a.at("error.message") != want.message || a.at("error.code") != float64(want.status) {
			t.Errorf("got %d %s, want %d %q", a.status, a.body, want.status, want.message)
		}
		if got := a.rule(); got != "fault.injected" {
			t.Errorf("rule: got %q, want fault.injected", got)
		}
		if got := a.at("user_id"); (got == nil) != (want.status == 401) {
			t.Errorf("%d has user_id %v; want one, except in a 401, which is like that of an unknown caller", want.status, got)
		}
		if want.status != 429 {
			continue
		}
		reset := fmt.Sprint(noon.Add(want.wait).UnixMilli())
		for name, value := range map[string]string{"Retry-After": fmt.Sprint(want.wait.Seconds()), "X-RateLimit-Reset": reset, "X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "1"} {
			if got := a.header.Get(name); got != value {
				t.Errorf("%s: got %q, want %q", name, got, value)
			}
		}
		if got := a.at("error.metadata.headers.X-RateLimit-Reset"); got != reset {
			t.Errorf("metadata: got %v, want %q", got, reset)
		}
	}
	if got := w.Faults()[1].ID; got != "f2" {
		t.Errorf("the second fault is %q, want f2", got)
	}
	if a := call(t, s, "POST", "/api/v1/keys", nightly); a.header.Get(mockserver.FaultHeader) != "" {
		t.Errorf("a response that no fault touched names %q", a.header.Get(mockserver.FaultHeader))
	}
}

func TestRetryAfterForms(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		fault string
		want  string
	}{
		{"a 429 is one second by itself", "status=429", "1"},
		{"a 500 has none by itself", "status=500", ""},
		{"a 500 has one when asked", "status=500 retry_after=3s", "3"},
		{"a part of a second is rounded up", "status=429 retry_after=1500ms", "2"},
		{"a nanosecond is rounded up", "status=429 retry_after=1ns", "1"},
		{"a nanosecond over is rounded up", "status=429 retry_after=1m0.000000001s", "61"},
		{"the longest duration does not overflow", "status=429 retry_after=2562047h47m16.854775807s", "9223372037"},
		{"date is on the world's clock", "status=429 retry_after=1h retry_after_form=date", "Wed, 04 Mar 2026 13:00:00 GMT"},
		{"date is rounded up", "status=429 retry_after=1ms retry_after_form=date", "Wed, 04 Mar 2026 12:00:01 GMT"},
		{"date is a second by itself, of a 500 too", "status=500 retry_after_form=date", "Wed, 04 Mar 2026 12:00:01 GMT"},
		{"past is before now", "status=429 retry_after=1h retry_after_form=past", "Wed, 04 Mar 2026 10:59:59 GMT"},
		{"zero is 0", "status=429 retry_after=1h retry_after_form=zero", "0"},
		{"huge is over 32 bits", "status=429 retry_after_form=huge", "99999999999"},
		{"fraction is half a second", "status=429 retry_after_form=fraction", "0.5"},
		{"junk is a word", "status=429 retry_after_form=junk", "soon"},
		{"absent is none", "status=429 retry_after=1h retry_after_form=absent", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, _ := newServerWithFaults(t, "create-keys "+test.fault)
			a := call(t, s, "POST", "/api/v1/keys", nightly)
			if got := a.header.Get("Retry-After"); got != test.want || len(a.header.Values("Retry-After")) > 1 {
				t.Errorf("got %q, want %q", a.header.Values("Retry-After"), test.want)
			}
		})
	}
	t.Run("a date before the year 1 is its first second", func(t *testing.T) {
		t.Parallel()
		s, w := newServerWithFaults(t, "create-keys status=429 retry_after=48h retry_after_form=past")
		if err := w.SetClock(mockserver.ClockSetting{Now: time.Date(1, 1, 1, 12, 0, 0, 0, time.UTC), Frozen: true}); err != nil {
			t.Fatal(err)
		}
		if got := call(t, s, "POST", "/api/v1/keys", nightly).header.Get("Retry-After"); got != "Mon, 01 Jan 0001 00:00:00 GMT" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("a date after the year 9999 is its last second", func(t *testing.T) {
		t.Parallel()
		s, w := newServerWithFaults(t, "create-keys status=429 retry_after=48h retry_after_form=date")
		if err := w.SetClock(mockserver.ClockSetting{Now: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), Frozen: true}); err != nil {
			t.Fatal(err)
		}
		a := call(t, s, "POST", "/api/v1/keys", nightly)
		if got, err := http.ParseTime(a.header.Get("Retry-After")); err != nil || got.Year() != 9999 {
			t.Errorf("got %q, want a date that can be read", a.header.Get("Retry-After"))
		}
	})
}

func TestPrefer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		prefer  string
		status  int
		applied string
	}{
		{"a documented status is injected", "code=429", 429, "code=429"},
		{"a quoted value is read", `code="403"`, 403, "code=403"},
		{"the name may be in upper case, among others", `respond-async, Code=500; foo=bar`, 500, "code=500"},
		{"the first of two is used", "code=401, code=500", 401, "code=401"},
		{"the success status injects nothing", "code=201", 201, ""},
		{"another preference is ignored", "return=minimal", 201, ""},
		{"an undocumented status is refused", "code=409", 400, ""},
		{"a status that is not a number is refused", "code=teapot", 400, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, w := newServerWithFaults(t, "create-keys status=500 skip=9")
			a := call(t, s, "POST", "/api/v1/keys", nightly, "Prefer", test.prefer)
			if a.status != test.status || a.header.Get("Preference-Applied") != test.applied {
				t.Errorf("got %d, applied %q; want %d, %q", a.status, a.header.Get("Preference-Applied"), test.status, test.applied)
			}
			if test.applied != "" && (a.header.Get(mockserver.FaultHeader) != "prefer" || w.Faults()[0].Matched != 0) {
				t.Errorf("the fault is %q and %d were counted; want prefer and none", a.header.Get(mockserver.FaultHeader), w.Faults()[0].Matched)
			}
		})
	}
}
