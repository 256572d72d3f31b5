package slowclient

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A connection is a ResponseWriter with deadlines, whose client is slow: reading and
// writing take a time each, and fail if the deadline passes first.
type connection struct {
	*httptest.ResponseRecorder
	body        io.Reader
	takes       time.Duration
	read, write time.Time // deadlines
}

func (c *connection) SetReadDeadline(t time.Time) error  { c.read = t; return nil }
func (c *connection) SetWriteDeadline(t time.Time) error { c.write = t; return nil }

// pass waits as long as the client takes.
func (c *connection) pass(deadline time.Time) error {
	if !deadline.IsZero() && time.Now().Add(c.takes).After(deadline) {
		time.Sleep(time.Until(deadline))
		return os.ErrDeadlineExceeded
	}
	time.Sleep(c.takes)
	return nil
}

func (c *connection) Read(data []byte) (int, error) {
	if err := c.pass(c.read); err != nil {
		return 0, err
	}
	return c.body.Read(data)
}

func (c *connection) Write(data []byte) (int, error) {
	if err := c.pass(c.write); err != nil {
		return 0, err
	}
	return c.ResponseRecorder.Write(data)
}

func (c *connection) FlushError() error { return c.pass(c.write) }
func (c *connection) Close() error      { return nil }

func newConnection(takes time.Duration, body string) *connection {
	return &connection{ResponseRecorder: httptest.NewRecorder(), takes: takes, body: oneByte{strings.NewReader(body)}}
}

// A oneByte reads one byte at a time.
type oneByte struct{ io.Reader }

func (r oneByte) Read(data []byte) (int, error) { return r.Reader.Read(data[:min(1, len(data))]) }

func TestLimitBody(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		takes time.Duration // for each of three reads: two bytes and the end
		err   error
		lifts bool
	}{
		{"a body in time", time.Second, nil, true},
		{"a body that arrives at the last moment", 10 * time.Second, nil, true},
		{"a slow body", 10*time.Second + 1, os.ErrDeadlineExceeded, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newConnection(tt.takes, "{}")
				start := time.Now()
				body := LimitBody(c, c, 30*time.Second)
				if _, err := io.ReadAll(body); !errors.Is(err, tt.err) {
					t.Errorf("got error %v, want %v", err, tt.err)
				}
				if took := time.Since(start); took > 30*time.Second {
					t.Errorf("reading took %v", took)
				}
				if c.read.IsZero() != tt.lifts {
					t.Errorf("the deadline is %v; want it lifted: %v", c.read, tt.lifts)
				}
				later := time.Now().Add(time.Hour)
				c.read = later // of the server
				if _, err := body.Read(make([]byte, 1)); tt.err == nil && (err != io.EOF || !c.read.Equal(later)) {
					t.Errorf("a read after the end: %v, and the deadline is %v", err, c.read)
				}
			})
		})
	}
}

func TestLimitBody_leavesWhatHasNoDeadline(t *testing.T) {
	t.Parallel()
	c := newConnection(0, "")
	for name, given := range map[string]io.ReadCloser{"no body": nil, "an empty body": http.NoBody} {
		if got := LimitBody(c, given, time.Second); got != given || !c.read.IsZero() {
			t.Errorf("%s: got %v and the deadline %v, want it as it is and none", name, got, c.read)
		}
	}
	if got := LimitBody(httptest.NewRecorder(), c, time.Second); got != c {
		t.Errorf("on a recorder: got %v, want the body as it is", got)
	}
}

// TestWriter writes several times to a client that takes each write in time, and to one
// that does not.
func TestWriter(t *testing.T) {
	t.Parallel()
	const timeout = 32 * time.Second
	for _, tt := range []struct {
		name  string
		major int // of the version of HTTP
		takes time.Duration
		err   error
	}{
		{"in time by HTTP/1", 1, 31 * time.Second, nil},
		{"in time by HTTP/2", 2, 31 * time.Second, nil},
		{"too slow by HTTP/1", 1, 33 * time.Second, os.ErrDeadlineExceeded},
		{"too slow by HTTP/2", 2, 33 * time.Second, os.ErrDeadlineExceeded},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				for name, send := range map[string]func(*Writer) error{
					"write": func(w *Writer) error { _, err := w.Write([]byte("x")); return err },
					"flush": func(w *Writer) error { return http.NewResponseController(w).Flush() },
				} {
					c := newConnection(tt.takes, "")
					c.write = time.Now().Add(-time.Hour) // of an earlier request on the connection
					w := NewWriter(c, &http.Request{ProtoMajor: tt.major}, timeout)
					for range 3 {
						if err := send(w); !errors.Is(err, tt.err) {
							t.Fatalf("%s: %v, want %v", name, err, tt.err)
						}
						if tt.major == 2 && tt.err == nil && !c.write.IsZero() {
							t.Fatalf("between two of %s the deadline is %v, want none", name, c.write)
						}
						time.Sleep(time.Hour)
					}
					w.Extend()
					if want := time.Now().Add(timeout); !c.write.Equal(want) {
						t.Errorf("at the end the deadline is %v, want %v", c.write, want)
					}
				}
			})
		})
	}
}

// TestWriter_setsFewDeadlines writes often to a client that is fast: a deadline lasts for
// a thirty-second of the timeout, unless it was lifted.
func TestWriter_setsFewDeadlines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newConnection(0, "")
		w := NewWriter(c, &http.Request{ProtoMajor: 1}, 32*time.Second)
		start := time.Now()
		for _, tt := range []struct{ after, want time.Duration }{
			{0, 32 * time.Second}, {time.Second, 32 * time.Second}, {time.Second + 1, 33*time.Second + 1}, {2 * time.Second, 33*time.Second + 1},
		} {
			time.Sleep(time.Until(start.Add(tt.after)))
			if _, err := w.Write([]byte("x")); err != nil || !c.write.Equal(start.Add(tt.want)) {
				t.Errorf("after %v: %v, and the deadline is at %v; want it at %v", tt.after, err, c.write.Sub(start), tt.want)
			}
		}
	})
}

// TestNewWriter_expect checks that net/http can write "100 Continue" on a connection on
// which the deadline of an earlier request has passed.
func TestNewWriter_expect(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, expects := range []bool{false, true} {
			c := newConnection(0, "")
			r := &http.Request{ProtoMajor: 1, Header: http.Header{}}
			if expects {
				r.Header.Set("Expect", "100-continue")
			}
			NewWriter(c, r, time.Second)
			if c.write.IsZero() == expects {
				t.Errorf("Expect: %v: the deadline is %v", expects, c.write)
			}
		}
	})
}

func TestLimitBody_keepsTheLimitOfABody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newConnection(0, "text")
		body := LimitBody(c, LimitBody(c, c, time.Second), time.Hour)
		if want := time.Now().Add(time.Second); !c.read.Equal(want) {
			t.Errorf("the deadline is %v, want %v", c.read, want)
		}
		if _, err := io.ReadAll(body); err != nil || !c.read.IsZero() {
			t.Errorf("at the end of the body: %v, and the deadline %v", err, c.read)
		}
	})
}
