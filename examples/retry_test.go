package examples

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/mockgates/mockgates/mockserver"
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
	fake, err := mockserver.New(mockserver.Config{Clock: mockserver.ClockSetting{Frozen: true}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)

	// The key sk-mg-mgmt-retries opens the world "retries", which no other test uses.
	world := fake.World("retries")
	fault := mockserver.Fault{Operation: "create-keys", Status: 429, Times: 2, RetryAfter: mockserver.Duration(30 * time.Second)}
	if _, err := world.OrderFault(fault); err != nil {
		t.Fatal(err)
	}
	wait := func(d time.Duration) { _, _ = world.Advance(d) } // moves the clock instead of waiting
	status, err := createKey(server.URL+"/api/v1", "sk-mg-mgmt-retries", wait)
	if err != nil || status != http.StatusCreated {
		t.Fatalf("status = %d, %v; want 201", status, err)
	}
	if n := world.Count(mockserver.Filter{Operation: "create-keys"}); n != 3 {
		t.Errorf("%d requests; want 3", n)
	}
	for _, violation := range world.Violations() { // such as a retry that came too early
		t.Errorf("%s: %s", violation.Kind, violation.Message)
	}
}
