package mockserver_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

// send sends one request with the world's management key, as a client under test
// would.
func send(fake *mockserver.Server, world *mockserver.World, path, body string) (*http.Response, error) {
	req, _ := http.NewRequest("POST", "http://fake"+mockserver.BasePath+path, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+world.ManagementKey())
	req.Header.Set("Content-Type", "application/json")
	return fake.Client().Do(req)
}

// The first request gets a 429, and the second one succeeds.
func Example() {
	fake, _ := mockserver.New(mockserver.Config{})
	world, _ := fake.World("example")
	_, _ = world.AddFault(fault.Fault{Operation: "create-keys", Status: 429, Times: 1, RetryAfter: 2 * time.Second})
	for range 2 {
		resp, _ := send(fake, world, "/keys", `{"name": "nightly"}`)
		fmt.Println(resp.StatusCode, resp.Header.Get("Retry-After"))
	}
	// Output:
	// 429 2
	// 201
}

// Worlds are independent: each test uses its own on the same server.
func ExampleServer_World() {
	fake, _ := mockserver.New(mockserver.Config{})
	a, _ := fake.World("TestA")
	b, _ := fake.World("TestB")
	_, _ = send(fake, a, "/keys", `{"name": "nightly"}`)
	fmt.Println(a.ManagementKey(), a.CountRequests(mockserver.Filter{}))
	fmt.Println(b.ManagementKey(), b.CountRequests(mockserver.Filter{}))
	// Output:
	// sk-mg-mgmt-TestA 1
	// sk-mg-mgmt-TestB 0
}

// Connection faults give a client the errors of a real connection.
func ExampleServer_Client() {
	fake, _ := mockserver.New(mockserver.Config{})
	world, _ := fake.World("example")
	_, _ = world.AddFault(fault.Fault{Operation: "*", Effect: fault.EffectReset})
	_, err := send(fake, world, "/keys", `{"name": "nightly"}`)
	fmt.Println(errors.Is(err, syscall.ECONNRESET))
	// Output: true
}

// If a response is lost, the key was created and the client sees a failure.
func ExampleWorld_AddFault_lostResponse() {
	fake, _ := mockserver.New(mockserver.Config{})
	world, _ := fake.World("example")
	_, _ = world.AddFault(fault.Fault{Operation: "create-keys", Status: 500, Phase: fault.After, Times: 1})
	for range 2 { // the client tries again
		resp, _ := send(fake, world, "/keys", `{"name": "nightly"}`)
		fmt.Println(resp.StatusCode)
	}
	fmt.Println(world.CountRequests(mockserver.Filter{Operation: "create-keys"}), "requests, two keys")
	// Output:
	// 500
	// 201
	// 2 requests, two keys
}

// A response can break its schema at any place.
func ExampleWorld_AddFault_violate() {
	fake, _ := mockserver.New(mockserver.Config{})
	world, _ := fake.World("example")
	_, _ = world.AddFault(fault.Fault{Operation: "create-auth-keys-code", Effect: fault.EffectViolate, At: "/data/app_id:type"})
	resp, _ := send(fake, world, "/auth/keys/code", `{"callback_url": "https://app.example/cb"}`)
	body, _ := io.ReadAll(resp.Body)
	fmt.Println(resp.Header.Get(mockserver.PlaceHeader), bytes.Contains(body, []byte(`"app_id":7`)))
	fmt.Println(bytes.Contains(body, []byte(`"app_id":"7"`)))
	// Output:
	// /data/app_id:type false
	// true
}

// A gate holds a request until the test opens it, which puts a race in order.
func ExampleWorld_OpenGate() {
	fake, _ := mockserver.New(mockserver.Config{})
	world, _ := fake.World("example")
	_, _ = world.AddFault(fault.Fault{Operation: "create-auth-keys-code", Hold: "door", Phase: fault.During, Times: 1})
	const code = `{"callback_url": "https://app.example/cb"}`
	first := make(chan int)
	go func() { resp, _ := send(fake, world, "/auth/keys/code", code); first <- resp.StatusCode }()
	_, _ = world.WaitForHeld(context.Background(), "door", 1)
	second, _ := send(fake, world, "/auth/keys/code", code)
	_, _ = world.OpenGate("door")
	fmt.Println(<-first, second.StatusCode)
	// Output: 200 409
}

// Spend tests limits and resets without calling a model.
func ExampleWorld_Spend() {
	noon := time.Date(2026, 12, 31, 12, 0, 0, 0, time.UTC)
	fake, _ := mockserver.New(mockserver.Config{Clock: mockserver.ClockSetting{Now: noon, Frozen: true}})
	world, _ := fake.World("example")
	limit := 5.0
	keys, _ := world.AddKeys([]mockserver.Key{{Name: "nightly", Limit: &limit, LimitReset: "daily"}})
	for _, usd := range []float64{1.25, 2} {
		key, _ := world.Spend(keys[0].Key.Hash, mockserver.Usage{USD: usd})
		fmt.Println(*key.LimitRemaining)
		_, _ = world.AdvanceTo(mockserver.NextDay)
	}
	// Output:
	// 3.75
	// 3
}

// The test decides when time passes.
func ExampleWorld_Advance() {
	fake, _ := mockserver.New(mockserver.Config{})
	world, _ := fake.World("example")
	_ = world.SetClock(mockserver.ClockSetting{Now: time.Date(2026, 2, 28, 23, 0, 0, 0, time.UTC), Frozen: true})
	now, _ := world.Advance(90 * time.Minute)
	fmt.Println(now.Now.Format(time.RFC3339))
	// Output: 2026-03-01T00:30:00Z
}

// The journal has every request, with every secret redacted.
func ExampleWorld_Journal() {
	fake, _ := mockserver.New(mockserver.Config{})
	world, _ := fake.World("example")
	_, _ = send(fake, world, "/keys", `{"name": ""}`)
	for _, e := range world.Journal(mockserver.Filter{Status: 400}) {
		fmt.Println(e.Operation, e.Rules, e.Request.Headers.Get("Authorization"))
	}
	// Output: create-keys [keys.name-empty] Bearer sk-mg-mgmt-...
}

// The fake reports what a client does wrong, even if the request succeeds.
func ExampleWorld_Violations() {
	fake, _ := mockserver.New(mockserver.Config{})
	world, _ := fake.World("example")
	_, _ = send(fake, world, "/keys", `{"name": "nightly", "colour": "red"}`)
	for _, v := range world.Violations() {
		fmt.Println(v.Kind, v.Pointer)
	}
	// Output: undeclared-property /colour
}

// A snapshot restores a world to an earlier state.
func ExampleWorld_Restore() {
	fake, _ := mockserver.New(mockserver.Config{})
	world, _ := fake.World("example")
	_, _ = world.AddKeys([]mockserver.Key{{Name: "nightly"}})
	var saved bytes.Buffer
	_ = world.Snapshot(&saved)
	world.Reset()
	fmt.Println(world.Restore(&saved))
	// Output: <nil>
}

// Rules change how the fake decides what the API does not document.
func ExampleConfig_rules() {
	fake, _ := mockserver.New(mockserver.Config{Rules: map[string]string{"keys.negative-limit": "accept"}})
	world, _ := fake.World("example")
	resp, _ := send(fake, world, "/keys", `{"name": "nightly", "limit": -1}`)
	fmt.Println(resp.StatusCode, resp.Header.Get(mockserver.RuleHeader))
	// Output: 201 keys.created, keys.negative-limit
}

// WorldName makes a valid name of any text.
func ExampleWorldName() {
	fmt.Println(mockserver.WorldName("TestKeys/nightly"))
	fmt.Println(mockserver.WorldName("two words"))
	// Output:
	// TestKeys/nightly
	// two-words~a03f1d611645eb53ad16c1af546ca079
}
