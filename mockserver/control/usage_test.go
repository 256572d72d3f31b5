package control_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
)

// A stuckWriter is a connection whose client reads the header and then no event.
type stuckWriter struct {
	http.ResponseWriter
	flushed int
	err     error
}

func (w *stuckWriter) FlushError() error {
	if w.flushed++; w.flushed > 1 {
		return w.err
	}
	return nil
}

// An openWriter closes a channel when a header is written to it.
type openWriter struct {
	*httptest.ResponseRecorder
	opened chan struct{}
}

func (w openWriter) WriteHeader(status int) {
	w.ResponseRecorder.WriteHeader(status)
	close(w.opened)
}

// openStreams opens n streams of a world, and returns a function that ends them.
func openStreams(t *testing.T, h http.Handler, world string, n int) (end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{}, n)
	for range n {
		w := openWriter{httptest.NewRecorder(), make(chan struct{})}
		go func() {
			h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/_mockgates/requests/stream?world="+world, nil))
			ended <- struct{}{}
		}()
		<-w.opened
	}
	return func() {
		cancel()
		for range n {
			<-ended
		}
	}
}

// TestStream_bounds opens as many streams as a world, and as a server, may have.
func TestStream_bounds(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{MaxStreams: 8})
	refused := func(world, want string) {
		t.Helper()
		ctx, leave := context.WithCancel(t.Context())
		leave() // otherwise a stream that is not refused would not end
		w := httptest.NewRecorder()
		f.handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/_mockgates/requests/stream?world="+world, nil))
		if w.Code != 503 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("one more stream of %s: %d %s; want 503 and %q", world, w.Code, w.Body, want)
		}
	}
	endA := openStreams(t, f.handler, "a", 2)
	refused("a", "a world has at most 2 of the 8 streams")
	if a := f.call(t, "HEAD", "requests/stream?world=a", "", "Authorization", ""); a.status != 200 {
		t.Errorf("HEAD opens no stream, and got %d", a.status)
	}
	var ends []func()
	for _, world := range []string{"b", "c", "d"} {
		ends = append(ends, openStreams(t, f.handler, world, 2))
	}
	refused("e", "max-streams is reached: the server has at most 8 streams")
	if got := f.call(t, "GET", "health?verbose=true", "").at("streams"); got.(map[string]any)["now"] != 8.0 {
		t.Errorf("streams %v; want 8 now", got)
	}
	endA()
	openStreams(t, f.handler, "e", 1)()
	for _, end := range ends {
		end()
	}
	a := f.call(t, "GET", "health?verbose=true", "")
	if a.at("streams.now") != 0.0 || a.at("slow_streams") != 0.0 {
		t.Errorf("after the clients have left: %s", a.body)
	}
}

// TestStream_ofASlowClientIsCounted opens a stream whose client does not take the
// first event in time, and one whose connection breaks.
func TestStream_ofASlowClientIsCounted(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	f.createKey(t, `{"name": "k"}`)
	for _, err := range []error{os.ErrDeadlineExceeded, http.ErrAbortHandler} {
		w := &stuckWriter{ResponseWriter: httptest.NewRecorder(), err: err}
		f.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/_mockgates/requests/stream", nil)) // returns, although its context is not done
	}
	if a := f.call(t, "GET", "health?verbose=true", ""); a.at("slow_streams") != 1.0 || a.at("streams.now") != 0.0 {
		t.Errorf("%s; want one slow stream, and none open", a.body)
	}
}

// TestHealth_verbose checks who may see the bounds, and that plain health does not
// show them.
func TestHealth_verbose(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{MaxFaults: 3}, control.Config{AdminToken: "letmein", LogDropped: func() int64 { return 312 }})
	f.call(t, "POST", "faults", `{"operation": "create-keys", "status": 500}`, control.AdminTokenHeader, "letmein")
	a := f.call(t, "GET", "health?verbose=true", "", control.AdminTokenHeader, "letmein")
	for path, want := range map[string]any{
		"status": "ok", "faults.now": 1.0, "faults.max": 3.0, "worlds.max": float64(mockserver.DefaultMaxWorlds),
		"streams.max": float64(control.DefaultMaxStreams), "log_lines_dropped": 312.0, "held": 0.0,
	} {
		if a.at(path) != want {
			t.Errorf("%s is %v; want %v\n%s", path, a.at(path), want, a.body)
		}
	}
	for _, query := range []string{"", "?verbose=false"} {
		if a := f.call(t, "GET", "health"+query, "", control.AdminTokenHeader, "letmein"); strings.TrimSpace(a.body) != `{"status":"ok"}` {
			t.Errorf("health%s: %d %s; want the status alone", query, a.status, a.body)
		}
	}
	if a := f.call(t, "GET", "health?verbose=true", ""); a.status != 401 {
		t.Errorf("without the admin token: %d %s; want 401", a.status, a.body)
	}
	if a := f.call(t, "GET", "health?%76erbose=true", ""); a.status != 401 {
		t.Errorf("escaped and without the admin token: %d %s; want 401", a.status, a.body)
	}
	if a := f.call(t, "GET", "health?verbose=true", "", control.AdminTokenHeader, "letmein", "Sec-Fetch-Site", "cross-site"); a.status != 403 {
		t.Errorf("for a page of another site: %d %s; want 403", a.status, a.body)
	}
	elsewhere := f.control.MountHealth(f.Server)
	if a := send(t, elsewhere, "GET", "/_mockgates/health?verbose=true", "", control.AdminTokenHeader, "letmein"); a.status != 404 {
		t.Errorf("beside a control API with an address of its own: %d %s; want 404", a.status, a.body)
	}
}

func TestNew_refusesANegativeNumberOfStreams(t *testing.T) {
	t.Parallel()
	s, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := control.New(s, control.Config{MaxStreams: -1}); err == nil || !strings.Contains(err.Error(), "at most -1 streams") {
		t.Errorf("error %v", err)
	}
}
