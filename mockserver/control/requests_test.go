package control_test

import (
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
)

func TestRequests(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	w := f.world(t, "default")
	f.createKey(t, `{"name": "one"}`)
	f.createKey(t, `{"name": "two", "colour": 1}`)
	for query, want := range map[string]int{
		"":                                     2,
		"?operation=create-keys":               2,
		"?method=POST&status=201&since=1":      1,
		"?rule=keys.created&injected=false":    2,
		"?injected=true":                       0,
		"?fault=f1":                            0,
		"?violation=undeclared-property":       1,
		"?violation=early-retry":               0,
		"?status=400":                          0,
		"?since=2":                             0,
		"?method=GET":                          0,
		"?world=default&operation=create-keys": 2,
	} {
		if list := f.call(t, "GET", "requests"+query, "").list("requests"); len(list) != want {
			t.Errorf("requests%s: %d; want %d", query, len(list), want)
		}
	}
	if a := f.call(t, "POST", "requests/count", `{"when": {"/name": "two"}}`); a.json["count"] != 1.0 {
		t.Errorf("count: %s", a.body)
	}
	if a := f.call(t, "POST", "requests/count", ``); a.json["count"] != 2.0 {
		t.Errorf("count of all: %s", a.body)
	}
	if a := f.call(t, "DELETE", "requests", ""); a.status != 204 || a.body != "" || w.CountRequests(mockserver.Filter{}) != 0 {
		t.Errorf("clear: %d %q", a.status, a.body)
	}
	if a := f.call(t, "GET", "requests", ""); strings.TrimSpace(a.body) != `{"requests":[],"evicted":0}` {
		t.Errorf("none: %s", a.body)
	}
}

func TestRequests_countsEvictions(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{Journal: mockserver.JournalSize{Entries: 1}}, control.Config{})
	f.createKey(t, `{"name": "one"}`)
	f.createKey(t, `{"name": "two"}`)
	if a := f.call(t, "GET", "requests", ""); a.json["evicted"] != 1.0 || len(a.list("requests")) != 1 {
		t.Errorf("%s; want one entry and one evicted", a.body)
	}
}

func TestViolations(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	f.createKey(t, `{"name": "k", "colour": 1}`)
	if list := f.call(t, "GET", "violations", "").list("violations"); len(list) != 1 {
		t.Errorf("list: %v; want one", list)
	}
	if a := f.call(t, "DELETE", "violations", ""); a.status != 204 || a.body != "" || f.ViolationCount() != 0 {
		t.Errorf("clear: %d %q, and %d count; want none", a.status, a.body, f.ViolationCount())
	}
	if a := f.call(t, "GET", "violations", ""); strings.TrimSpace(a.body) != `{"violations":[],"evicted":0}` {
		t.Errorf("none: %s", a.body)
	}
}
