package form

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/internal/strictjson"

	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

const (
	maxBody  = 1 << 20 // bytes of a request body
	maxDepth = 1000    // nested objects and arrays
)

// Members are the properties of a JSON object, not decoded.
type Members = strictjson.Members

// A Body is a request body as it was sent. The zero Body is empty.
type Body struct {
	Data    []byte // at most 1 MiB
	TooLong bool   // the body was longer than Data
	Err     error  // from reading: the client sent less than it announced

	read    bool // members and issues are set
	members Members
	issues  []apispec.Issue
}

// ReadBody reads the body of a request, at most 1 MiB of it.
func ReadBody(r *http.Request) Body {
	if r.Body == nil || r.Body == http.NoBody {
		return Body{}
	}
	data := make([]byte, 0, firstRead(r.ContentLength))
	for {
		n, err := r.Body.Read(data[len(data):min(cap(data), maxBody+1)])
		data = data[:len(data)+n]
		switch {
		case len(data) > maxBody:
			return Body{Data: data[:maxBody], TooLong: true}
		case err == io.EOF:
			return Body{Data: data}
		case err != nil:
			return Body{Data: data, Err: err}
		case len(data) == cap(data):
			data = slices.Grow(data, len(data))
		}
	}
}

// firstRead returns how much room to make for a body whose length was announced, or
// is not known. The client may have announced more than it will send.
func firstRead(announced int64) int64 {
	const few, most = 512, 8 << 10
	if announced <= 0 {
		return few
	}
	return min(announced+1, most) // one more, so that the end of the body is found without more room
}

// Object returns the members of the JSON object in the body. If the body is not
// one JSON object sent as application/json, it returns issues and nil members.
func (b *Body) Object(header http.Header) (Members, []apispec.Issue) {
	if !b.read {
		b.members, b.issues = b.object(header)
		b.read = true
	}
	return b.members, b.issues
}

func (b *Body) object(header http.Header) (Members, []apispec.Issue) {
	whole := func(rule, format string, args ...any) (Members, []apispec.Issue) {
		return nil, []apispec.Issue{{Message: fmt.Sprintf(format, args...), Rule: rule}}
	}
	if kind, ok := JSONMediaType(header); !ok {
		return whole("body.media-type", "must have the Content-Type application/json; it is %s", kind)
	}
	switch {
	case b.TooLong:
		return whole("body.size", "must have at most %d bytes", maxBody)
	case b.Err != nil:
		return whole("body.json", "could not be read to its end")
	}
	members, err := strictjson.Object(b.Data, strictjson.Limits{Depth: maxDepth})
	if err == nil {
		return members, nil
	}
	problem, ok := errors.AsType[*strictjson.Error](err)
	if !ok {
		return whole("body.json", "%v", err)
	}
	switch problem.Kind {
	case strictjson.Empty:
		return whole("body.empty", "%s", problem.Message)
	case strictjson.WrongType:
		return whole("body.object", "%s", problem.Message)
	case strictjson.Duplicate:
		return nil, []apispec.Issue{{Path: problem.Pointer, Message: problem.Message, Rule: "body.duplicate"}}
	}
	return whole("body.json", "%s", problem)
}

// JSONMediaType reports whether the Content-Type is application/json, with any
// parameters. If not, it returns a description of what was sent, for a message.
func JSONMediaType(header http.Header) (got string, ok bool) {
	values := header.Values("Content-Type")
	switch len(values) {
	case 0:
		return "missing", false
	case 1:
	default:
		return "repeated", false
	}
	if values[0] == "application/json" {
		return "", true
	}
	kind, _, err := mime.ParseMediaType(values[0])
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		kind, _, _ = strings.Cut(values[0], ";")
		kind = strings.ToLower(strings.TrimSpace(kind))
	}
	if kind == "application/json" {
		return "", true
	}
	return Quote(values[0]), false
}

// Quote quotes what a client sent, cut to 64 characters.
func Quote(s string) string {
	const most = 64
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
