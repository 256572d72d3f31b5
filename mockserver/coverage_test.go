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

// coverageOf returns the coverage of an operation with a status.
func coverageOf(s *mockserver.Server, operation string, status int) (mockserver.ResponseCoverage, bool) {
	for _, r := range s.Coverage() {
		if r.Operation == operation && r.Status == status {
			return r, true
		}
	}
	return mockserver.ResponseCoverage{}, false
}

func TestCoverageCountsBehaviourAndInjection(t *testing.T) {
	t.Parallel()
	s, w := newServerWithFaults(t, "create-keys status=429 times=1", "create-keys status=418 force skip=1 times=1", "create-keys delay=0s skip=2")
	documented := len(s.Coverage())
	statuses(t, s, 4, nightly) // 429 and 418 injected, 201 delayed twice
	createKey(t, s, nightly, "Authorization", "Bearer sk-mg-mgmt-other")
	call(t, s, "GET", "/api/v1/keys", "")
	call(t, s, "GET", "/api/v1/nothing", "") // not an operation
	w.Reset()
	for _, want := range []mockserver.ResponseCoverage{
		{Operation: "create-keys", Status: 201, Documented: true, Behaviour: 3},
		{Operation: "create-keys", Status: 418, Injection: 1},
		{Operation: "create-keys", Status: 429, Documented: true, Injection: 1},
		{Operation: "create-keys", Status: 500, Documented: true},
		{Operation: "list-keys", Status: 200, Companion: true, Documented: true, Behaviour: 1},
	} {
		if got, _ := coverageOf(s, want.Operation, want.Status); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if n := len(s.Coverage()); n != documented+1 {
		t.Errorf("got %d entries, want one more than the %d documented ones", n, documented)
	}
	if got := s.Coverage()[0]; got.Operation != "create-keys" || got.Status != 201 {
		t.Errorf("the first entry is %+v, want that of create-keys with 201", got)
	}
}

func TestCoverageOfDocumentedOnlyHasNoCompanions(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{DocumentedOnly: true})
	if _, ok := coverageOf(s, "list-keys", 200); ok || len(s.Coverage()) != 6+5 {
		t.Errorf("got %+v, want the responses of two operations", s.Coverage())
	}
}
