package control_test

import (
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
)

func TestFaults_areAddedAndCounted(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	a := f.call(t, "POST", "faults", `{"operation": "create-keys", "status": 429, "times": 1}`)
	if a.status != 201 || a.json["id"] != "f1" || a.json["remaining"] != 1.0 {
		t.Fatalf("add: %d %s", a.status, a.body)
	}
	if a := f.api(t, "POST", "/keys", `{"name": "k"}`); a.status != 429 {
		t.Errorf("the next request: %d; want 429", a.status)
	}
	if a := f.call(t, "GET", "faults/f1", ""); a.json["matched"] != 1.0 || a.json["fired"] != 1.0 || a.json["remaining"] != 0.0 {
		t.Errorf("its counters: %s", a.body)
	}
}

func TestFaults_areAddedAllOrNone(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	w := f.world(t, "default")
	a := f.call(t, "POST", "faults", ` [{"operation": "*", "status": 500}, {"operation": "create-keys", "delay": "1ms"}]`)
	if a.status != 201 || len(a.list("faults")) != 2 {
		t.Errorf("add two: %d %s", a.status, a.body)
	}
	a = f.call(t, "POST", "faults", `[{"operation": "*", "status": 500}, {"operation": "create-keys"}]`)
	if a.status != 400 || len(w.Faults()) != 2 {
		t.Errorf("add two, one of them invalid: %d and %d faults; want 400 and neither added", a.status, len(w.Faults()))
	}
}

func TestFaults_areRemoved(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	f.call(t, "POST", "faults", `[{"operation": "*", "status": 500}, {"operation": "*", "status": 500}, {"operation": "*", "status": 500}]`)
	if a := f.call(t, "DELETE", "faults/f2", ""); a.status != 200 || a.json["id"] != "f2" {
		t.Errorf("remove one: %d %s", a.status, a.body)
	}
	if a := f.call(t, "DELETE", "faults/f2", ""); a.status != 404 || !strings.Contains(a.message(), `ID "f2"; want one of f1, f3`) {
		t.Errorf("remove it again: %d %s", a.status, a.body)
	}
	if a := f.call(t, "DELETE", "faults", ""); len(a.list("faults")) != 2 || len(f.world(t, "default").Faults()) != 0 {
		t.Errorf("remove all: %s", a.body)
	}
	if a := f.call(t, "GET", "faults", ""); a.body != "{\"faults\":[]}\n" {
		t.Errorf("list none: %s", a.body)
	}
	if a := f.call(t, "GET", "faults/f1", ""); a.status != 404 || !strings.Contains(a.message(), `the world "default" has none`) {
		t.Errorf("get one that is gone: %d %s", a.status, a.body)
	}
}
