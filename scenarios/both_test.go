package scenarios_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/drift"
	"github.com/mockgates/mockgates/scenarios/report"
)

// settingsOf returns the settings of a rule of the fake.
func settingsOf(id string) []string {
	for _, rule := range mockserver.Rules() {
		if rule.ID == id {
			return rule.Settings
		}
	}
	return nil
}

// compared plays on a live target and on a fake. It returns the comparison, its text, and
// the report of the live target.
func compared(t *testing.T, o scenarios.Options) (drift.Result, string, report.Report) {
	t.Helper()
	o.ManagementKey = liveKey
	fake, live, err := scenarios.RunBoth(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	result := drift.Compare(fake, live, settingsOf)
	var text strings.Builder
	if err := result.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	return result, text.String(), live
}

// fakeWith serves a fake with other settings, as a live target.
func fakeWith(t *testing.T, rules map[string]string) string {
	t.Helper()
	fake, err := mockserver.New(mockserver.Config{NoDebugHeaders: true, ManagementKeys: []string{liveKey}, StrictKeys: true, Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	return server.URL + "/api/v1"
}

// counts returns how many facts have each verdict.
func counts(r drift.Result) map[drift.Verdict]int {
	n := map[drift.Verdict]int{}
	for _, f := range r.Facts {
		n[f.Verdict]++
	}
	return n
}

func TestDrift_fakeAgreesWithItself(t *testing.T) {
	t.Parallel()
	r, text, _ := compared(t, scenarios.Options{Target: fakeWith(t, nil), Companions: true, MaxRequests: short(300)})
	if n := counts(r); r.ExitCode() != 0 || n[drift.Agree] < 300 || len(r.Facts) != n[drift.Agree] {
		t.Errorf("exit code %d and %v, want 0 and at least 300 facts that agree\n%s", r.ExitCode(), n, text)
	}
}

// TestDrift_otherChoices compares with a fake that has other settings. With the flags that
// are printed, the two agree.
func TestDrift_otherChoices(t *testing.T) {
	t.Parallel()
	choices := map[string]string{"keys.negative-limit": "accept", "codes.method-alone": "accept"}
	target := fakeWith(t, choices)
	const some = "^(codes_|generated/create-)" // where the choices show
	r, text, _ := compared(t, scenarios.Options{Target: target, Run: short(some)})
	want := "--rule codes.method-alone=accept --rule keys.negative-limit=accept"
	if n := counts(r); r.ExitCode() != drift.ExitDrift || n[drift.Open] < 2 || n[drift.Open]+n[drift.Agree] != len(r.Facts) || !strings.Contains(text, want) {
		t.Fatalf("exit code %d and %v, want 5, open questions alone, and %q\n%s", r.ExitCode(), n, want, text)
	}
	rules := map[string]string{}
	for _, flag := range r.Flags() {
		rule, setting, _ := strings.Cut(strings.TrimPrefix(flag, "--rule "), "=")
		rules[rule] = setting
	}
	if r, text, _ := compared(t, scenarios.Options{Target: target, Run: short(some), Rules: rules}); r.ExitCode() != 0 {
		t.Errorf("with these flags the exit code is %d, want 0\n%s", r.ExitCode(), text)
	}
}

// TestDrift_faithfulDialects compares with other implementations of the same documents.
// They conform, and neither side is wrong, although they settle some open questions
// differently.
func TestDrift_faithfulDialects(t *testing.T) {
	t.Parallel()
	for name, d := range dialects() {
		if !isCompared(name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, text, live := compared(t, scenarios.Options{Target: d.start(t, departure{}), Companions: true})
			checkSettled(t, d, live, text)
			if n := counts(r); n[drift.Agree] < 200 || n[drift.Agree]+n[drift.Open] != len(r.Facts) {
				t.Errorf("%v, want at least 200 facts that agree, and open ones\n%s", n, text)
			}
		})
	}
}

// wrongLimit answers with a limit other than the one that was sent.
var wrongLimit = breaking("POST /keys 201", func(a *brokenResponse) { a.data()["limit"] = 7 })

func TestDrift_namesWhoIsWrong(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name       string
		fake, live func(http.Handler) http.Handler
		want       drift.Verdict
	}{
		{"the live target", nil, wrongLimit, drift.LiveWrong},
		{"the fake", wrongLimit, nil, drift.FakeWrong},
		{"both in the same way", wrongLimit, wrongLimit, drift.SpecWrong},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r, text, _ := compared(t, scenarios.Options{Target: newEndpoint(t, test.live).url, Handler: test.fake, Run: short("^(keys_|generated/create-keys)")})
			if n := counts(r); r.ExitCode() != drift.ExitDrift || n[test.want] < 2 || n[test.want]+n[drift.Agree] != len(r.Facts) {
				t.Errorf("exit code %d and %v, want 5 and %q alone\n%s", r.ExitCode(), n, test.want, text)
			}
			if !strings.Contains(text, string(test.want)+": response create-keys 201\n") || !strings.Contains(text, "/data/limit: echo") {
				t.Errorf("the fact is not named:\n%s", text)
			}
		})
	}
}

func TestDrift_inconclusiveIsNotDrift(t *testing.T) {
	t.Parallel()
	refused := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusServiceUnavailable) })
	}
	fake, live, err := scenarios.RunBoth(t.Context(), scenarios.Options{Target: newEndpoint(t, refused).url, ManagementKey: liveKey})
	if err != nil || live.ExitCode() != report.ExitInconclusive || len(fake.Scenarios) > 0 {
		t.Errorf("exit code %d, %d scenarios on the fake and %v, want 3 and none", live.ExitCode(), len(fake.Scenarios), err)
	}
}
