package envelope

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// A Request is a call that may reach a live target.
type Request struct {
	Method  string
	Path    string      // below the base URL
	Query   string      // raw
	Header  http.Header // that the caller sets in addition to the usual; nil values leave a header out
	Body    []byte
	Invalid bool // the request breaks the contract on purpose
}

// is reports whether the request has this method and path.
func (r Request) is(method, path string) bool {
	return r.Method == method && strings.TrimSuffix(r.Path, "/") == path
}

// A Refusal says why a request must not reach a live target.
type Refusal struct{ Text, Want, Got string }

func (e *Refusal) Error() string { return e.Text + ": want " + e.Want + ", got " + e.Got }

// unboundedKey returns the refusal of a request that would create a key without
// bounds.
func unboundedKey(want, got string) error {
	return notSent("a call that creates or changes a key must bound it", want, got)
}

// notSent returns the refusal of a request.
func notSent(text, want, got string) error {
	return &Refusal{Text: "not sent: on a live target " + text, Want: want, Got: got}
}

// decodeObject decodes a JSON object. A member must not occur twice, because it is
// unknown which of the two the target uses. With twice, name may.
func decodeObject(data []byte, twice bool) (map[string]any, bool) {
	d := json.NewDecoder(bytes.NewReader(data))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, false
	}
	out := map[string]any{}
	for d.More() {
		token, err := d.Token()
		name, isName := token.(string)
		if err != nil || !isName {
			return nil, false
		}
		var value any
		_, again := out[name]
		if again && !(twice && name == "name") || d.Decode(&value) != nil {
			return nil, false
		}
		out[name] = value
	}
	if end, err := d.Token(); err != nil || end != json.Delim('}') {
		return nil, false
	}
	_, err := d.Token()
	return out, errors.Is(err, io.EOF) // nothing follows the object
}

// decodedPath returns a path as a server decodes it.
func decodedPath(path string) string {
	decoded, err := url.PathUnescape(path)
	if err != nil {
		return path
	}
	return decoded
}
