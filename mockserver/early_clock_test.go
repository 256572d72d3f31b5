package mockserver_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

// TestRateLimit_resetIsInMillisecondsInAnyYear sets the clock to times whose milliseconds
// since 1970 are negative, or small enough to be taken for seconds.
func TestRateLimit_resetIsInMillisecondsInAnyYear(t *testing.T) {
	t.Parallel()
	for _, year := range []int{201, 1969, 1970, 1973} {
		fake, err := mockserver.New(mockserver.Config{
			RateLimits: []ratelimit.Limit{{Operation: "create-keys", Requests: 1, Per: time.Minute}},
			Clock:      mockserver.ClockSetting{Now: time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), Frozen: true},
		})
		if err != nil {
			t.Fatal(err)
		}
		var reset string
		for range 2 {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://fake"+mockserver.BasePath+"/keys", strings.NewReader(`{"name": "k"}`))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer sk-mg-mgmt-default")
			req.Header.Set("Content-Type", "application/json")
			resp, err := fake.Client().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			reset = resp.Header.Get("X-RateLimit-Reset")
		}
		if reset != "100000000000" {
			t.Errorf("in the year %d X-RateLimit-Reset is %q; want 100000000000, the least that is in milliseconds", year, reset)
		}
	}
}
