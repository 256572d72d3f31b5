// Package slowclient bounds how long the client of an HTTP request may take to send
// the body and to receive the response. Neither bound counts the time in which the
// server works, so a request may be held, and a stream may last, for any time.
//
// The deadlines are those of the connection, set with an http.ResponseController, and
// on the system clock. A ResponseWriter without deadlines, such as that of a test, has
// no bounds.
package slowclient

import (
	"io"
	"net/http"
	"time"
)

// DefaultTimeout is how long a client may take to send a body, or to receive one
// write, unless a caller says otherwise.
const DefaultTimeout = 30 * time.Second

// LimitBody returns the body of a request, which must arrive within the timeout from
// now on: reading fails after that. Once the body has been read to its end, the
// connection has no deadline.
//
// A body that already has a limit keeps it.
//
// The deadline stays if reading fails or stops early. Without it net/http would wait
// for the rest of the body after the handler has returned.
func LimitBody(w http.ResponseWriter, body io.ReadCloser, timeout time.Duration) io.ReadCloser {
	if body == nil || body == http.NoBody {
		return body
	}
	if _, limited := body.(*limitedBody); limited {
		return body
	}
	b := &limitedBody{ReadCloser: body, control: *http.NewResponseController(w)}
	if b.control.SetReadDeadline(time.Now().Add(timeout)) != nil {
		return body // the connection has no deadlines
	}
	return b
}

// A limitedBody is a body that lifts the deadline at its end.
type limitedBody struct {
	io.ReadCloser
	control  http.ResponseController
	complete bool
}

// Read implements io.Reader.
func (b *limitedBody) Read(data []byte) (int, error) {
	n, err := b.ReadCloser.Read(data)
	if err == io.EOF && !b.complete {
		b.complete = true
		_ = b.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

// A Writer is a ResponseWriter whose writes must each end within a timeout. A write
// that takes longer fails, as do all writes after it. The time between two writes does
// not count.
type Writer struct {
	http.ResponseWriter
	control http.ResponseController
	timeout time.Duration
	set     time.Time // when the deadline was set; zero for never
	lifts   bool      // a deadline that passes between two writes would do harm
}

// NewWriter returns a Writer on w for the response to r.
//
// With HTTP/2 a stream ends when its deadline passes, so the deadline is lifted after
// each write. With HTTP/1 it stays, and the next request on the connection begins with
// it: net/http leaves it, and writes nothing before the handler does but "100 Continue".
func NewWriter(w http.ResponseWriter, r *http.Request, timeout time.Duration) *Writer {
	writer := &Writer{ResponseWriter: w, control: *http.NewResponseController(w), timeout: timeout, lifts: r.ProtoMajor > 1}
	if r.Header["Expect"] != nil {
		writer.Extend()
	}
	return writer
}

// Unwrap returns the ResponseWriter for http.ResponseController.
func (w *Writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Write implements io.Writer.
func (w *Writer) Write(data []byte) (n int, err error) {
	w.Extend()
	n, err = w.ResponseWriter.Write(data)
	w.lift(err)
	return n, err
}

// FlushError is the flush that http.ResponseController calls.
func (w *Writer) FlushError() error {
	w.Extend()
	err := w.control.Flush()
	w.lift(err)
	return err
}

// Flush implements http.Flusher.
func (w *Writer) Flush() { _ = w.FlushError() }

// precision is the fraction of the timeout, one in so many, during which a deadline is
// not set again. Setting one costs more than reading the clock.
const precision = 32

// Extend sets the deadline again. A server calls it when its handler has returned, for
// what net/http still has to write. A deadline that was set in the last thirty-second of
// the timeout stays as it is.
func (w *Writer) Extend() {
	if w.set.IsZero() || time.Since(w.set) > w.timeout/precision {
		w.set = time.Now()
		_ = w.control.SetWriteDeadline(w.set.Add(w.timeout)) // fails if the connection was taken over
	}
}

// lift removes the deadline after a write, unless the write has failed.
func (w *Writer) lift(err error) {
	if w.lifts && err == nil {
		_ = w.control.SetWriteDeadline(time.Time{})
		w.set = time.Time{}
	}
}
