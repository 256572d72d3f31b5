package mockserver

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/mockgates/mockgates/internal/strictjson"
)

// maxBodyDepth is how deep the objects and arrays of Message.Body may be nested.
const maxBodyDepth = 100

// A Message is the headers and the body of a request or a response. Only a body
// that every JSON reader reads alike is in Body: it is UTF-8, no object has a member
// twice, no string has half of a surrogate pair, every number is in the range of a
// double, and it is nested at most 100 deep. So a strict reader can read the journal,
// whatever was sent.
type Message struct {
	Headers http.Header     `json:"headers"`
	Body    json.RawMessage `json:"body,omitempty"` // the body, if it is such JSON
	Text    string          `json:"text,omitempty"` // the body otherwise, with U+FFFD for what is not UTF-8
}

// message returns a message with a copy of its body.
func message(h http.Header, body string) Message {
	m := Message{Headers: h}
	data := []byte(body)
	if v, err := strictjson.Parse(data, strictjson.Limits{Depth: maxBodyDepth}); err == nil && readAlike(&v) {
		m.Body = data
	} else {
		m.Text = strings.ToValidUTF8(body, "\uFFFD")
	}
	return m
}

// readAlike reports whether every JSON reader reads a value alike (RFC 7493).
func readAlike(v *strictjson.Value) bool {
	switch v.Type() {
	case strictjson.TypeString:
		return !v.LoneSurrogate()
	case strictjson.TypeNumber:
		_, ok := v.Number().Float64()
		return ok
	}
	for i := range v.Members() {
		if m := &v.Members()[i]; m.Duplicate || m.LoneSurrogate || !readAlike(&m.Value) {
			return false
		}
	}
	for i := range v.Items() {
		if !readAlike(&v.Items()[i]) {
			return false
		}
	}
	return true
}
