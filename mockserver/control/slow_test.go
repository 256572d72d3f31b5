package control_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
)

// A stuckConnection is a ResponseWriter whose client neither sends nor receives: reading
// and writing end at the deadline that the handler sets, and never without one.
type stuckConnection struct {
	*httptest.ResponseRecorder
	read, write time.Time // deadlines
}

func (c *stuckConnection) SetReadDeadline(t time.Time) error  { c.read = t; return nil }
func (c *stuckConnection) SetWriteDeadline(t time.Time) error { c.write = t; return nil }

func block(deadline time.Time) (int, error) {
	if deadline.IsZero() {
		select {} // synctest fails the test
	}
	time.Sleep(time.Until(deadline))
	return 0, os.ErrDeadlineExceeded
}

func (c *stuckConnection) Read([]byte) (int, error)  { return block(c.read) }
func (c *stuckConnection) Write([]byte) (int, error) { return block(c.write) }
func (c *stuckConnection) FlushError() error         { _, err := block(c.write); return err }
func (c *stuckConnection) Close() error              { return nil }

// TestAStuckClientIsGivenUp calls the control API for clients that send no body or receive
// nothing, without a server that sets timeouts.
func TestAStuckClientIsGivenUp(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, method, path string
		answer             int // status; 0 if there is none
	}{
		{"a call with a body", "POST", "faults", 400},
		{"a state", "PUT", "state", 400},
		{"a call without a body", "POST", "gates/g", 400},
		{"the stream of requests", "GET", "requests/stream", 0},
		{"the journal", "GET", "requests", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, mockserver.Config{}, control.Config{})
				f.createKey(t, `{"name": "k"}`)
				c := &stuckConnection{ResponseRecorder: httptest.NewRecorder()}
				r := httptest.NewRequest(tt.method, control.Prefix+tt.path, nil)
				if tt.answer != 0 {
					r.Body = c
				}
				start := time.Now()
				func() {
					defer func() {
						if e := recover(); e != nil && e != http.ErrAbortHandler {
							t.Errorf("panic: %v", e)
						}
					}()
					f.control.ServeHTTP(c, r)
				}()
				if took := time.Since(start); took < 30*time.Second || took > time.Minute {
					t.Errorf("it is given up after %v, want 30 s to receive the body and 30 s to send the response", took)
				}
				if tt.answer != 0 && c.Code != tt.answer {
					t.Errorf("got %d, want %d", c.Code, tt.answer)
				}
				slow := strings.Contains(f.call(t, "GET", "health?verbose=true", "").body, `"slow_streams":1`)
				if isStream := strings.HasSuffix(tt.path, "stream"); slow != isStream {
					t.Errorf("a slow stream is counted: %v, want %v", slow, isStream)
				}
			})
		})
	}
}
