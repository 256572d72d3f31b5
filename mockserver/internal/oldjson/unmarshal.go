package oldjson

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mockgates/mockgates/internal/suggest"
)

// A Error says what is wrong with JSON that was to be decoded, and where.
type Error struct {
	Pointer string
	Line    int
	Column  int
	Message string
}

func (e *Error) Error() string {
	switch {
	case e.Line > 0 && e.Pointer != "":
		return fmt.Sprintf("line %d, column %d: %s %s", e.Line, e.Column, e.Pointer, e.Message)
	case e.Line > 0:
		return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
	case e.Pointer != "":
		return e.Pointer + " " + e.Message
	}
	return e.Message
}

// Unmarshal is json.Unmarshal that refuses what it would pass over: a
// member that the type does not have, in exactly these letters; one that comes
// twice; a null where there is nothing to be null; anything after the value.
// Its errors say where, and name the nearest valid member.
func Unmarshal(data []byte, v any) error {
	if !utf8.Valid(data) {
		return &Error{Message: "must be UTF-8"}
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return &Error{Message: "is empty; want JSON"}
	}
	if err := WellFormed(data); err != nil {
		e := &Error{Message: "malformed JSON: " + err.Error()}
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			e.Line, e.Column = Position(data, int(syntax.Offset)-1)
		}
		return e
	}
	if at, twice := Duplicate(data); twice {
		return &Error{Pointer: at, Message: "comes twice"}
	}
	if err := inspect(data, reflect.TypeOf(v).Elem(), ""); err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

var (
	jsonUnmarshaler = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// inspect returns the first thing in well-formed JSON that a value of type t
// cannot take whole.
func inspect(raw json.RawMessage, t reflect.Type, at string) error {
	raw = bytes.TrimSpace(raw)
	refuse := func(format string, args ...any) error {
		return &Error{Pointer: at, Message: fmt.Sprintf(format, args...)}
	}
	if t.Kind() == reflect.Pointer {
		if string(raw) == "null" {
			return nil
		}
		return inspect(raw, t.Elem(), at)
	}
	if t.Kind() == reflect.Interface {
		return nil
	}
	if p := reflect.PointerTo(t); p.Implements(jsonUnmarshaler) || p.Implements(textUnmarshaler) {
		if string(raw) == "null" && t != reflect.TypeFor[json.RawMessage]() {
			return refuse("must not be null; leave it out")
		}
		err := json.Unmarshal(raw, reflect.New(t).Interface())
		if err != nil && t == reflect.TypeFor[time.Time]() {
			return refuse("must be an RFC 3339 time such as 2029-11-30T23:59:59Z, not %s", quote(string(raw)))
		}
		if inner, ok := errors.AsType[*Error](err); ok {
			return &Error{Pointer: at + inner.Pointer, Message: inner.Message}
		}
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return refuse("must not be %s", article(wrong.Value))
		}
		if err != nil {
			return refuse("%s", strings.TrimPrefix(err.Error(), "json: "))
		}
		return nil
	}
	wanted := map[reflect.Kind]string{
		reflect.Struct: "an object", reflect.Map: "an object", reflect.Slice: "an array", reflect.String: "a string",
		reflect.Bool: "a boolean", reflect.Float64: "a number",
	}[t.Kind()]
	if wanted == "" {
		wanted = "a number"
	}
	if got := KindOf(raw); got != wanted {
		return refuse("must be %s, not %s", wanted, got)
	}
	switch t.Kind() {
	case reflect.Struct:
		return inspectStruct(raw, t, at)
	case reflect.Map:
		return inspectMap(raw, t.Elem(), at)
	case reflect.Slice:
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil {
			return refuse("%v", err)
		}
		for i, v := range list {
			if err := inspect(v, t.Elem(), at+"/"+strconv.Itoa(i)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := json.Unmarshal(raw, reflect.New(t).Interface()); err != nil {
		if wanted == "a number" && t.Kind() != reflect.Float64 {
			return refuse("must be a whole number in the range of %s, not %s", t.Kind(), quote(string(raw)))
		}
		return refuse("must be a number that a double can hold, not %s", quote(string(raw)))
	}
	return nil
}

// article puts an article before a JSON type as encoding/json names it.
func article(kind string) string {
	kind, _, _ = strings.Cut(kind, " ")
	switch kind {
	case "bool":
		return "a boolean"
	case "array", "object":
		return "an " + kind
	}
	return "a " + kind
}

func inspectMap(raw json.RawMessage, elem reflect.Type, at string) error {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(raw, &m); err != nil {
		return &Error{Pointer: at, Message: err.Error()}
	}
	for _, name := range memberNames(m) {
		if err := inspect(m[name], elem, at+"/"+EscapePointer(name)); err != nil {
			return err
		}
	}
	return nil
}

func inspectStruct(raw json.RawMessage, t reflect.Type, at string) error {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(raw, &m); err != nil {
		return &Error{Pointer: at, Message: err.Error()}
	}
	fields, names := map[string]reflect.Type{}, []string{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		fields[name] = f.Type
		names = append(names, name)
	}
	for _, name := range memberNames(m) {
		field, ok := fields[name]
		if !ok {
			return &Error{
				Pointer: at + "/" + EscapePointer(name),
				Message: fmt.Sprintf("is no known member%s", suggest.Hint(name, names)),
			}
		}
		if err := inspect(m[name], field, at+"/"+EscapePointer(name)); err != nil {
			return err
		}
	}
	return nil
}

func memberNames(m map[string]json.RawMessage) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// position is the line and the column, both from 1, of a place in data.
func Position(data []byte, offset int) (line, column int) {
	before := data[:min(max(offset, 0), len(data))]
	return bytes.Count(before, []byte("\n")) + 1, len(before) - bytes.LastIndexByte(before, '\n')
}

// locate is the position of the value that a JSON pointer leads to, or of the
// nearest value around it that is there. Data must be well formed.
func Locate(data []byte, pointer string) (line, column int) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	begin := func() int { // of the next value: behind white space, "," and ":"
		at := int(d.InputOffset())
		return at + len(data[at:]) - len(bytes.TrimLeft(data[at:], " \t\r\n,:"))
	}
	at := begin()
	for pointer != "" {
		var name string
		name, pointer, _ = strings.Cut(pointer[1:], "/")
		if pointer != "" {
			pointer = "/" + pointer
		}
		open, err := d.Token()
		if err != nil || open != json.Delim('{') && open != json.Delim('[') {
			break
		}
		found := false
		for i := 0; d.More() && !found; i++ {
			key := strconv.Itoa(i)
			if open == json.Delim('{') {
				t, _ := d.Token()
				key, _ = t.(string)
				key = EscapePointer(key)
			}
			if found = key == name; found {
				at = begin()
			} else if d.Decode(new(json.RawMessage)) != nil {
				break
			}
		}
		if !found {
			break
		}
	}
	return Position(data, at)
}

// WellFormed returns the syntax error of data, or nil if it is one JSON value
// and nothing more.
func WellFormed(data []byte) error {
	if json.Valid(data) {
		return nil
	}
	var any json.RawMessage
	if err := json.Unmarshal(data, &any); err != nil {
		return err
	}
	return errors.New("malformed")
}

// Measure returns how deep objects and arrays lie in one another, and how many
// members all objects have together. Data must be well formed.
func Measure(data []byte) (deepest, count int) {
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

// JsonProblem says where a syntax error is, as line and column from 1.
func JsonProblem(data []byte, err error) string {
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return "it is malformed"
	}
	before := data[:min(max(int(syntax.Offset)-1, 0), len(data))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - (bytes.LastIndexByte(before, '\n') + 1) + 1
	return fmt.Sprintf("%s at line %d, column %d", syntax, line, column)
}

// Duplicate returns the JSON pointer of the first member that comes twice in
// its object, at any depth. Data must be well formed.
func Duplicate(data []byte) (pointer string, found bool) {
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
						pointer += "/" + EscapePointer(l.name)
					}
				}
				return pointer + "/" + EscapePointer(name), true
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

// EscapePointer escapes one token of a JSON pointer (RFC 6901).
func EscapePointer(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

// KindOf names the JSON type of a well-formed value, with its article.
func KindOf(raw []byte) string {
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

// Lookup finds a member by name, or by JSON pointer (RFC 6901) for a name with
// a leading /.
func Lookup(body map[string]json.RawMessage, name string) (any, bool) {
	tokens := []string{name}
	if rest, ok := strings.CutPrefix(name, "/"); ok {
		tokens = strings.Split(rest, "/")
		for i, t := range tokens {
			tokens[i] = unescapePointer(t)
		}
	}
	raw, ok := body[tokens[0]]
	if !ok {
		return nil, false
	}
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return nil, false
	}
	for _, t := range tokens[1:] {
		switch at := v.(type) {
		case map[string]any:
			if v, ok = at[t]; !ok {
				return nil, false
			}
		case []any:
			i, err := strconv.ParseUint(t, 10, 31)
			if err != nil || int(i) >= len(at) || len(t) > 1 && t[0] == '0' {
				return nil, false
			}
			v = at[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// unescapePointer reads one token of a JSON pointer (RFC 6901).
func unescapePointer(token string) string {
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
}

// Canonical returns v as encoding/json decodes it: numbers as float64, and so
// on. It refuses what JSON cannot write.
func Canonical(v any) (out any, err error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	err = json.Unmarshal(data, &out)
	return out, err
}

// Equal compares two decoded values as JSON: the order of map[string]json.RawMessage is no
// matter.
func Equal(a, b any) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && string(x) == string(y)
}
