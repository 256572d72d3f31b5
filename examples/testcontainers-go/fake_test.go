// Package testcontainersgo tests a client against the image of mockgates in a
// container. A Go test does not need one: package mocktest starts the fake in its own
// process. This suits a suite that has its other services in containers already.
package testcontainersgo

import (
	"net/http"
	"strings"
	"testing"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

// startFake starts a container and returns the base URL of its API. Flags of serve
// are variables of the container.
func startFake(t *testing.T, variables map[string]string) string {
	t.Helper()
	testcontainers.SkipIfProviderIsNotHealthy(t)
	fake, err := testcontainers.Run(t.Context(), "mockgates",
		testcontainers.WithEnv(variables),
		testcontainers.WithExposedPorts("8080/tcp"),
		testcontainers.WithWaitStrategy(wait.ForHTTP("/_mockgates/health").WithPort("8080/tcp")))
	testcontainers.CleanupContainer(t, fake)
	if err != nil {
		t.Fatal(err)
	}
	base, err := fake.PortEndpoint(t.Context(), "8080/tcp", "http")
	if err != nil {
		t.Fatal(err)
	}
	return base + "/api/v1"
}

// TestFailsOnce gets a 500 from a fault, and then a key.
func TestFailsOnce(t *testing.T) {
	base := startFake(t, map[string]string{"MOCKGATES_FAULT": "create-keys status=500 times=1"})
	for _, want := range []int{http.StatusInternalServerError, http.StatusCreated} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/keys", strings.NewReader(`{"name": "nightly"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer sk-mg-mgmt-fails-once")
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("status = %d; want %d", res.StatusCode, want)
		}
	}
}
