package contract

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// ErrInconclusive is wrapped by the error of Check for a response that it cannot
// validate and that may conform, such as one with a number in free metadata that
// no double can hold.
var ErrInconclusive = errors.New("inconclusive")

// A codingError says why a body cannot be decoded.
type codingError struct {
	kind      string // of the finding
	got       string
	requested bool // the client accepts the coding
}

func (e *codingError) Error() string { return e.got }

// decodeBody returns a response body without its Content-Encoding, which may be
// gzip, deflate or identity, and at most one byte more than MaxResponseBody.
func decodeBody(response, request http.Header, body []byte) ([]byte, error) {
	codings := strings.Split(strings.Join(response["Content-Encoding"], ","), ",")
	for i := len(codings) - 1; i >= 0; i-- { // the last was applied last
		coding := strings.ToLower(strings.Trim(codings[i], " \t"))
		var reader io.Reader
		var err error
		switch coding {
		case "", "identity":
			continue
		case "gzip", "x-gzip":
			reader, err = gzip.NewReader(bytes.NewReader(body))
		case "deflate":
			reader, err = zlib.NewReader(bytes.NewReader(body))
		default:
			accepted := strings.ToLower(strings.Join(request["Accept-Encoding"], ","))
			return nil, &codingError{KindHeader, "another coding", strings.Contains(accepted, coding)}
		}
		if err == nil {
			body, err = io.ReadAll(io.LimitReader(reader, MaxResponseBody+1))
		}
		if err != nil {
			return nil, &codingError{KindHeader, "a body that is not of this coding", false}
		}
	}
	return body, nil
}

// decode decodes the response body of the exchange. It reports one that cannot be
// decoded, and returns false.
func (c *checker) decode() (bool, error) {
	body, err := decodeBody(c.exchange.ResponseHeader, c.exchange.RequestHeader, c.exchange.ResponseBody)
	broken, failed := errors.AsType[*codingError](err)
	switch {
	case !failed:
		c.exchange.ResponseBody = body
		return true, nil
	case broken.requested:
		return false, fmt.Errorf("%w: the body has a content coding that cannot be decoded", ErrInconclusive)
	}
	c.report(PartResponse, broken.kind, "header Content-Encoding", "gzip, deflate or none", broken.got, 0)
	return false, nil
}
