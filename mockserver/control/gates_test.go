package control_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
)

func TestGates(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	if a := f.call(t, "GET", "gates", ""); a.body != "{\"gates\":[]}\n" {
		t.Errorf("no gates: %s", a.body)
	}
	f.call(t, "POST", "faults", `{"operation": "create-keys", "hold": "Door_1.a-b", "times": 1}`)
	done := make(chan answer)
	go func() { done <- f.api(t, "POST", "/keys", `{"name": "held"}`) }()
	if a := f.call(t, "GET", "gates/Door_1.a-b?held=1", ""); a.json["held"] != 1.0 || a.json["open"] != false {
		t.Errorf("with one request held: %s", a.body)
	}
	if a := f.call(t, "GET", "gates/Dor_1.a-b", ""); a.status != 404 || !strings.Contains(a.message(), "did you mean Door_1.a-b?") {
		t.Errorf("an unknown gate: %d %s", a.status, a.body)
	}
	if a := f.call(t, "POST", "gates/Door_1.a-b", ""); a.status != 200 || a.json["held"] != 1.0 || a.json["open"] != false {
		t.Errorf("open: %d %s; want the gate as it was", a.status, a.body)
	}
	if a := <-done; a.status != 201 {
		t.Errorf("the request that was held: %d", a.status)
	}
	if a := f.call(t, "GET", "gates/Door_1.a-b?held=0", ""); a.json["open"] != true || a.json["held"] != 0.0 {
		t.Errorf("afterwards: %s", a.body)
	}
}

func TestGetGate_waitsAtAGateThatNoFaultHasNamedYet(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	watched := make(chan answer)
	go func() { watched <- f.call(t, "GET", "gates/door?held=1", "") }()
	f.call(t, "POST", "faults", `{"operation": "create-keys", "hold": "door"}`)
	done := make(chan answer)
	go func() { done <- f.api(t, "POST", "/keys", `{"name": "held"}`) }()
	if a := <-watched; a.status != 200 || a.json["held"] != 1.0 {
		t.Errorf("%d %s; want the gate with one request held", a.status, a.body)
	}
	f.call(t, "POST", "gates/door", "")
	if a := <-done; a.status != 201 {
		t.Errorf("the request that was held: %d", a.status)
	}
}

func TestGetGate_endsWhenItsClientLeaves(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	f.call(t, "POST", "gates/door", "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/_mockgates/gates/door?held=9", nil))
	if w.Code != 503 || !strings.Contains(w.Body.String(), "9 requests at the gate") {
		t.Errorf("%d %s; want 503", w.Code, w.Body)
	}
}

func TestGetGate_makesNoGate(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	if a := f.call(t, "GET", "gates/door", ""); a.status != 404 || !strings.Contains(a.message(), "has none") {
		t.Errorf("an unknown gate: %d %s; want 404", a.status, a.body)
	}
	if a := f.call(t, "GET", "gates/door?held=0", ""); strings.TrimSpace(a.body) != `{"name":"door","open":false,"held":0}` {
		t.Errorf("an unknown gate with no request to wait for: %d %s", a.status, a.body)
	}
	if gates := f.world(t, "default").Gates(); len(gates) != 0 {
		t.Errorf("gates: %v; want none", gates)
	}
}
