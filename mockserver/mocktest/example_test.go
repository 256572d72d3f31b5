package mocktest_test

import (
	"testing"

	"github.com/mockgates/mockgates/mockserver/mocktest"
)

// The first request gets a 500, and the second one succeeds. The test fails if the
// fault never fires.
func Example() {
	_ = func(t *testing.T) { // func TestFirst(t *testing.T)
		fake := mocktest.New(t, mocktest.WithFaults("create-keys status=500 times=1"))
		for _, want := range []int{500, 201} {
			// Call your client instead, with fake.URL and fake.ManagementKey.
			resp := fake.Do(t, "POST", "/keys", `{"name": "nightly"}`)
			if resp.StatusCode != want {
				t.Errorf("status = %d; want %d", resp.StatusCode, want)
			}
		}
	}
}

// A test of a client: the fake fails once, and the client must try again.
func ExampleNew() {
	_ = func(t *testing.T) { // func TestClientRetries(t *testing.T)
		fake := mocktest.New(t, mocktest.WithFaults("create-keys status=500 times=1"))
		client := newClient(fake.URL, fake.ManagementKey)
		if err := client.CreateKey(t.Context(), "nightly"); err != nil {
			t.Error(err)
		}
	}
}

// A test of a client against every fault that can happen to its calls, in a bubble
// where the waits of its retries take no time.
func ExampleEveryFault() {
	_ = func(t *testing.T) { // func TestClientSurvives(t *testing.T)
		mocktest.EveryFault(t, mocktest.EveryFaultOptions{Bubble: true}, func(t *testing.T, env mocktest.Env) error {
			client := newClient(env.URL, env.ManagementKey)
			return client.CreateKey(env.Context, "nightly")
		})
	}
}
