package wire

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// get sends a request to the handler and returns the response and its body.
func get(t *testing.T, ctx context.Context, h http.HandlerFunc) (*http.Response, []byte, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://fake/path?q=1", strings.NewReader("request"))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := (&http.Client{Transport: Transport(h)}).Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	return resp, body, err
}

func TestTransport(t *testing.T) {
	t.Parallel()
	long := bytes.Repeat([]byte("x"), 3*maxBuffered)
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		status  int
		body    []byte
		err     error
	}{
		{"the handler sees the request", func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			_, _ = io.WriteString(w, r.Method+" "+r.Host+r.RequestURI+" "+string(body))
		}, 200, []byte("POST fake/path?q=1 request"), nil},
		{"a handler that writes nothing returns 200", func(http.ResponseWriter, *http.Request) {}, 200, []byte{}, nil},
		{"the first status counts", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(418); w.WriteHeader(500) }, 418, []byte{}, nil},
		{"a body beyond the buffer arrives whole", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(long) }, 200, long, nil},
		{"a panic before the status is EOF", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0, nil, io.EOF},
		{"a panic within the body is unexpected EOF", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "half")
			panic(http.ErrAbortHandler)
		}, 200, []byte("half"), io.ErrUnexpectedEOF},
		{"a reset is a reset", func(w http.ResponseWriter, _ *http.Request) {
			w.(resetter).resetConnection()
			panic(http.ErrAbortHandler)
		}, 0, nil, syscall.ECONNRESET},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			resp, body, err := get(t, t.Context(), tt.handler)
			if !errors.Is(err, tt.err) {
				t.Fatalf("error %v, want %v", err, tt.err)
			}
			if tt.status != 0 && resp.StatusCode != tt.status || !bytes.Equal(body, tt.body) {
				t.Errorf("got %v with %d bytes, want %d with %d bytes", resp, len(body), tt.status, len(tt.body))
			}
		})
	}
}

func TestTransportCancelsTheRequest(t *testing.T) {
	t.Parallel()
	t.Run("when the client gives up before a response", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		_, _, err := get(t, ctx, func(_ http.ResponseWriter, r *http.Request) {
			cancel()
			<-r.Context().Done()
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
	})
	t.Run("when the client gives up within the body", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		_, body, err := get(t, ctx, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "half")
			cancel()
			<-r.Context().Done()
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %q, %v, want context.Canceled", body, err)
		}
	})
	t.Run("when the client closes the response", func(t *testing.T) {
		t.Parallel()
		ended := make(chan error, 1)
		req, _ := http.NewRequest(http.MethodGet, "http://fake/", nil)
		resp, err := Transport(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusOK)
			<-r.Context().Done()
			ended <- context.Cause(r.Context())
		})).RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if err := <-ended; err != errClosed {
			t.Errorf("the handler saw %v, want %v", err, errClosed)
		}
	})
}

func TestTransportDoesNotBlockOnAShortBody(t *testing.T) {
	t.Parallel()
	returned := make(chan bool, 1)
	req, _ := http.NewRequest(http.MethodGet, "http://fake/", nil)
	resp, err := Transport(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(make([]byte, maxBuffered))
		returned <- true
	})).RoundTrip(req)
	if err != nil || resp.StatusCode != 200 {
		t.Fatalf("got %v, %v", resp, err)
	}
	<-returned // although nobody reads the body
}

func TestTransportRefusesARequestWithoutHost(t *testing.T) {
	t.Parallel()
	req, _ := http.NewRequest(http.MethodGet, "/path", nil)
	if _, err := Transport(http.NotFoundHandler()).RoundTrip(req); err == nil {
		t.Error("got no error")
	}
}
