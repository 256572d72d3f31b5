package mockserver_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/mockgates/mockgates/mockserver"
)

// A server is an http.Handler. The world of a test is chosen by its key, and
// does what the test orders: here the first request is told to wait.
func Example() {
	fake, err := mockserver.New(mockserver.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(fake)
	defer server.Close()

	fault, err := mockserver.ParseFault("create-keys status=429 times=1 retry_after=2s")
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := fake.World("example").OrderFault(fault); err != nil {
		fmt.Println(err)
		return
	}

	for range 2 {
		req, err := http.NewRequest(http.MethodPost, server.URL+"/api/v1/keys", strings.NewReader(`{"name": "nightly"}`))
		if err != nil {
			fmt.Println(err)
			return
		}
		req.Header.Set("Authorization", "Bearer sk-mg-mgmt-example")
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			fmt.Println(err)
			return
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		fmt.Println(res.StatusCode, "Retry-After:", res.Header.Get("Retry-After"))
	}
	// Output:
	// 429 Retry-After: 2
	// 201 Retry-After:
}

// Time passes when a test says so: a key has a daily limit that starts over at midnight
// UTC.
func ExampleWorld_Spend() {
	fake, err := mockserver.New(mockserver.Config{
		Clock: mockserver.ClockSetting{Now: time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC), Frozen: true},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	world := fake.World("example")
	limit := 5.0
	minted, err := world.Populate([]mockserver.Key{{Name: "nightly", Limit: &limit, LimitReset: "daily"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	remaining := func() {
		req := httptest.NewRequest(http.MethodGet, "/api/v1/key", nil)
		req.Header.Set("Authorization", "Bearer "+minted[0].Secret)
		w := httptest.NewRecorder()
		fake.ServeHTTP(w, req)
		_, rest, _ := strings.Cut(w.Body.String(), `"limit_remaining":`)
		left, _, _ := strings.Cut(rest, ",")
		fmt.Println(left)
	}
	remaining()
	if _, err := world.Spend(minted[0].Key.Hash, mockserver.Usage{USD: 1.25}); err != nil {
		fmt.Println(err)
		return
	}
	remaining()
	if _, err := world.AdvanceTo(mockserver.NextDay); err != nil {
		fmt.Println(err)
		return
	}
	remaining()
	// Output:
	// 5
	// 3.75
	// 5
}
