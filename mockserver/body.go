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

// wellFormed returns the syntax error of data, or nil if it is one JSON value
// and nothing more.
func wellFormed(data []byte) error {
	if json.Valid(data) {
		return nil
	}
	var any json.RawMessage
	if err := json.Unmarshal(data, &any); err != nil {
		return err
	}
	return errors.New("malformed")
}

// measure returns how deep objects and arrays lie in one another, and how many
// members all objects have together. Data must be well formed.
func measure(data []byte) (deepest, count int) {
	open, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
			if c == '\\' {
				i++ // what follows is escaped
			}
		case c == '{' || c == '[':
			open++
			deepest = max(deepest, open)
		case c == '}' || c == ']':
			open--
		case c == ':':
			count++
		}
	}
	return deepest, count
}

// jsonProblem says where a syntax error is, as line and column from 1.
func jsonProblem(data []byte, err error) string {
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return "it is malformed"
	}
	before := data[:min(max(int(syntax.Offset)-1, 0), len(data))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - (bytes.LastIndexByte(before, '\n') + 1) + 1
	return fmt.Sprintf("%s at line %d, column %d", syntax, line, column)
}

// duplicate returns the JSON pointer of the first member that comes twice in
// its object, at any depth. Data must be well formed.
func duplicate(data []byte) (pointer string, found bool) {
	type level struct {
		seen  map[string]bool // nil in an array
		name  string          // the member being read
		index int             // the element being read
		key   bool            // a name comes next
	}
	var stack []level
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	for {
		token, err := d.Token()
		if err != nil {
			return "", false
		}
		top := len(stack) - 1
		if name, ok := token.(string); ok && top >= 0 && stack[top].key {
			if stack[top].seen[name] {
				for _, l := range stack[:top] {
					if l.seen == nil {
						pointer += fmt.Sprintf("/%d", l.index)
					} else {
						pointer += "/" + escapePointer(l.name)
					}
				}
				return pointer + "/" + escapePointer(name), true
			}
			stack[top].seen[name], stack[top].name, stack[top].key = true, name, false
			continue
		}
		switch token {
		case json.Delim('{'):
			stack = append(stack, level{seen: map[string]bool{}, key: true})
			continue
		case json.Delim('['):
			stack = append(stack, level{})
			continue
		case json.Delim('}'), json.Delim(']'):
			stack = stack[:top]
			top--
		}
		if top >= 0 { // a value has ended
			stack[top].index++
			stack[top].key = stack[top].seen != nil
		}
	}
}

// escapePointer escapes one token of a JSON pointer (RFC 6901).
func escapePointer(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

// kindOf names the JSON type of a well-formed value, with its article.
func kindOf(raw []byte) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return "nothing"
	}
	switch raw[0] {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

// quote quotes what a client sent, cut to 64 characters.
func quote(s string) string {
	const most = 64
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
