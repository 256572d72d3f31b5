package mockserver

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
)

// A decodeError says what is wrong with JSON that was to be decoded, and where.
type decodeError struct {
	pointer string // JSON pointer to the value; "" for the whole
	line    int    // from 1; 0 if only the pointer is known
	column  int
	message string
}

func (e *decodeError) Error() string {
	switch {
	case e.line > 0 && e.pointer != "":
		return fmt.Sprintf("line %d, column %d: %s %s", e.line, e.column, e.pointer, e.message)
	case e.line > 0:
		return fmt.Sprintf("line %d, column %d: %s", e.line, e.column, e.message)
	case e.pointer != "":
		return e.pointer + " " + e.message
	}
	return e.message
}

// strictUnmarshal is json.Unmarshal that refuses what it would pass over: a
// member that the type does not have, in exactly these letters; one that comes
// twice; a null where there is nothing to be null; anything after the value.
// Its errors say where, and name the nearest valid member.
func strictUnmarshal(data []byte, v any) error {
	if !utf8.Valid(data) {
		return &decodeError{message: "must be UTF-8"}
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return &decodeError{message: "is empty; want JSON"}
	}
	if err := wellFormed(data); err != nil {
		e := &decodeError{message: "malformed JSON: " + err.Error()}
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			e.line, e.column = position(data, int(syntax.Offset)-1)
		}
		return e
	}
	if at, twice := duplicate(data); twice {
		return &decodeError{pointer: at, message: "comes twice"}
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
		return &decodeError{pointer: at, message: fmt.Sprintf(format, args...)}
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
		if inner, ok := errors.AsType[*decodeError](err); ok {
			return &decodeError{pointer: at + inner.pointer, message: inner.message}
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
	if got := kindOf(raw); got != wanted {
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
	var m members
	if err := json.Unmarshal(raw, &m); err != nil {
		return &decodeError{pointer: at, message: err.Error()}
	}
	for _, name := range memberNames(m) {
		if err := inspect(m[name], elem, at+"/"+escapePointer(name)); err != nil {
			return err
		}
	}
	return nil
}

func inspectStruct(raw json.RawMessage, t reflect.Type, at string) error {
	var m members
	if err := json.Unmarshal(raw, &m); err != nil {
		return &decodeError{pointer: at, message: err.Error()}
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
			return &decodeError{
				pointer: at + "/" + escapePointer(name),
				message: fmt.Sprintf("is no known member%s", didYouMean(name, names)),
			}
		}
		if err := inspect(m[name], field, at+"/"+escapePointer(name)); err != nil {
			return err
		}
	}
	return nil
}

func memberNames(m members) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// position is the line and the column, both from 1, of a place in data.
func position(data []byte, offset int) (line, column int) {
	before := data[:min(max(offset, 0), len(data))]
	return bytes.Count(before, []byte("\n")) + 1, len(before) - bytes.LastIndexByte(before, '\n')
}

// locate is the position of the value that a JSON pointer leads to, or of the
// nearest value around it that is there. Data must be well formed.
func locate(data []byte, pointer string) (line, column int) {
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
				key = escapePointer(key)
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
	return position(data, at)
}
