package mockserver_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mockgates/mockgates/mockserver"
)

// listen serves h over TCP until the test ends, and returns a client with
// connections of its own.
func listen(t *testing.T, h http.Handler) (url string, client *http.Client) {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL, srv.Client()
}

// post sends the body to create-keys over TCP.
func post(ctx context.Context, t *testing.T, client *http.Client, url, body string) (*http.Response, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/api/v1/keys", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", management)
	r.Header.Set("Content-Type", "application/json")
	return client.Do(r)
}

func TestConnectionEffects(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		fault string
		want  error
	}{
		{"a reset is ECONNRESET", "effect=reset", syscall.ECONNRESET},
		{"a reset after the operation is ECONNRESET", "effect=reset phase=after", syscall.ECONNRESET},
		{"a hangup is EOF", "effect=hangup", io.EOF},
		{"a hangup after the operation is EOF", "effect=hangup phase=after", io.EOF},
		{"a hangup with a status is EOF", "effect=hangup status=500", io.EOF},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, _ := newServerWithFaults(t, "create-keys times=1 "+test.fault)
			url, client := listen(t, s)
			res, err := post(t.Context(), t, client, url, nightly)
			if err == nil {
				res.Body.Close()
				t.Fatalf("got status %d, want %v", res.StatusCode, test.want)
			}
			if !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
			if res, err = post(t.Context(), t, client, url, nightly); err != nil || res.StatusCode != 201 {
				t.Fatalf("the next call: got %v, %v", res, err)
			}
			res.Body.Close()
		})
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	t.Run("a reset over TLS is ECONNRESET too", func(t *testing.T) {
		t.Parallel()
		s, _ := newServerWithFaults(t, "create-keys effect=reset")
		srv := httptest.NewTLSServer(s)
		t.Cleanup(srv.Close)
		if _, err := post(t.Context(), t, srv.Client(), srv.URL, nightly); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("got %v, want %v", err, syscall.ECONNRESET)
		}
	})
	t.Run("a reset over HTTP/2 ends the stream and spares the connection", func(t *testing.T) {
		t.Parallel()
		s, _ := newServerWithFaults(t, "create-keys effect=reset times=1")
		srv := httptest.NewUnstartedServer(s)
		srv.EnableHTTP2 = true
		srv.StartTLS()
		t.Cleanup(srv.Close)
		if res, err := post(t.Context(), t, srv.Client(), srv.URL, nightly); err == nil || !strings.Contains(err.Error(), "INTERNAL_ERROR") {
			t.Errorf("got %v, %v; want the stream to be reset", res, err)
		}
		res, err := post(t.Context(), t, srv.Client(), srv.URL, nightly)
		if err != nil || res.ProtoMajor != 2 || res.StatusCode != 201 {
			t.Fatalf("the next call: got %v, %v", res, err)
		}
		res.Body.Close()
	})
}

func TestBodyEffects(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		fault   string
		status  int
		kind    string
		err     error // of reading the body
		correct bool  // the body is JSON
	}{
		{"a truncated response ends too early", "effect=truncate", 201, "application/json", io.ErrUnexpectedEOF, false},
		{"a truncated error ends too early", "effect=truncate status=429", 429, "application/json", io.ErrUnexpectedEOF, false},
		{"a dribbled error is whole in the end", "effect=dribble status=500", 500, "application/json", nil, true},
		{"an empty response has no body", "effect=empty", 201, "application/json", nil, false},
		{"garbage is not JSON", "effect=garbage", 201, "application/json", nil, false},
		{"a wrong content type has the right body", "effect=wrong-content-type", 201, "text/html; charset=utf-8", nil, true},
		{"a wrong content type of an error", "effect=wrong-content-type status=500", 500, "text/html; charset=utf-8", nil, true},
		{"a violated response is JSON", "effect=violate at=/data/hash:missing", 201, "application/json", nil, true},
		{"a refusal of the operation is altered too", "effect=garbage when.name=", 400, "application/json", nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, _ := newServerWithFaults(t, "create-keys "+test.fault)
			url, client := listen(t, s)
			body := nightly
			if test.status == 400 {
				body = `{"name": ""}`
			}
			res, err := post(t.Context(), t, client, url, body)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			data, err := io.ReadAll(res.Body)
			if !errors.Is(err, test.err) {
				t.Errorf("reading the body: got %v, want %v", err, test.err)
			}
			if res.StatusCode != test.status || res.Header.Get("Content-Type") != test.kind || json.Valid(data) != test.correct {
				t.Errorf("got %d, %q, %q", res.StatusCode, res.Header.Get("Content-Type"), data)
			}
			if got := res.Header.Get(mockserver.FaultHeader); got != "f1" {
				t.Errorf("fault: got %q, want f1", got)
			}
			if test.err != nil && len(data) == 0 {
				t.Error("a truncated body is empty")
			}
		})
	}
}

func TestStall(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, fault, status string }{
		{"before the operation it has the headers of success", "effect=stall", "HTTP/1.1 201 Created"},
		{"after the operation it has its headers", "effect=stall phase=after", "HTTP/1.1 201 Created"},
		{"of a status it has its headers", "effect=stall status=500", "HTTP/1.1 500 Internal Server Error"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, _ := newServerWithFaults(t, "create-keys "+test.fault)
			done := make(chan struct{})
			url, _ := listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer close(done)
				s.ServeHTTP(w, r)
			}))
			conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_, err = io.WriteString(conn, "POST /api/v1/keys HTTP/1.1\r\nHost: fake\r\nAuthorization: "+management+
				"\r\nContent-Type: application/json\r\nContent-Length: 19\r\n\r\n"+nightly)
			if err != nil {
				t.Fatal(err)
			}
			in := bufio.NewReader(conn)
			for n := 0; ; n++ {
				line, err := in.ReadString('\n')
				if err != nil || n == 0 && strings.TrimSpace(line) != test.status || strings.HasPrefix(line, "Content-Length") {
					t.Fatalf("got %q, %v; want %q and no length", line, err, test.status)
				}
				if line == "\r\n" {
					break
				}
			}
			select {
			case <-done:
				t.Error("the stall has ended while its client waits")
			default:
			}
			if in.Buffered() != 0 {
				t.Errorf("%d bytes came after the headers; want silence", in.Buffered())
			}
			conn.Close()
			<-done // the client's leaving ends it
		})
	}
	t.Run("the client's own deadline ends it", func(t *testing.T) {
		t.Parallel()
		s, _ := newServerWithFaults(t, "create-keys effect=stall")
		url, client := listen(t, s)
		ctx, cancel := context.WithCancel(t.Context())
		res, err := post(ctx, t, client, url, nightly)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		cancel()
		if _, err := io.ReadAll(res.Body); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want %v", err, context.Canceled)
		}
	})
	t.Run("over HTTP/2 it ends with the stream", func(t *testing.T) {
		t.Parallel()
		s, _ := newServerWithFaults(t, "create-keys effect=stall")
		srv := httptest.NewUnstartedServer(s)
		srv.EnableHTTP2, srv.TLS = true, &tls.Config{}
		srv.StartTLS()
		t.Cleanup(srv.Close) // waits for the handler
		ctx, cancel := context.WithCancel(t.Context())
		res, err := post(ctx, t, srv.Client(), srv.URL, nightly)
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		res.Body.Close()
	})
}

// A ticker records when each byte was flushed.
type ticker struct {
	*httptest.ResponseRecorder
	start time.Time
	at    []time.Duration
}

func (k *ticker) Flush() { k.at = append(k.at, time.Since(k.start)) }

func TestDribble(t *testing.T) {
	t.Parallel()
	const gap = 2 * time.Millisecond
	request := func() *http.Request {
		r := httptest.NewRequest("POST", "/api/v1/keys", strings.NewReader(nightly))
		r.Header.Set("Authorization", management)
		r.Header.Set("Content-Type", "application/json")
		return r
	}
	synctest.Test(t, func(t *testing.T) {
		s, _ := newServerWithFaults(t, "create-keys effect=dribble")
		k := &ticker{ResponseRecorder: httptest.NewRecorder(), start: time.Now()}
		s.ServeHTTP(k, request())
		size := k.Body.Len()
		if len(k.at) != size+1 || k.at[0] != 0 || k.at[size] != time.Duration(size)*gap {
			t.Errorf("%d bytes in %d pieces, the first at %v, the last at %v", size, len(k.at), k.at[0], k.at[len(k.at)-1])
		}
		if !json.Valid(k.Body.Bytes()) {
			t.Errorf("got %q, want JSON", k.Body)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s, _ := newServerWithFaults(t, "create-keys effect=dribble")
		ctx, cancel := context.WithTimeout(t.Context(), 10*gap+gap/2)
		defer cancel()
		rec := httptest.NewRecorder()
		defer func() {
			if p := recover(); p != http.ErrAbortHandler || rec.Body.Len() != 10 {
				t.Errorf("got %v after %d bytes; want the connection ended after 10", p, rec.Body.Len())
			}
		}()
		s.ServeHTTP(rec, request().WithContext(ctx))
	})
}
