package control_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
)

func TestState_ofOneWorld(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	f.createKey(t, `{"name": "kept"}`)
	f.createKey(t, `{"name": "k"}`, "Authorization", "Bearer sk-mg-mgmt-other")
	saved := f.call(t, "GET", "state", "")
	if saved.status != 200 || saved.header.Get("Content-Type") != "application/json" || len(saved.list("worlds")) != 1 {
		t.Fatalf("get: %d %s", saved.status, saved.body)
	}
	f.createKey(t, `{"name": "later"}`)
	before := f.call(t, "GET", "state?world=other", "", "Authorization", "").body
	if a := f.call(t, "PUT", "state", saved.body); a.status != 204 || a.body != "" {
		t.Fatalf("put: %d %s", a.status, a.body)
	}
	if again := f.call(t, "GET", "state", "").body; again != saved.body {
		t.Errorf("the state after it was restored:\n%s", cmp.Diff(saved.body, again))
	}
	if after := f.call(t, "GET", "state?world=other", "", "Authorization", "").body; after != before {
		t.Errorf("the other world changed:\n%s", cmp.Diff(before, after))
	}
	if a := f.call(t, "PUT", "state?world=other", saved.body, "Authorization", ""); a.status != 400 || !strings.Contains(a.message(), `"default"`) {
		t.Errorf("the state of another world: %d %s; want 400", a.status, a.body)
	}
}

func TestState_ofAllWorlds(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	if a := f.call(t, "GET", "state?all=true", ""); a.status != 200 || len(a.list("worlds")) != 0 {
		t.Errorf("without worlds: %d %s; the call itself opens none", a.status, a.body)
	}
	for _, name := range []string{"a", "b"} {
		f.createKey(t, `{"name": "k"}`, "Authorization", "Bearer sk-mg-mgmt-"+name)
	}
	saved := f.call(t, "GET", "state?all=true", "")
	if len(saved.list("worlds")) != 2 || saved.body != f.state(t) {
		t.Fatalf("get: %s", saved.body)
	}
	f.createKey(t, `{"name": "later"}`)
	if a := f.call(t, "PUT", "state?all=true", saved.body); a.status != 204 {
		t.Fatalf("put: %d %s", a.status, a.body)
	}
	if diff := cmp.Diff(saved.body, f.state(t)); diff != "" {
		t.Errorf("the state after it was restored (-want +got):\n%s", diff)
	}
}

// A brokenWriter fails after some bytes.
type brokenWriter struct {
	http.ResponseWriter
	left int
}

func (w *brokenWriter) Write(data []byte) (int, error) {
	if w.left -= len(data); w.left < 0 {
		return 0, http.ErrHandlerTimeout
	}
	return w.ResponseWriter.Write(data)
}

func TestState_thatBreaksOffIsAborted(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Errorf("recovered %v; want http.ErrAbortHandler, so that the client does not take a part for the whole", got)
		}
	}()
	r := httptest.NewRequest("GET", "/_mockgates/state", nil)
	f.handler.ServeHTTP(&brokenWriter{ResponseWriter: httptest.NewRecorder(), left: 5}, r)
}

func TestReset(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	first, _ := f.createKey(t, `{"name": "k"}`)
	f.createKey(t, `{"name": "k"}`, "Authorization", "Bearer sk-mg-mgmt-other")
	other := f.world(t, "other")
	if a := f.call(t, "POST", "reset", ""); strings.TrimSpace(a.body) != `{"worlds":["default"]}` {
		t.Errorf("reset: %d %s", a.status, a.body)
	}
	if again, _ := f.createKey(t, `{"name": "k"}`); again != first {
		t.Error("the same seed gave another secret")
	}
	f.call(t, "POST", "reset", `{"seed": 7}`)
	seeded, _ := f.createKey(t, `{"name": "k"}`)
	if seeded == first {
		t.Error("another seed gave the same secret")
	}
	f.call(t, "POST", "reset", `{}`)
	if again, _ := f.createKey(t, `{"name": "k"}`); again != seeded {
		t.Error("a reset without a seed did not keep the seed")
	}
	if other.CountRequests(mockserver.Filter{}) != 1 {
		t.Error("another world was reset too")
	}
	if a := f.call(t, "POST", "reset", `{"all": true, "seed": 0}`); strings.TrimSpace(a.body) != `{"worlds":["default","other"]}` {
		t.Errorf("reset of all: %d %s", a.status, a.body)
	}
	if other.CountRequests(mockserver.Filter{}) != 0 {
		t.Error("the other world was not reset")
	}
}
