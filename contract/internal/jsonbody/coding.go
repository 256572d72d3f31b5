package jsonbody

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"strings"
)

// ErrTooLarge is the error of Decode for a body that is larger than its limit when
// it is decoded.
var ErrTooLarge = errors.New("the body is too large when it is decoded")

// A CodingError says why a body cannot be decoded.
type CodingError struct {
	Got       string // what was sent, in a few words
	Requested bool   // the client accepts the coding
}

func (e *CodingError) Error() string { return e.Got }

// Decode returns a response body without its Content-Encoding, which may be
// gzip, deflate or identity. The error is ErrTooLarge if a decoded body has more than
// limit bytes; Decode stops there. It is a *CodingError if the body cannot be decoded.
func Decode(response, request http.Header, body []byte, limit int64) ([]byte, error) {
	if len(response["Content-Encoding"]) == 0 {
		return body, nil
	}
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
			return nil, &CodingError{"another coding", strings.Contains(accepted, coding)}
		}
		if err == nil {
			body, err = io.ReadAll(io.LimitReader(reader, limit+1))
		}
		if int64(len(body)) > limit && err == nil {
			return nil, ErrTooLarge
		}
		if err != nil {
			return nil, &CodingError{"a body that is not of this coding", false}
		}
	}
	return body, nil
}
