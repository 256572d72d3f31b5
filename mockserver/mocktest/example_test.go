package mocktest_test

import (
	"testing"

	"github.com/mockgates/mockgates/mockserver/mocktest"
)

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
