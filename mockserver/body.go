package mockserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"
)

// maxBody is the size of the largest request body, in bytes.
const maxBody = 1 << 20

// maxDepth is how deep objects and arrays of a request body may lie in one
// another.
const maxDepth = 1000

// A body is a request body as it came, and what kept it from being read whole.
type body struct {
	data    []byte
	tooLong bool  // it had more than maxBody bytes; data holds the first of them
	err     error // the client broke off
}

// members are the properties of a JSON object, undecoded.
type members map[string]json.RawMessage

// object reads the body as the one JSON object it must be. Issues are problems
// of the body as a whole; where there are any, the members say nothing.
func (b body) object(header http.Header) (members, []Issue) {
	whole := func(rule, format string, args ...any) (members, []Issue) {
		return nil, []Issue{{Message: fmt.Sprintf(format, args...), rule: rule}}
	}
	if kind, ok := jsonMedia(header); !ok {
		return whole("body.media-type", "must be sent as Content-Type application/json, not %s", kind)
	}
	data := bytes.TrimSpace(b.data)
	switch {
	case b.tooLong:
		return whole("body.size", "must have at most %d bytes", maxBody)
	case b.err != nil:
		return whole("body.json", "could not be read whole")
	case len(data) == 0:
		return whole("body.empty", "must not be empty: a JSON object is wanted")
	case !utf8.Valid(data):
		return whole("body.json", "must be UTF-8")
	}
	if err := wellFormed(data); err != nil {
		return whole("body.json", "must be one JSON value: %s", jsonProblem(b.data, err))
	}
	deepest, count := measure(data)
	if deepest > maxDepth {
		return whole("body.json", "must not nest objects and arrays more than %d deep", maxDepth)
	}
	if data[0] != '{' {
		return whole("body.object", "must be a JSON object, not %s", kindOf(data))
	}
	m := members{}
	if err := json.Unmarshal(data, &m); err != nil {
		return whole("body.json", "must be one JSON object")
	}
	if len(m) == count {
		return m, nil // every member is one of the body, and none has replaced another
	}
	if at, twice := duplicate(data); twice {
		return nil, []Issue{{Path: at, Message: "must not come twice", rule: "body.duplicate"}}
	}
	return m, nil
}

// jsonMedia reports whether the content type is JSON; if not, it returns what
// came instead, for a message.
func jsonMedia(header http.Header) (got string, ok bool) {
	values := header.Values("Content-Type")
	switch len(values) {
	case 0:
		return "without one", false
	case 1:
	default:
		return "several of them", false
	}
	kind, _, err := mime.ParseMediaType(values[0])
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		kind, _, _ = strings.Cut(values[0], ";")
		kind = strings.ToLower(strings.TrimSpace(kind))
	}
	return quote(values[0]), kind == "application/json"
}







// quote quotes what a client sent, cut to 64 characters.
func quote(s string) string {
	const most = 64
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
