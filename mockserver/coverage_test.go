package mockserver_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

func TestCoverageIgnoresRequestsWithoutAResponse(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Faults: []fault.Fault{{Operation: "create-keys", Effect: fault.EffectReset}}})
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/api/v1/keys", strings.NewReader(`{"name": "k"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", management)
	req.Header.Set("Content-Type", "application/json")
	if res, err := server.Client().Do(req); err == nil {
		_ = res.Body.Close()
		t.Fatalf("the reset returns %d", res.StatusCode)
	}
	for _, r := range s.Coverage() {
		if r.Status == 0 || r.Behaviour+r.Injection != 0 {
			t.Errorf("a reset is counted: %+v", r)
		}
	}
}
