package serve

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// timeout bounds how long a test waits for something that must happen.
const timeout = 2 * time.Minute

// limitedServer serves a handler with limits until the test ends, and returns
// its address.
func limitedServer(t *testing.T, limits httpLimits, handler http.HandlerFunc) string {
	t.Helper()
	s := &Server{log: slog.New(slog.DiscardHandler), grace: time.Millisecond, held: func() []string { return nil }, limits: limits}
	addr, err := s.listen(t.Context(), "addr", "127.0.0.1:0", handler, nil)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(t.Context(), func() {}) }()
	t.Cleanup(func() {
		if err := <-ended; err != nil { // the context of the test is done
			t.Error(err)
		}
	})
	return addr.String()
}

// dial connects to a server and sends text.
func dial(t *testing.T, addr, text string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(timeout))
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn
}

// TestLimits_slowClient sends half of a request. The server must give up.
func TestLimits_slowClient(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, sent string
		limits     httpLimits
	}{
		{"half of a header", "POST / HTTP/1.1\r\nHost: x\r\n", httpLimits{header: 5 * time.Millisecond}},
		{"half of a body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf", httpLimits{body: 5 * time.Millisecond}},
		{"half of a body that the handler leaves", "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf", httpLimits{body: 5 * time.Millisecond}},
		{"no second request", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", httpLimits{idle: 5 * time.Millisecond}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			addr := limitedServer(t, test.limits, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					_, _ = io.ReadAll(r.Body)
				}
			})
			if _, err := io.ReadAll(dial(t, addr, test.sent)); err != nil {
				t.Errorf("the connection stays open: %v", err)
			}
		})
	}
}

// TestLimits_unreadStream streams to a client that does not read. The handler
// must get an error.
func TestLimits_unreadStream(t *testing.T) {
	t.Parallel()
	failed := make(chan error, 1)
	addr := limitedServer(t, httpLimits{write: 5 * time.Millisecond}, func(w http.ResponseWriter, _ *http.Request) {
		event := []byte(strings.Repeat("x", 1<<16))
		for {
			_, err := w.Write(event)
			if err == nil {
				err = http.NewResponseController(w).Flush()
			}
			if err != nil {
				failed <- err
				return
			}
		}
	})
	dial(t, addr, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	select {
	case <-failed:
	case <-time.After(timeout):
		t.Error("the handler still writes")
	}
}

// TestLimits_largeHeader sends a header of more than 64 KiB and what net/http
// adds.
func TestLimits_largeHeader(t *testing.T) {
	t.Parallel()
	addr := limitedServer(t, defaultLimits(), func(http.ResponseWriter, *http.Request) {})
	for bytes, want := range map[int]string{60 << 10: " 200 ", 70 << 10: " 431 "} {
		conn := dial(t, addr, "GET / HTTP/1.1\r\nHost: x\r\nX: "+strings.Repeat("x", bytes)+"\r\n\r\n")
		if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, want) {
			t.Errorf("status line for %d bytes = %q, %v; want%s", bytes, line, err, want)
		}
	}
}

// TestLimits_secondRequest sends requests on one connection after the deadlines
// of the first have passed: each has deadlines of its own.
func TestLimits_secondRequest(t *testing.T) {
	t.Parallel()
	passed := make(chan struct{})
	limits := httpLimits{body: time.Second, write: 10 * time.Millisecond}
	addr := limitedServer(t, limits, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		if r.Method == http.MethodPut { // held for longer than a write may take
			<-passed
		}
		_, _ = io.WriteString(w, r.Method)
	})
	const request = "%s / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
	conn := dial(t, addr, fmt.Sprintf(request, http.MethodPost))
	reader := bufio.NewReader(conn)
	time.AfterFunc(3*limits.write, func() { close(passed) })
	for _, method := range []string{http.MethodPost, http.MethodPut} {
		if method == http.MethodPut {
			fmt.Fprintf(conn, request, method)
		}
		res, err := http.ReadResponse(reader, nil)
		if err != nil {
			t.Fatalf("%s: %v", method, err)
		}
		if body, err := io.ReadAll(res.Body); err != nil || string(body) != method {
			t.Errorf("%s: body %q, %v; want the method", method, body, err)
		}
	}
}
