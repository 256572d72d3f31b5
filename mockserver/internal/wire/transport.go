package wire

import (
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync"
	"syscall"
)

// Transport returns an http.RoundTripper that calls the handler in the same
// process, without a socket. Responses stream: RoundTrip returns once the handler
// has written the headers. If the handler aborts the response, the client gets
// the error that it would get over TCP: connection reset for a reset, EOF for a
// hangup, and unexpected EOF while reading a body that was cut short.
func Transport(h http.Handler) http.RoundTripper { return transport{h} }

type transport struct{ handler http.Handler }

// RoundTrip implements http.RoundTripper. It closes the body of the request.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL == nil || r.URL.Host == "" {
		closeBody(r)
		return nil, errors.New("mockgates: the request has no host")
	}
	ctx, cancel := context.WithCancelCause(r.Context())
	in := inbound(r, ctx)
	body := newBuffer()
	w := &writer{header: http.Header{}, body: body, ready: make(chan struct{}), request: in, client: r.Context()}
	stop := context.AfterFunc(r.Context(), func() { body.finish(context.Cause(r.Context())) })
	go func() {
		defer closeBody(r)
		w.finish(serve(t.handler, w, in))
	}()
	select {
	case <-w.ready:
	case <-r.Context().Done():
		err := context.Cause(r.Context())
		cancel(err)
		body.close()
		return nil, err
	}
	if w.failure != nil {
		stop()
		cancel(w.failure)
		return nil, w.failure
	}
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.GotFirstResponseByte != nil {
		trace.GotFirstResponseByte()
	}
	return w.response(r, &responseBody{body, func() { stop(); cancel(errClosed) }}), nil
}

// inbound returns the request as a server would have read it.
func inbound(r *http.Request, ctx context.Context) *http.Request {
	in := r.Clone(ctx)
	in.RequestURI = r.URL.RequestURI()
	in.Proto, in.ProtoMajor, in.ProtoMinor = "HTTP/1.1", 1, 1
	in.RemoteAddr = "127.0.0.1:0"
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	return in
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
}

// serve calls the handler and returns what it panicked with, or nil.
func serve(h http.Handler, w http.ResponseWriter, r *http.Request) (panicked any) {
	defer func() { panicked = recover() }()
	h.ServeHTTP(w, r)
	return nil
}

// errReset is the error that a client gets from a connection that was reset.
var errReset = &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}

// A writer is the ResponseWriter of a transport.
type writer struct {
	request *http.Request
	body    *buffer
	client  context.Context
	ready   chan struct{} // closed once sent and status, or failure, are set

	mu      sync.Mutex // guards all below until ready is closed
	header  http.Header
	sent    http.Header // copy of header when WriteHeader was called
	status  int
	reset   bool
	failure error // why there is no response
}

func (w *writer) Header() http.Header { return w.header }

// WriteHeader sends the status and the headers to the client.
func (w *writer) WriteHeader(status int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.status != 0 || w.failure != nil {
		return
	}
	w.sent, w.status = maps.Clone(w.header), status
	close(w.ready)
}

// Write sends a part of the body. It blocks while the buffer is full.
func (w *writer) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.request.Method == http.MethodHead || len(p) == 0 {
		return len(p), nil
	}
	return w.body.Write(p)
}

// Flush sends the headers. Nothing else is held back.
func (w *writer) Flush() { w.WriteHeader(http.StatusOK) }

func (w *writer) resetConnection() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reset = true
}

// finish ends the response after the handler has returned, or has panicked.
func (w *writer) finish(panicked any) {
	if panicked == nil {
		w.WriteHeader(http.StatusOK)
		w.body.finish(cmp.Or(context.Cause(w.client), io.EOF))
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	began := w.status != 0
	err := error(io.EOF)
	switch {
	case w.reset:
		err = errReset
	case began:
		err = io.ErrUnexpectedEOF
	}
	w.body.finish(err)
	if !began {
		w.failure = err
		close(w.ready)
	}
}

// response returns what the client gets once the headers are sent.
func (w *writer) response(r *http.Request, body io.ReadCloser) *http.Response {
	resp := &http.Response{
		Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: body, ContentLength: -1, Request: r,
	}
	if n, err := strconv.ParseInt(w.sent.Get("Content-Length"), 10, 64); err == nil {
		resp.ContentLength = n
	}
	return resp
}

// errClosed is the cause that cancels a request whose response the client has
// closed.
var errClosed = errors.New("the client closed the response")

// A responseBody cancels the request when the client closes it, as a server does
// when the connection is closed.
type responseBody struct {
	*buffer
	end func()
}

// Close implements io.Closer.
func (b *responseBody) Close() error {
	b.end()
	b.buffer.close()
	return nil
}
