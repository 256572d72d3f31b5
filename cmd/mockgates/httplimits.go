package main

import (
	"io"
	"net/http"
	"time"
)

// An httpLimits bounds what a slow or hostile client costs. None of the limits
// counts the time in which the server works or a gate holds a request, so a
// request may be held, and a stream of events may last, for any time.
type httpLimits struct {
	header      time.Duration // for the header of a request
	body        time.Duration // for the body of a request
	write       time.Duration // for the client to take one write of a response
	idle        time.Duration // of a connection between two requests
	headerBytes int           // of the header of a request; net/http adds 4096
}

// defaultLimits returns the limits of mockgates serve. The README lists them.
func defaultLimits() httpLimits {
	return httpLimits{
		header: 10 * time.Second, body: 30 * time.Second, write: 30 * time.Second, idle: 2 * time.Minute,
		headerBytes: 64 << 10,
	}
}

// apply returns a handler that reads bodies and writes responses within the
// limits. A timeout of 0 stands for none.
func (l httpLimits) apply(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		if l.body > 0 && r.Body != nil && r.Body != http.NoBody {
			r.Body = limitBody(r.Body, control.SetReadDeadline, time.Now().Add(l.body))
		}
		if l.write > 0 {
			_ = control.SetWriteDeadline(time.Time{}) // removes that of an earlier request on the connection
			limited := &limitedWriter{ResponseWriter: w, control: control, timeout: l.write}
			defer limited.extend() // for what is written after the handler has returned
			w = limited
		}
		handler.ServeHTTP(w, r)
	})
}

// A limitedBody is the body of a request, which must arrive until a deadline.
type limitedBody struct {
	io.ReadCloser
	setDeadline func(time.Time) error // of reads from the connection
	complete    bool
}

// limitBody sets the deadline, and returns a body that removes it when it has
// been read. What follows a body, such as a request that is held, has no limit.
func limitBody(body io.ReadCloser, setDeadline func(time.Time) error, deadline time.Time) io.ReadCloser {
	if setDeadline(deadline) != nil {
		return body // the connection has no deadlines
	}
	return &limitedBody{ReadCloser: body, setDeadline: setDeadline}
}

// Read implements io.Reader.
func (b *limitedBody) Read(data []byte) (int, error) {
	n, err := b.ReadCloser.Read(data)
	if err == io.EOF && !b.complete {
		b.complete = true
		_ = b.setDeadline(time.Time{})
	}
	return n, err
}

// A limitedWriter is a ResponseWriter each of whose writes has a deadline.
type limitedWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
}

// Unwrap returns the ResponseWriter for http.ResponseController.
func (w *limitedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Write implements io.Writer.
func (w *limitedWriter) Write(data []byte) (int, error) {
	w.extend()
	return w.ResponseWriter.Write(data)
}

// FlushError implements what http.ResponseController calls.
func (w *limitedWriter) FlushError() error {
	w.extend()
	return w.control.Flush()
}

// Flush implements http.Flusher.
func (w *limitedWriter) Flush() { _ = w.FlushError() }

// extend gives the next write its time.
func (w *limitedWriter) extend() {
	_ = w.control.SetWriteDeadline(time.Now().Add(w.timeout)) // fails if the connection was taken over
}
