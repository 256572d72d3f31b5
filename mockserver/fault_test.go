package mockserver_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

// nightly is a body that create-keys accepts.
const nightly = `{"name": "nightly"}`

// newServerWithFaults returns a server and its default world, which has the faults
// in text form.
func newServerWithFaults(t testing.TB, faults ...string) (*mockserver.Server, *mockserver.World) {
	t.Helper()
	s := newServer(t, mockserver.Config{})
	w := worldOf(t, s, mockserver.DefaultWorld)
	for _, text := range faults {
		addFault(t, w, text)
	}
	return s, w
}

// addFault adds a fault in text form and returns its id.
func addFault(t testing.TB, w *mockserver.World, text string) (id string) {
	t.Helper()
	f, err := fault.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	a, err := w.AddFault(f)
	if err != nil {
		t.Fatal(err)
	}
	return a.ID
}

// statuses sends the body to create-keys n times and returns the statuses.
func statuses(t testing.TB, h http.Handler, n int, body string) (list []int) {
	t.Helper()
	for range n {
		list = append(list, call(t, h, "POST", "/api/v1/keys", body).status)
	}
	return list
}

// countKeys returns the number of keys in the default world.
func countKeys(t testing.TB, s *mockserver.Server) int {
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
		name      string
		faults    []string
		want      []int
		remaining []int // of each fault, at the end
		matched   []int
	}{
		{"without times it acts on all", []string{"create-keys status=500"}, []int{500, 500, 500, 500}, []int{-1}, []int{4}},
		{"times ends it", []string{"create-keys status=500 times=2"}, []int{500, 500, 201, 201}, []int{0}, []int{4}},
		{"skip lets the first pass", []string{"create-keys status=500 skip=1 times=2"}, []int{201, 500, 500, 201}, []int{0}, []int{4}},
		{"the first of two acts and both count", []string{"create-keys status=500 times=1", "create-keys status=429 skip=1 times=2"}, []int{500, 429, 429, 201}, []int{0, 0}, []int{4, 4}},
		{"of two that may act the first does", []string{"create-keys status=500 times=1", "create-keys status=429 times=1"}, []int{500, 429, 201, 201}, []int{0, 0}, []int{4, 4}},
		{"a fault that does not act lets the next one act", []string{"create-keys status=500 skip=2", "create-keys status=403 times=1"}, []int{403, 201, 500, 500}, []int{-1, 0}, []int{4, 4}},
		{"one of another operation neither acts nor counts", []string{"create-auth-keys-code status=409"}, []int{201, 201, 201, 201}, []int{-1}, []int{0}},
		{"one for all operations acts where the status is documented", []string{"* status=429 times=1"}, []int{429, 201, 201, 201}, []int{0}, []int{4}},
		{"one for all operations skips undocumented statuses", []string{"* status=409"}, []int{201, 201, 201, 201}, []int{-1}, []int{0}},
		{"one for all operations acts everywhere by force", []string{"* status=409 force times=3"}, []int{409, 409, 409, 201}, []int{0}, []int{4}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, w := newServerWithFaults(t, test.faults...)
			if diff := cmp.Diff(test.want, statuses(t, s, 4, nightly)); diff != "" {
				t.Errorf("statuses (-want +got):\n%s", diff)
			}
			var remaining, matched []int
			for _, a := range w.Faults() {
				remaining, matched = append(remaining, a.Remaining), append(matched, a.Matched)
			}
			if diff := cmp.Diff([][]int{test.remaining, test.matched}, [][]int{remaining, matched}); diff != "" {
				t.Errorf("remaining and matched (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFaultForAllOperationsSkipsUndocumentedStatuses(t *testing.T) {
	t.Parallel()
	s, _ := newServerWithFaults(t, "* status=429")
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
			s, w := newServerWithFaults(t)
			f := fault.Fault{Operation: "create-keys", Status: 500}
			if err := json.Unmarshal([]byte(test.when), &f.When); err != nil {
				t.Fatal(err)
			}
			if _, err := w.AddFault(f); err != nil {
				t.Fatal(err)
			}
			want := map[bool]int{true: 500, false: 201}[test.want]
			if got := statuses(t, s, 1, body)[0]; got != want {
				t.Errorf("got %d, want %d", got, want)
			}
		})
	}
	t.Run("a body that is not an object matches nothing", func(t *testing.T) {
		t.Parallel()
		s, _ := newServerWithFaults(t, "create-keys status=500 when.name=nightly")
		if got := statuses(t, s, 1, `[]`)[0]; got != 400 {
			t.Errorf("got %d, want 400", got)
		}
	})
}

func TestAddFaultCopiesTheFault(t *testing.T) {
	t.Parallel()
	s, w := newServerWithFaults(t)
	f := fault.Fault{Operation: "create-keys", Status: 500, When: map[string]any{"limit": 5}, Delay: &fault.Delay{}}
	if _, err := w.AddFault(f); err != nil {
		t.Fatal(err)
	}
	f.When["limit"], f.Delay.Max = 6, time.Duration(time.Hour)
	seen := w.Faults()[0]
	seen.When["limit"] = 7
	if got := statuses(t, s, 1, `{"name": "n", "limit": 5}`)[0]; got != 500 {
		t.Errorf("got %d, want 500: a change from outside reached the fault", got)
	}
}

func TestFaultProbability(t *testing.T) {
	t.Parallel()
	play := func(seed uint64, world string) (list []int, fired int) {
		s := newServer(t, mockserver.Config{Seed: seed})
		w := worldOf(t, s, world)
		addFault(t, w, "create-keys status=500 probability=0.25")
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

// TestFaultProbability_isOfEachFault adds two faults with the same probability. The
// second one acts on some of the requests that the first one lets pass.
func TestFaultProbability_isOfEachFault(t *testing.T) {
	t.Parallel()
	s, w := newServerWithFaults(t, "create-keys status=500 probability=0.5", "create-keys status=429 probability=0.5")
	statuses(t, s, 100, nightly)
	first, second := w.Faults()[0].Fired, w.Faults()[1].Fired
	if first < 30 || first > 70 || second < 10 || second > 40 {
		t.Errorf("fired %d and %d times in 100 requests, want about 50 and 25", first, second)
	}
}

func TestFaultsDoNotChangeSecrets(t *testing.T) {
	t.Parallel()
	mint := func(faults ...string) string {
		s, _ := newServerWithFaults(t, faults...)
		statuses(t, s, 2, nightly)
		secret, _ := createKey(t, s, nightly)
		return secret
	}
	quiet := mint("create-auth-keys-code status=500 probability=0.5")
	if got := mint("create-keys delay=0s..1ns probability=0.5"); got != quiet {
		t.Errorf("a fault that draws has changed a secret: got %q, want %q", got, quiet)
	}
}

func TestRemoveFaults(t *testing.T) {
	t.Parallel()
	s, w := newServerWithFaults(t, "create-keys status=500", "create-keys status=429", "create-keys status=403")
	statuses(t, s, 1, nightly)
	if a, err := w.RemoveFault("f1"); err != nil || a.Fired != 1 || a.Status != 500 {
		t.Errorf("RemoveFault: got %+v, %v", a, err)
	}
	if _, err := w.RemoveFault("f1"); !errors.Is(err, mockserver.ErrNoFault) {
		t.Errorf("a second RemoveFault: got %v, want ErrNoFault", err)
	}
	if got := statuses(t, s, 1, nightly)[0]; got != 429 {
		t.Errorf("got %d, want 429", got)
	}
	list := w.RemoveFaults()
	if len(list) != 2 || list[0].ID != "f2" || list[0].Fired != 1 || list[1].Fired != 0 || list[1].Matched != 2 {
		t.Errorf("RemoveFaults: got %+v", list)
	}
	if got := statuses(t, s, 1, nightly)[0]; got != 201 {
		t.Errorf("got %d, want 201", got)
	}
	if got := addFault(t, w, "* status=500"); got != "f4" {
		t.Errorf("got id %q, want f4: ids are not used twice", got)
	}
}

func TestFaultsApplyAfterTheCredentialCheck(t *testing.T) {
	t.Parallel()
	s, w := newServerWithFaults(t, "* status=500")
	if a := call(t, s, "POST", "/api/v1/keys", nightly, "Authorization", ""); a.status != 401 || w.Faults()[0].Matched != 0 {
		t.Errorf("got %d and %d matched; want 401 and none", a.status, w.Faults()[0].Matched)
	}
}

func TestFaultsIgnoreRequestsWithUnreadBodies(t *testing.T) {
	t.Parallel()
	s, w := newServerWithFaults(t, "create-keys hold=gate")
	if a := call(t, s, "POST", "/api/v1/keys", strings.Repeat(" ", 1<<20+1)); a.status != 400 || w.Faults()[0].Matched != 0 {
		t.Errorf("got %d and %d matched; want 400 and none", a.status, w.Faults()[0].Matched)
	}
}

// callWith is call with a context.
func callWith(ctx context.Context, t testing.TB, h http.Handler, path, body string) response {
	t.Helper()
	return call(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r.WithContext(ctx)) }), "POST", path, body)
}
