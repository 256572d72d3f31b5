package everyfault_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/everyfault"
	"github.com/mockgates/mockgates/mockserver/fault"
)

func TestJudge_twoFaultsMayBeTooMany(t *testing.T) {
	t.Parallel()
	clean := []everyfault.Call{{"create-keys", 1, 201}}
	run := []everyfault.Call{{"create-keys", 1, 500}, {"create-keys", 2, 201}}
	o := everyfault.Options{Effects: []string{"500"}}
	second := everyfault.PlanNext(everyfault.Plan(clean, o)[0], clean, run, o)[0]
	failed := everyfault.Observed{Fired: true, Ending: everyfault.Failed, Journal: calls("500 a", "500 a")}
	if got := everyfault.Judge(everyfault.Observed{Journal: calls("201 a")}, failed, second, o); got.Verdict != everyfault.FailedCleanly {
		t.Errorf("verdict %q, %v; want %q", got.Verdict, got.Problems, everyfault.FailedCleanly)
	}
}

func TestJudge_whatTheCleanRunRepeatsIsNoRetry(t *testing.T) {
	t.Parallel()
	o := everyfault.Options{Effects: []string{"401"}}
	point := everyfault.Plan([]everyfault.Call{{"create-keys", 1, 201}}, o)[0]
	clean := everyfault.Observed{Fired: true, Journal: calls("201 a", "201 a")}
	run := everyfault.Observed{Fired: true, Journal: calls("401 a", "201 a")}
	if got := everyfault.Judge(clean, run, point, o); got.Verdict != everyfault.Survived {
		t.Errorf("verdict %q, %v; want %q", got.Verdict, got.Problems, everyfault.Survived)
	}
}

// TestObserve creates a key in a world with a fault of its point, which acts or does
// not, and one that is not of the point.
func TestObserve(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		point string
		fired bool
	}{
		{"the fault of the point acts", "create-keys delay=1ms", true},
		{"the fault of the point does not act", "create-keys status=500 skip=1", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := mustServer(t)
			w, err := server.World("w")
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{test.point, "list-keys status=500"} {
				f, err := fault.Parse(text)
				if err == nil {
					_, err = w.AddFault(f)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			req, err := http.NewRequest(http.MethodPost, "http://fake"+mockserver.BasePath+"/keys", strings.NewReader(`{"name": "nightly", "limit": 2.5, "limit_reset": "daily"}`))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+w.ManagementKey())
			req.Header.Set("Content-Type", "application/json")
			res, err := server.Client().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			got := everyfault.Observe(w, nil, 1)
			if got.Fired != test.fired || len(got.Journal) != 1 {
				t.Errorf("fired %v, %d calls; want %v, 1", got.Fired, len(got.Journal), test.fired)
			}
			if diff := cmp.Diff([]everyfault.Key{{Name: "nightly", Limit: "2.5", Reset: "daily"}}, got.After); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
			if text := got.After[0].String(); text != `"nightly" (limit 2.5 daily)` {
				t.Errorf("the key is shown as %s", text)
			}
		})
	}
}
