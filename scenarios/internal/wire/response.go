package wire

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
)

// MaxResponse is how much of a response body is read, in bytes: a little more
// than the validator accepts, so that the validator reports a longer one.
const MaxResponse = 17 << 20

// A Response is what was received, even if it is incomplete.
type Response struct {
	Status int // 0 for none
	Header http.Header
	Body   []byte // at most MaxResponse bytes
	Unsent bool   // there was no connection, so the target has not seen the request
}

// Do sends a request and reads the response. The error says why the response is
// incomplete; if the context is done, it is its cause. The error does not contain the
// address of the target, given as root, because that of a fake differs from run to run.
func Do(client *http.Client, root string, req *http.Request) (Response, error) {
	var out Response
	res, err := client.Do(req)
	if err == nil {
		out.Status, out.Header = res.StatusCode, res.Header
		out.Body, err = io.ReadAll(io.LimitReader(res.Body, MaxResponse))
		_ = res.Body.Close() // the body has been read
	}
	if err == nil {
		return out, nil
	}
	if dial, ok := errors.AsType[*net.OpError](err); ok {
		out.Unsent = dial.Op == "dial"
	}
	if cause := context.Cause(req.Context()); cause != nil {
		err = cause
	}
	return out, errors.New(withoutAddress(err, root))
}

// withoutAddress returns the text of a transport error without the addresses of
// the two ends.
func withoutAddress(err error, root string) string {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed in the middle of the response (unexpected EOF)"
	case errors.Is(err, io.EOF):
		return "the connection was closed before a response (EOF)"
	}
	text := err.Error()
	for e := err; e != nil; e = errors.Unwrap(e) {
		text = e.Error() // the innermost error says what happened
	}
	return strings.ReplaceAll(text, strings.TrimPrefix(root, "http://"), "the target")
}
