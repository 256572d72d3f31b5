package mockserver_test

import (
	"net/http/httptest"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mockgates/mockgates/mockserver"
)

// A stuckBody is a ResponseWriter with a read deadline, and the body of a client that sends
// only the first bytes.
type stuckBody struct {
	*httptest.ResponseRecorder
	sent     string
	deadline time.Time
}

func (c *stuckBody) SetReadDeadline(t time.Time) error { c.deadline = t; return nil }
func (c *stuckBody) Close() error                      { return nil }

func (c *stuckBody) Read(data []byte) (int, error) {
	if c.sent != "" {
		n := copy(data, c.sent)
		c.sent = c.sent[n:]
		return n, nil
	}
	if c.deadline.IsZero() {
		select {} // synctest fails the test
	}
	time.Sleep(time.Until(c.deadline))
	return 0, os.ErrDeadlineExceeded
}

// TestABodyThatDoesNotArriveIsRefused sends a part of a body to the handler, without a
// server that sets timeouts.
func TestABodyThatDoesNotArriveIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, mockserver.Config{})
		c := &stuckBody{ResponseRecorder: httptest.NewRecorder(), sent: `{"name": `}
		r := httptest.NewRequest("POST", "/api/v1/keys", c)
		r.Header.Set("Authorization", management)
		r.Header.Set("Content-Type", "application/json")
		start := time.Now()
		s.ServeHTTP(c, r)
		if took := time.Since(start); took != 30*time.Second || c.Code != 400 {
			t.Errorf("got %d %s after %v, want 400 after 30 s", c.Code, c.Body, took)
		}
		if c.deadline.IsZero() {
			t.Error("the deadline is lifted: net/http would wait for the rest of the body")
		}
	})
}
