package examples

import (
	"testing"

	"github.com/mockgates/mockgates/mockserver/mocktest"
)

func TestFirst(t *testing.T) {
	fake := mocktest.New(t, mocktest.WithFaults("create-keys status=500 times=1"))
	for _, want := range []int{500, 201} {
		// Call your client instead, with fake.URL and fake.ManagementKey.
		resp := fake.Do(t, "POST", "/keys", `{"name": "nightly"}`)
		if resp.StatusCode != want {
			t.Errorf("status = %d; want %d", resp.StatusCode, want)
		}
	}
}
