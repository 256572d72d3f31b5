package mockserver_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
)

// nightly is a body that create-keys accepts.
const nightly = `{"name": "nightly"}`

// faulty returns a server whose default world has the faults, in their text form.
func faulty(t testing.TB, faults ...string) (*mockserver.Server, *mockserver.World) {
	t.Helper()
	s := newServer(t, mockserver.Config{})
	w := s.World(mockserver.DefaultWorld)
	for _, text := range faults {
		order(t, w, text)
	}
	return s, w
}

// order puts one more fault in force and returns its id.
func order(t testing.TB, w *mockserver.World, text string) (id string) {
	t.Helper()
	f, err := mockserver.ParseFault(text)
	if err != nil {
		t.Fatal(err)
	}
	a, err := w.OrderFault(f)
	if err != nil {
		t.Fatal(err)
	}
	return a.ID
}

// statuses sends the body to create-keys n times.
func statuses(t testing.TB, h http.Handler, n int, body string) (list []int) {
	t.Helper()
	for range n {
		list = append(list, call(t, h, "POST", "/api/v1/keys", body).status)
	}
	return list
}

// keys is the number of keys in the default world.
func keys(t testing.TB, s *mockserver.Server) int {
	t.Helper()
	list, ok := call(t, s, "GET", "/api/v1/keys", "").json["data"].([]any)
	if !ok {
		t.Fatal("the keys could not be listed")
	}
	return len(list)
}

func TestFaultCounts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		faults []string
		want   []int
		left   []int // of each fault, after all
		seen   []int
	}{
		{"without times it acts on all", []string{"create-keys status=500"}, []int{500, 500, 500, 500}, []int{-1}, []int{4}},
		{"times ends it", []string{"create-keys status=500 times=2"}, []int{500, 500, 201, 201}, []int{0}, []int{4}},
		{"skip lets the first pass", []string{"create-keys status=500 skip=1 times=2"}, []int{201, 500, 500, 201}, []int{0}, []int{4}},
		{"the first of two acts and both count", []string{"create-keys status=500 times=1", "create-keys status=429 skip=1 times=2"}, []int{500, 429, 429, 201}, []int{0, 0}, []int{4, 4}},
		{"of two that may act the first does", []string{"create-keys status=500 times=1", "create-keys status=429 times=1"}, []int{500, 429, 201, 201}, []int{0, 0}, []int{4, 4}},
		{"one that does not act leaves the turn to the next", []string{"create-keys status=500 skip=2", "create-keys status=403 times=1"}, []int{403, 201, 500, 500}, []int{-1, 0}, []int{4, 4}},
		{"one of another operation neither acts nor counts", []string{"create-auth-keys-code status=409"}, []int{201, 201, 201, 201}, []int{-1}, []int{0}},
		{"one for all operations acts where the status is documented", []string{"* status=429 times=1"}, []int{429, 201, 201, 201}, []int{0}, []int{4}},
		{"one for all operations leaves others alone", []string{"* status=409"}, []int{201, 201, 201, 201}, []int{-1}, []int{0}},
		{"one for all operations acts everywhere by force", []string{"* status=409 force times=3"}, []int{409, 409, 409, 201}, []int{0}, []int{4}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, w := faulty(t, test.faults...)
			if diff := cmp.Diff(test.want, statuses(t, s, 4, nightly)); diff != "" {
				t.Errorf("statuses (-want +got):\n%s", diff)
			}
			var left, seen []int
			for _, a := range w.Faults() {
				left, seen = append(left, a.Left), append(seen, a.Seen)
			}
			if diff := cmp.Diff([][]int{test.left, test.seen}, [][]int{left, seen}); diff != "" {
				t.Errorf("left and seen (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFaultForAllLeavesUndocumentedStatusesAlone(t *testing.T) {
	t.Parallel()
	s, _ := faulty(t, "* status=429")
	if a := call(t, s, "POST", "/api/v1/auth/keys/code", `{"callback_url": "https://app.example/cb"}`); a.status != 200 {
		t.Errorf("create-auth-keys-code: got %d, want 200: it documents no 429", a.status)
	}
	if a := call(t, s, "POST", "/api/v1/keys", nightly); a.status != 429 {
		t.Errorf("create-keys: got %d, want 429", a.status)
	}
}

func TestFaultWhen(t *testing.T) {
	t.Parallel()
	const body = `{"name": "nightly", "limit": 25.0, "creator_user_id": null, "include_byok_in_limit": true,
		"tags": {"a/b": [1, {"deep": "yes"}], "": 0}}`
	for _, test := range []struct {
		name string
		when string
		want bool
	}{
		{"a string is equal", `{"name": "nightly"}`, true},
		{"a string differs", `{"name": "hourly"}`, false},
		{"letters differ", `{"name": "Nightly"}`, false},
		{"a number is equal however it is written", `{"limit": 2.5e1}`, true},
		{"a number is not its text", `{"limit": "25.0"}`, false},
		{"a boolean is equal", `{"include_byok_in_limit": true}`, true},
		{"a boolean differs", `{"include_byok_in_limit": false}`, false},
		{"null is equal to null", `{"creator_user_id": null}`, true},
		{"null is not the absence of a member", `{"workspace_id": null}`, false},
		{"an object is equal in any order", `{"tags": {"": 0, "a/b": [1, {"deep": "yes"}]}}`, true},
		{"part of an object is not the object", `{"tags": {"": 0}}`, false},
		{"a pointer leads into objects and arrays", `{"/tags/a~1b/1/deep": "yes"}`, true},
		{"a pointer may have an empty name", `{"/tags/": 0}`, true},
		{"a pointer may have one token", `{"/name": "nightly"}`, true},
		{"a pointer past the end finds nothing", `{"/tags/a~1b/2": null}`, false},
		{"a pointer with a leading zero finds nothing", `{"/tags/a~1b/01/deep": "yes"}`, false},
		{"a pointer into a string finds nothing", `{"/name/0": "n"}`, false},
		{"all members must be equal", `{"name": "nightly", "limit": 24}`, false},
		{"no members are always equal", `{}`, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, w := faulty(t)
			f := mockserver.Fault{Operation: "create-keys", Status: 500}
			if err := json.Unmarshal([]byte(test.when), &f.When); err != nil {
				t.Fatal(err)
			}
			if _, err := w.OrderFault(f); err != nil {
				t.Fatal(err)
			}
			want := map[bool]int{true: 500, false: 201}[test.want]
			if got := statuses(t, s, 1, body)[0]; got != want {
				t.Errorf("got %d, want %d", got, want)
			}
		})
	}
	t.Run("a body that is no object matches nothing", func(t *testing.T) {
		t.Parallel()
		s, _ := faulty(t, "create-keys status=500 when.name=nightly")
		if got := statuses(t, s, 1, `[]`)[0]; got != 400 {
			t.Errorf("got %d, want 400", got)
		}
	})
}

func TestFaultIsACopy(t *testing.T) {
	t.Parallel()
	s, w := faulty(t)
	f := mockserver.Fault{Operation: "create-keys", Status: 500, When: map[string]any{"limit": 5}, Delay: &mockserver.Delay{}}
	if _, err := w.OrderFault(f); err != nil {
		t.Fatal(err)
	}
	f.When["limit"], f.Delay.Max = 6, mockserver.Duration(time.Hour)
	seen := w.Faults()[0]
	seen.When["limit"] = 7
	if got := statuses(t, s, 1, `{"name": "n", "limit": 5}`)[0]; got != 500 {
		t.Errorf("got %d, want 500: a change from outside reached the fault", got)
	}
}

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
		{"a garbled answer before is the operation's", "create-keys effect=garbage", 201, 1},
		{"a garbled answer after is the operation's", "create-keys effect=garbage phase=after", 201, 1},
		{"a garbled status before leaves no key", "create-keys effect=garbage status=429", 429, 0},
		{"a truncated answer before is the operation's", "create-keys effect=truncate", 0, 1},
		{"a violated answer before is the operation's", "create-keys effect=violate at=/key:missing", 201, 1},
		{"a fixed delay changes nothing", "create-keys delay=0s", 201, 1},
		{"a delay during changes nothing", "create-keys delay=0s phase=during", 201, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, w := faulty(t, test.fault+" times=1")
			a, aborted := callAborted(t, s, "POST", "/api/v1/keys", nightly)
			if aborted != (test.status == 0) || !aborted && a.status != test.status {
				t.Errorf("got status %d, connection ended %v; want %d", a.status, aborted, test.status)
			}
			if got := keys(t, s); got != test.stored {
				t.Errorf("got %d keys, want %d", got, test.stored)
			}
			if got := w.Faults()[0].Fired; got != 1 {
				t.Errorf("fired %d times, want once", got)
			}
		})
	}
}

// callAborted is call for answers that may end the connection.
func callAborted(t testing.TB, h http.Handler, method, path, body string) (a answer, aborted bool) {
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

// TestLostResponse is the fault that makes duplicates: a key that was stored,
// an answer that was lost, and a retry that stores another.
func TestLostResponse(t *testing.T) {
	t.Parallel()
	s, _ := faulty(t, "create-keys status=500 phase=after times=1")
	if diff := cmp.Diff([]int{500, 201}, statuses(t, s, 2, nightly)); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	if got := keys(t, s); got != 2 {
		t.Errorf("got %d keys, want 2", got)
	}
}

func TestFaultAnswers(t *testing.T) {
	t.Parallel()
	s, w := faulty(t, "create-keys status=503 force times=1", "create-keys status=599 force times=1", "create-keys status=429 times=1 retry_after=90s")
	for _, want := range []struct {
		status  int
		message string
	}{{503, "Service Unavailable"}, {599, "Status 599"}, {429, "Rate limit exceeded"}} {
		a := call(t, s, "POST", "/api/v1/keys", nightly)
		if a.status != want.status || a.at("error.message") != want.message || a.at("error.code") != float64(want.status) {
			t.Errorf("got %d %s, want %d %q", a.status, a.body, want.status, want.message)
		}
		if got := a.rule(); got != "fault.injected" {
			t.Errorf("rule: got %q, want fault.injected", got)
		}
		if got := a.at("user_id"); got == nil {
			t.Errorf("%d is without user_id", want.status)
		}
		if want.status != 429 {
			continue
		}
		reset := fmt.Sprint(noon.Add(90 * time.Second).UnixMilli())
		for name, value := range map[string]string{"Retry-After": "90", "X-RateLimit-Reset": reset, "X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "1"} {
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
		t.Errorf("an answer that no fault touched names %q", a.header.Get(mockserver.FaultHeader))
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
		{"the longest duration is no overflow", "status=429 retry_after=2562047h47m16.854775807s", "9223372037"},
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
			s, _ := faulty(t, "create-keys "+test.fault)
			a := call(t, s, "POST", "/api/v1/keys", nightly)
			if got := a.header.Get("Retry-After"); got != test.want || len(a.header.Values("Retry-After")) > 1 {
				t.Errorf("got %q, want %q", a.header.Values("Retry-After"), test.want)
			}
		})
	}
	t.Run("a date after the year 9999 is its last second", func(t *testing.T) {
		t.Parallel()
		s, w := faulty(t, "create-keys status=429 retry_after=48h retry_after_form=date")
		if err := w.SetClock(mockserver.ClockSetting{Now: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), Frozen: true}); err != nil {
			t.Fatal(err)
		}
		a := call(t, s, "POST", "/api/v1/keys", nightly)
		if got, err := http.ParseTime(a.header.Get("Retry-After")); err != nil || got.Year() != 9999 {
			t.Errorf("got %q, want a date that can be read", a.header.Get("Retry-After"))
		}
	})
}

func TestFaultRefusals(t *testing.T) {
	t.Parallel()
	negative, nan := mockserver.Duration(-1), mockserver.Delay{Sigma: 1, Median: 1, Max: 1}
	for _, test := range []struct {
		name  string
		fault mockserver.Fault
		want  string
	}{
		{"an unknown operation", mockserver.Fault{Operation: "create-key", Status: 500}, `operation "create-key" is not known; did you mean create-keys?`},
		{"no operation", mockserver.Fault{Status: 500}, `operation "" is not known; want one of *, create-auth-keys-code`},
		{"a fault that does nothing", mockserver.Fault{Operation: "*"}, "it does nothing; want status, effect, delay or hold"},
		{"a negative skip", mockserver.Fault{Operation: "*", Status: 500, Skip: -1}, "skip is -1; want 0 or more"},
		{"negative times", mockserver.Fault{Operation: "*", Status: 500, Times: -1}, "times is -1; want 0 or more"},
		{"a probability over 1", mockserver.Fault{Operation: "*", Status: 500, Chance: 1.5}, "probability is 1.5; want over 0 up to 1"},
		{"a negative Retry-After", mockserver.Fault{Operation: "*", Status: 500, RetryAfter: negative}, "retry_after is -1ns; want 0s or more"},
		{"a Retry-After without a status", mockserver.Fault{Operation: "*", Effect: "reset", RetryAfter: 1}, "retry_after without status"},
		{"a form of Retry-After without a status", mockserver.Fault{Operation: "*", Effect: "reset", RetryAfterForm: "date"}, "retry_after without status"},
		{"an unknown form of Retry-After", mockserver.Fault{Operation: "*", Status: 500, RetryAfterForm: "dat"}, `retry_after_form "dat" is not known; did you mean date?`},
		{"an unknown effect", mockserver.Fault{Operation: "*", Effect: "stal"}, `effect "stal" is not known; did you mean stall?`},
		{"an unknown phase", mockserver.Fault{Operation: "*", Status: 500, Phase: "afterwards"}, `phase "afterwards" is not known; want one of after, before, during`},
		{"an unknown on_unfired", mockserver.Fault{Operation: "*", Status: 500, OnUnfired: "warn"}, `on_unfired "warn" is not known; want one of fail, ignore`},
		{"a gate with a bad name", mockserver.Fault{Operation: "*", Hold: "The Gate"}, `hold "The Gate" is no name of a gate`},
		{"a status during", mockserver.Fault{Operation: "*", Status: 500, Phase: mockserver.During}, "phase during is for hold and delay alone"},
		{"an effect during", mockserver.Fault{Operation: "*", Effect: "reset", Hold: "g", Phase: mockserver.During}, "phase during is for hold and delay alone"},
		{"nothing during", mockserver.Fault{Operation: "*", Phase: mockserver.During}, "it does nothing"},
		{"a status that is no error", mockserver.Fault{Operation: "*", Status: 201, Force: true}, "status 201 is no error; want 400 to 599"},
		{"an undocumented status", mockserver.Fault{Operation: "create-keys", Status: 409}, "status 409 is not documented; want one of 400, 401, 403, 429, 500, or force"},
		{"an undocumented status for all", mockserver.Fault{Operation: "*", Status: 418}, "status 418 is not documented; want one of 400, 401, 403, 404, 409, 429, 500, or force"},
		{"a delay with bounds and a median", mockserver.Fault{Operation: "*", Delay: &nan}, "delay has bounds and a median; want either"},
		{"a value of when that is no JSON", mockserver.Fault{Operation: "*", Status: 500, When: map[string]any{"f": func() {}}}, `when "f" is a func(); want a JSON value`},
		{"a name of when that is no UTF-8", mockserver.Fault{Operation: "*", Status: 500, When: map[string]any{"\xff": 1}}, `when "\xff" is no name of a member; want UTF-8`},
		{"a place without violate", mockserver.Fault{Operation: "*", Status: 500, At: "/error:type"}, `at "/error:type" without effect=violate`},
		{"a place that is misspelled", mockserver.Fault{Operation: "create-keys", Effect: "violate", At: "/data/limits:type"}, `at "/data/limits:type" is no place of an answer; did you mean /data/limit:type?`},
		{"a place that is nowhere near", mockserver.Fault{Operation: "create-keys", Effect: "violate", At: "x"}, `at "x" is no place of an answer; want POINTER:CONSTRAINT such as /modelgates_metadata:type`},
		{"a place of another status", mockserver.Fault{Operation: "create-keys", Effect: "violate", Status: 429, At: "/data/hash:type"}, `at "/data/hash:type" is no place of an answer`},
		{"a place of another operation", mockserver.Fault{Operation: "create-auth-keys-code", Effect: "violate", At: "/data/hash:type"}, `at "/data/hash:type" is no place of an answer`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, w := faulty(t)
			if _, err := w.OrderFault(test.fault); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("OrderFault: got %v, want %q", err, test.want)
			}
			if len(w.Faults()) != 0 {
				t.Error("a fault that was refused is in force")
			}
			if _, err := mockserver.New(mockserver.Config{Faults: []mockserver.Fault{test.fault}}); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("New: got %v, want %q", err, test.want)
			}
		})
	}
}

func TestFaultProbability(t *testing.T) {
	t.Parallel()
	play := func(seed uint64, world string) (list []int, fired int) {
		s := newServer(t, mockserver.Config{Seed: seed})
		w := s.World(world)
		order(t, w, "create-keys status=500 probability=0.25")
		for range 200 {
			list = append(list, call(t, s, "POST", "/api/v1/keys", nightly, "Authorization", "Bearer sk-mg-mgmt-"+world).status)
		}
		return list, w.Faults()[0].Fired
	}
	first, fired := play(7, "a")
	again, _ := play(7, "a")
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("two runs of one seed differ:\n%s", diff)
	}
	if fired < 30 || fired > 70 {
		t.Errorf("fired %d of 200 times, want about 50", fired)
	}
	for name, other := range map[string]func() ([]int, int){
		"seed":  func() ([]int, int) { return play(8, "a") },
		"world": func() ([]int, int) { return play(7, "b") },
	} {
		if list, _ := other(); cmp.Equal(first, list) {
			t.Errorf("another %s gives the same run", name)
		}
	}
}

func TestFaultLeavesSecretsAlone(t *testing.T) {
	t.Parallel()
	mint := func(faults ...string) string {
		s, _ := faulty(t, faults...)
		statuses(t, s, 2, nightly)
		secret, _ := createKey(t, s, nightly)
		return secret
	}
	quiet := mint("create-auth-keys-code status=500 probability=0.5")
	if got := mint("create-keys delay=0s..1ns probability=0.5"); got != quiet {
		t.Errorf("a fault that draws has changed a secret: got %q, want %q", got, quiet)
	}
}

func TestDropFaults(t *testing.T) {
	t.Parallel()
	s, w := faulty(t, "create-keys status=500", "create-keys status=429", "create-keys status=403")
	statuses(t, s, 1, nightly)
	if a, ok := w.DropFault("f1"); !ok || a.Fired != 1 || a.Status != 500 {
		t.Errorf("DropFault: got %+v, %v", a, ok)
	}
	if _, ok := w.DropFault("f1"); ok {
		t.Error("a fault was taken back twice")
	}
	if got := statuses(t, s, 1, nightly)[0]; got != 429 {
		t.Errorf("got %d, want 429", got)
	}
	list := w.DropFaults()
	if len(list) != 2 || list[0].ID != "f2" || list[0].Fired != 1 || list[1].Fired != 0 || list[1].Seen != 2 {
		t.Errorf("DropFaults: got %+v", list)
	}
	if got := statuses(t, s, 1, nightly)[0]; got != 201 {
		t.Errorf("got %d, want 201", got)
	}
	if got := order(t, w, "* status=500"); got != "f4" {
		t.Errorf("got id %q, want f4: ids are not used twice", got)
	}
}

func TestPrefer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		prefer  string
		status  int
		applied string
	}{
		{"a documented status is answered", "code=429", 429, "code=429"},
		{"a quoted value is read", `code="403"`, 403, "code=403"},
		{"the name is in letters of either case, among others", `respond-async, Code=500; foo=bar`, 500, "code=500"},
		{"the first of two counts", "code=401, code=500", 401, "code=401"},
		{"success asks for nothing", "code=201", 201, ""},
		{"another preference is ignored", "return=minimal", 201, ""},
		{"an undocumented status is refused", "code=409", 400, ""},
		{"a status that is no number is refused", "code=teapot", 400, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, w := faulty(t, "create-keys status=500 skip=9")
			a := call(t, s, "POST", "/api/v1/keys", nightly, "Prefer", test.prefer)
			if a.status != test.status || a.header.Get("Preference-Applied") != test.applied {
				t.Errorf("got %d, applied %q; want %d, %q", a.status, a.header.Get("Preference-Applied"), test.status, test.applied)
			}
			if test.applied != "" && (a.header.Get(mockserver.FaultHeader) != "prefer" || w.Faults()[0].Seen != 0) {
				t.Errorf("the fault is %q and %d were counted; want prefer and none", a.header.Get(mockserver.FaultHeader), w.Faults()[0].Seen)
			}
		})
	}
}

func TestFaultsComeAfterTheCredential(t *testing.T) {
	t.Parallel()
	s, w := faulty(t, "* status=500")
	if a := call(t, s, "POST", "/api/v1/keys", nightly, "Authorization", ""); a.status != 401 || w.Faults()[0].Seen != 0 {
		t.Errorf("got %d and %d seen; want 401 and none", a.status, w.Faults()[0].Seen)
	}
}

func TestFaultsLeaveUnreadBodiesAlone(t *testing.T) {
	t.Parallel()
	s, w := faulty(t, "create-keys hold=gate")
	if a := call(t, s, "POST", "/api/v1/keys", strings.Repeat(" ", 1<<20+1)); a.status != 400 || w.Faults()[0].Seen != 0 {
		t.Errorf("got %d and %d seen; want 400 and none", a.status, w.Faults()[0].Seen)
	}
}

// callWith is call with a context.
func callWith(ctx context.Context, t testing.TB, h http.Handler, path, body string) answer {
	t.Helper()
	return call(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r.WithContext(ctx)) }), "POST", path, body)
}
