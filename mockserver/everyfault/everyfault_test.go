package everyfault_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/everyfault"
	"github.com/mockgates/mockgates/mockserver/fault"
)

// entry returns the entry of a call with a body.
func entry(id int64, operation string, status int, body string) mockserver.Entry {
	return mockserver.Entry{ID: id, Operation: operation, Method: "POST", Path: "/keys", Status: status, Request: mockserver.Message{Text: body}}
}

func TestCalls_areNumberedInTheOrderOfTheirArrival(t *testing.T) {
	t.Parallel()
	refused := entry(1, "create-keys", 401, "")
	injected := entry(6, "create-keys", 401, "")
	injected.Injected = true
	preferred := entry(7, "create-keys", 429, "")
	preferred.Fault = "prefer"
	got := everyfault.Calls([]mockserver.Entry{
		refused, entry(3, "list-keys", 200, ""), entry(2, "create-keys", 201, ""), entry(4, "create-keys", 400, ""),
		{ID: 5, Status: 404},
		injected, preferred, entry(8, "exchange-auth-code", 403, ""), entry(9, "list-keys", 403, ""),
	})
	want := []everyfault.Call{
		{"create-keys", 1, 201},
		{"list-keys", 1, 200},
		{"create-keys", 2, 400},
		{"create-keys", 3, 401},
		{"exchange-auth-code", 1, 403},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// TestPlan_everyFaultIsValidAndReadsBack holds for every operation: each fault of a
// plan is valid, acts once on the call of its point, and its text form is the fault.
func TestPlan_everyFaultIsValidAndReadsBack(t *testing.T) {
	t.Parallel()
	var calls []everyfault.Call
	for _, r := range mustServer(t).Coverage() {
		calls = append(calls, everyfault.Call{Operation: r.Operation, Number: 3})
	}
	for _, o := range []everyfault.Options{{}, {RetryAfter: 2 * time.Second}} {
		for _, p := range everyfault.Plan(calls, o) {
			f := p.Fault()
			if err := f.Validate(); err != nil {
				t.Errorf("%s: %v", p, err)
			}
			if f.Operation != p.Call.Operation || f.Skip != 2 || f.Times != 1 {
				t.Errorf("%s: it must act on the third call alone", p)
			}
			back, err := fault.Parse(p.String())
			if err != nil {
				t.Errorf("%s: %v", p, err)
			}
			if diff := cmp.Diff(f, back); diff != "" {
				t.Errorf("%s reads back differently (-fault +parsed):\n%s", p, diff)
			}
		}
	}
}

func mustServer(t *testing.T) *mockserver.Server {
	t.Helper()
	s, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestPlan_hasEveryDocumentedError compares the plan with what the fake documents.
func TestPlan_hasEveryDocumentedError(t *testing.T) {
	t.Parallel()
	for _, r := range mustServer(t).Coverage() {
		if !r.Documented || r.Status < 400 {
			continue
		}
		points := everyfault.Plan([]everyfault.Call{{Operation: r.Operation, Number: 1}}, everyfault.Options{Effects: []string{"errors"}})
		if !slices.ContainsFunc(points, func(p everyfault.Point) bool { return p.Fault().Status == r.Status }) {
			t.Errorf("the plan for %s has no %d", r.Operation, r.Status)
		}
	}
}

func TestPlan_effects(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		operation string
		options   everyfault.Options
		want      string
	}{
		{"everything can happen to a call that writes", "create-keys", everyfault.Options{}, "400 401 403 429-date 429-past 429-zero 429-huge 429-fraction 429-junk 429-absent 500 lost-500 lost-reset reset hangup truncate wrong-content-type slow"},
		{"a call that reads has no lost response", "list-keys", everyfault.Options{Effects: []string{"lost", "wire"}}, "reset hangup truncate wrong-content-type slow"},
		{"an operation without a documented 429 gets none", "create-auth-keys-code", everyfault.Options{Effects: []string{"4xx"}}, "400 401 409"},
		{"a wait can be asked for in seconds", "create-keys", everyfault.Options{Effects: []string{"429"}, RetryAfter: time.Second}, "429-seconds 429-date 429-past 429-zero 429-huge 429-fraction 429-junk 429-absent"},
		{"an effect can be chosen by its name", "create-keys", everyfault.Options{Effects: []string{"500", "lost-reset"}}, "500 lost-reset"},
		{"another operation can be left out", "create-keys", everyfault.Options{Operations: []string{"list-keys"}}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, p := range everyfault.Plan([]everyfault.Call{{Operation: test.operation, Number: 1}}, test.options) {
				got = append(got, p.Effect)
			}
			if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("effects (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlanNext_takesTheCallsThatTheCleanRunDidNotMake(t *testing.T) {
	t.Parallel()
	clean := []everyfault.Call{{"create-keys", 1, 201}}
	o := everyfault.Options{Effects: []string{"500"}}
	first := everyfault.Plan(clean, o)[0]
	run := []everyfault.Call{{"create-keys", 1, 500}, {"list-keys", 1, 200}, {"create-keys", 2, 201}}
	var got []string
	for _, p := range everyfault.PlanNext(first, clean, run, o) {
		got = append(got, p.String())
	}
	want := []string{
		"create-keys status=500 times=1 then list-keys status=500 times=1",
		"create-keys status=500 times=1 then create-keys status=500 skip=1 times=1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("points (-want +got):\n%s", diff)
	}
}

// keys returns keys with these names.
func keys(names ...string) []everyfault.Key {
	list := []everyfault.Key{}
	for _, name := range names {
		list = append(list, everyfault.Key{Name: name, Limit: "5"})
	}
	return list
}

// calls returns a journal of create-keys, each with a status and one of two bodies.
func calls(list ...string) []mockserver.Entry {
	var journal []mockserver.Entry
	for i, call := range list {
		var status int
		var body string
		if _, err := fmt.Sscan(call, &status, &body); err != nil {
			panic(err)
		}
		journal = append(journal, entry(int64(i+1), "create-keys", status, body))
		journal[i].Injected = status >= 400
	}
	return journal
}

// violating returns a journal whose first call has a violation.
func violating(kind string) []mockserver.Entry {
	journal := calls("201 a")
	journal[0].Violations = []mockserver.Violation{{Kind: kind}}
	return journal
}

func TestJudge(t *testing.T) {
	t.Parallel()
	clean := everyfault.Observed{Fired: true, Journal: calls("201 a"), Before: keys("old"), After: keys("new", "old")}
	for _, test := range []struct {
		name    string
		effect  string
		options everyfault.Options
		run     everyfault.Observed
		verdict everyfault.Verdict
		kinds   string
	}{
		{"a run that leaves what the clean run left survives", "500", everyfault.Options{}, everyfault.Observed{Fired: true, Journal: calls("500 a", "201 a"), After: keys("new", "old")}, everyfault.Survived, ""},
		{"a client that fails and leaves the keys of before fails cleanly", "401", everyfault.Options{}, everyfault.Observed{Fired: true, Ending: everyfault.Failed, Journal: calls("401 a"), Before: keys("old"), After: keys("old")}, everyfault.FailedCleanly, ""},
		{"a client must survive one 500", "500", everyfault.Options{}, everyfault.Observed{Fired: true, Ending: everyfault.Failed, Journal: calls("500 a")}, everyfault.NotSurvived, "gave-up"},
		{"a client must survive one 429", "429-absent", everyfault.Options{}, everyfault.Observed{Fired: true, Ending: everyfault.Failed, Journal: calls("429 a")}, everyfault.NotSurvived, "gave-up"},
		{"a client must survive one reset", "reset", everyfault.Options{}, everyfault.Observed{Fired: true, Ending: everyfault.Failed, Journal: calls("0 a")}, everyfault.NotSurvived, "gave-up"},
		{"a client may give up after a 429 that asks for years", "429-huge", everyfault.Options{}, everyfault.Observed{Fired: true, Ending: everyfault.Failed, Journal: calls("429 a")}, everyfault.FailedCleanly, ""},
		{"a client may give up after a lost response", "lost-reset", everyfault.Options{}, everyfault.Observed{Fired: true, Ending: everyfault.Failed, Journal: calls("201 a")}, everyfault.FailedCleanly, ""},
		{"what a client must survive can be chosen", "500", everyfault.Options{MustSurvive: []string{}}, everyfault.Observed{Fired: true, Ending: everyfault.Failed, Journal: calls("500 a")}, everyfault.FailedCleanly, ""},
		{"a second key of a name is a duplicate", "lost-500", everyfault.Options{}, everyfault.Observed{Fired: true, Journal: calls("500 a", "201 a"), After: keys("new", "new", "old")}, everyfault.NotSurvived, "duplicate"},
		{"a key of another name is an orphan", "lost-500", everyfault.Options{}, everyfault.Observed{Fired: true, After: keys("new", "old", "other")}, everyfault.NotSurvived, "orphan"},
		{"a key that is not there is missing", "500", everyfault.Options{}, everyfault.Observed{Fired: true, After: keys("old")}, everyfault.NotSurvived, "missing"},
		{"a failed run must not leave a key", "lost-500", everyfault.Options{}, everyfault.Observed{Fired: true, Ending: everyfault.Failed, Before: keys("old"), After: keys("new", "old")}, everyfault.NotSurvived, "left-behind"},
		{"a failed run must not take a key away", "lost-500", everyfault.Options{}, everyfault.Observed{Fired: true, Ending: everyfault.Failed, Before: keys("old"), After: keys()}, everyfault.NotSurvived, "left-behind"},
		{"a kind can be allowed", "lost-500", everyfault.Options{Allow: []everyfault.Kind{everyfault.LeftBehind}}, everyfault.Observed{Fired: true, Ending: everyfault.Failed, After: keys("new")}, everyfault.FailedCleanly, "left-behind"},
		{"a run that does not end hangs", "slow", everyfault.Options{}, everyfault.Observed{Fired: true, Ending: everyfault.TimedOut}, everyfault.NotSurvived, "hang"},
		{"a 401 must not be repeated", "401", everyfault.Options{}, everyfault.Observed{Fired: true, Journal: calls("401 a", "201 a"), After: keys("new", "old")}, everyfault.NotSurvived, "wrong-retry"},
		{"another request after a 401 is not a repetition", "401", everyfault.Options{}, everyfault.Observed{Fired: true, Journal: calls("401 a", "201 b"), After: keys("new", "old")}, everyfault.Survived, ""},
		{"what must not be repeated can be chosen", "401", everyfault.Options{NoRetry: []int{}}, everyfault.Observed{Fired: true, Journal: calls("401 a", "201 a"), After: keys("new", "old")}, everyfault.Survived, ""},
		{"three repetitions are too many of at most two", "500", everyfault.Options{MaxRetries: 2}, everyfault.Observed{Fired: true, Journal: calls("500 a", "500 a", "500 a", "201 a"), After: keys("new", "old")}, everyfault.NotSurvived, "endless"},
		{"two repetitions are not too many of at most two", "500", everyfault.Options{MaxRetries: 2}, everyfault.Observed{Fired: true, Journal: calls("500 a", "500 a", "201 a"), After: keys("new", "old")}, everyfault.Survived, ""},
		{"an honest date must be waited for", "429-date", everyfault.Options{}, everyfault.Observed{Fired: true, Journal: violating(mockserver.ViolationEarlyRetry), After: keys("new", "old")}, everyfault.NotSurvived, "early-retry"},
		{"a wait of years need not be waited for", "429-huge", everyfault.Options{}, everyfault.Observed{Fired: true, Journal: violating(mockserver.ViolationEarlyRetry), After: keys("new", "old")}, everyfault.Survived, ""},
		{"a wait beyond the patience need not be waited for", "429-seconds", everyfault.Options{RetryAfter: 6 * time.Second}, everyfault.Observed{Fired: true, Journal: violating(mockserver.ViolationEarlyRetry), After: keys("new", "old")}, everyfault.Survived, ""},
		{"a secret must not be in a URL", "500", everyfault.Options{}, everyfault.Observed{Fired: true, Journal: violating(mockserver.ViolationSecretInURL), After: keys("new", "old")}, everyfault.NotSurvived, "secret-in-url"},
		{"a fault that never acted says nothing", "500", everyfault.Options{}, everyfault.Observed{Ending: everyfault.Failed}, everyfault.NotReached, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.options.Effects = []string{test.effect}
			points := everyfault.Plan([]everyfault.Call{{"create-keys", 1, 201}}, test.options)
			if len(points) != 1 {
				t.Fatalf("%d points; want one", len(points))
			}
			got := everyfault.Judge(clean, test.run, points[0], test.options)
			var kinds []string
			for _, p := range got.Problems {
				kinds = append(kinds, string(p.Kind))
			}
			if got.Verdict != test.verdict || strings.Join(kinds, " ") != test.kinds {
				t.Errorf("verdict %q, kinds %q; want %q, %q", got.Verdict, kinds, test.verdict, test.kinds)
			}
		})
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	result := func(v everyfault.Verdict, kinds ...everyfault.Kind) everyfault.Result {
		r := everyfault.Result{Verdict: v}
		for _, k := range kinds {
			r.Problems = append(r.Problems, everyfault.Problem{Kind: k})
		}
		return r
	}
	for _, test := range []struct {
		name    string
		results []everyfault.Result
		want    string
	}{
		{"nothing was tried", nil, "survives 0 of 0 faults"},
		{"one fault is survived", []everyfault.Result{result(everyfault.Survived)}, "survives 1 of 1 fault"},
		{
			"each run counts once, in the order of the kinds",
			[]everyfault.Result{
				result(everyfault.Survived), result(everyfault.FailedCleanly), result(everyfault.NotReached),
				result(everyfault.NotSurvived, everyfault.Duplicate, everyfault.WrongRetry),
				result(everyfault.NotSurvived, everyfault.Duplicate), result(everyfault.NotSurvived, everyfault.Hang),
			},
			"survives 1 of 6 faults; 1 fails cleanly; 1 hangs; 2 leave duplicate keys; 1 is never reached",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := everyfault.Summary(test.results); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestOptions_refuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		options everyfault.Options
		want    string
	}{
		{"an unknown effect", everyfault.Options{Effects: []string{"lost-50"}}, `effect "lost-50" is not known; did you mean lost-500?`},
		{"an unknown operation", everyfault.Options{Operations: []string{"create-key"}}, `operation "create-key" is not known; did you mean create-keys?`},
		{"an unknown kind", everyfault.Options{Allow: []everyfault.Kind{"duplicates"}}, `allow "duplicates" is not known; did you mean duplicate?`},
		{"a status that is not an error", everyfault.Options{NoRetry: []int{200}}, "no-retry 200 is not an error status; want 400 to 599"},
		{"a negative wait", everyfault.Options{RetryAfter: -1}, "retry-after is -1ns; want 0s to 1h0m0s"},
		{"a negative number of retries", everyfault.Options{MaxRetries: -1}, "max-retries is -1; want 0 or more"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if err := test.options.Validate(); err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
	if err := (everyfault.Options{}).WithDefaults().Validate(); err != nil {
		t.Errorf("the defaults are refused: %v", err)
	}
}
