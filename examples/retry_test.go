package examples

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/mocktest"
)

// createKey is the code under test. It retries after the time in Retry-After.
func createKey(base, token string, wait func(time.Duration)) (status int, err error) {
	for range 3 {
		body := bytes.NewReader([]byte(`{"name": "nightly", "limit": 5}`))
		req, err := http.NewRequest(http.MethodPost, base+"/keys", body)
		if err != nil {
			return 0, err
		}
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return 0, err
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusTooManyRequests {
			return res.StatusCode, nil
		}
		seconds, err := strconv.Atoi(res.Header.Get("Retry-After"))
		if err != nil {
			return 0, err
		}
		wait(time.Duration(seconds) * time.Second)
	}
	return 0, fmt.Errorf("gave up")
}

func TestClientWaitsAndRetries(t *testing.T) {
	t.Parallel()
	fake := mocktest.New(t,
		mocktest.WithConfig(mockserver.Config{Clock: mockserver.ClockSetting{Frozen: true}}),
		mocktest.WithFaults("create-keys status=429 times=2 retry_after=30s"))

	var waited time.Duration
	status, err := createKey(fake.URL, fake.ManagementKey, func(d time.Duration) {
		waited += d
		if _, err := fake.World.Advance(d); err != nil { // no test sleeps: the fake's time passes
			t.Error(err)
		}
	})
	if err != nil || status != http.StatusCreated {
		t.Fatalf("got %d, %v; want 201", status, err)
	}
	if waited != time.Minute {
		t.Errorf("waited %v, want 1m", waited)
	}
	// The test also fails if the fault never fired, or if the client did not wait:
	// mocktest looks at both when the test ends.
}
