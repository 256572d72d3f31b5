package strictjson

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Unmarshal decodes data into the value that v points to, as json.Unmarshal does. It
// refuses what json.Unmarshal passes over: a member that a struct does not have with
// exactly this spelling; a duplicate member; null for anything but a pointer or an
// interface; and an array with another number of items than the Go array. On error it
// leaves the value as it was, and the error is an *Error with the pointer, the line and
// the column of the value.
//
// The maps, slices and pointers in v are replaced and not written through. A type with
// a method UnmarshalJSON or UnmarshalText decodes itself; if it returns an *Error, the
// pointer in that error begins at its own value. Maps should have strings for keys.
// The option string of a field's tag, a tag on an embedded struct, and an embedded
// pointer are not supported.
func Unmarshal(data []byte, v any) error {
	to, fresh, err := destination(v)
	if err != nil {
		return err
	}
	if err := check(data, Limits{}, (*scanner).value); err != nil {
		return err
	}
	d := decoder{plans: make(map[reflect.Type]*plan)}
	refused := scan(data, Limits{}, true, func(s *scanner) *Error {
		d.s = s
		return d.value(fresh)
	})
	if refused != nil {
		refused.Line, refused.Column = Locate(data, refused.Pointer)
		return refused
	}
	to.Set(fresh)
	return nil
}

// destination returns the value that v points to, and a copy of it to decode into.
func destination(v any) (to, fresh reflect.Value, err error) {
	pointer := reflect.ValueOf(v)
	if pointer.Kind() != reflect.Pointer || pointer.IsNil() {
		return to, fresh, &json.InvalidUnmarshalError{Type: reflect.TypeOf(v)}
	}
	to = pointer.Elem()
	fresh = reflect.New(to.Type()).Elem()
	fresh.Set(to)
	return to, fresh, nil
}

var (
	jsonUnmarshaler = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
	rawMessage      = reflect.TypeFor[json.RawMessage]()
	timeType        = reflect.TypeFor[time.Time]()
	numberType      = reflect.TypeFor[json.Number]()
)

// A decoder decodes the values of one text as the scanner reads them. The text is known
// to be valid.
type decoder struct {
	s     *scanner
	plans map[reflect.Type]*plan // of the types so far
	path  []step                 // to the value being decoded
}

// A plan says how values of a type are decoded.
type plan struct {
	json, text bool   // the type decodes itself, by UnmarshalJSON or UnmarshalText
	wanted     Type   // 0 for a type that is left to encoding/json
	fields     fields // of a struct
}

func (d *decoder) planOf(t reflect.Type) *plan {
	if p, ok := d.plans[t]; ok {
		return p
	}
	pointer := reflect.PointerTo(t)
	p := &plan{json: pointer.Implements(jsonUnmarshaler), text: pointer.Implements(textUnmarshaler), wanted: typeFor(t)}
	if t.Kind() == reflect.Struct && !p.json && !p.text {
		p.fields = fieldsOf(t)
	}
	d.plans[t] = p
	return p
}

// A step leads to a member of an object or to an item of an array.
type step struct {
	name   string
	index  int
	isItem bool
}

// refuse returns an error for the value being decoded.
func (d *decoder) refuse(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Pointer: d.pointer(), Message: fmt.Sprintf(format, args...)}
}

// pointer returns the JSON pointer to the value being decoded. It is made only for an
// error: with long names and many items it costs more than the decoding.
func (d *decoder) pointer() string {
	var b strings.Builder
	for _, s := range d.path {
		b.WriteByte('/')
		if s.isItem {
			b.WriteString(strconv.Itoa(s.index))
		} else {
			b.WriteString(EscapePointer(s.name))
		}
	}
	return b.String()
}

// below decodes the value that a step leads to.
func (d *decoder) below(s step, to reflect.Value) *Error {
	d.path = append(d.path, s)
	err := d.value(to)
	d.path = d.path[:len(d.path)-1]
	return err
}

// next returns the type of the next value.
func (d *decoder) next() Type {
	kind := d.s.decoder.PeekKind()
	return TypeOf([]byte{byte(kind)})
}

// raw reads the next value as a whole.
func (d *decoder) raw() ([]byte, *Error) {
	raw, err := d.s.decoder.ReadValue()
	if err != nil {
		return nil, d.s.malformed(err)
	}
	if d.s.reads {
		return raw, nil // valid until something else is read
	}
	return d.s.since(d.s.offset() - len(raw)), nil
}

// value decodes the next value into a settable value.
func (d *decoder) value(to reflect.Value) *Error {
	t := to.Type()
	if t.Kind() == reflect.Pointer {
		return d.indirect(to)
	}
	p := d.planOf(t)
	if p.json || p.text {
		return d.custom(p, to)
	}
	if p.wanted == 0 {
		return d.opaque(to)
	}
	if got := d.next(); got != p.wanted {
		return d.refuse(WrongType, "must be %s, not %s", p.wanted.WithArticle(), got.WithArticle())
	}
	switch kind := t.Kind(); {
	case kind == reflect.Struct:
		return d.object(&p.fields, to)
	case kind == reflect.Map:
		return d.mapping(to)
	case p.wanted == TypeArray && kind == reflect.Slice:
		return d.slice(to)
	case p.wanted == TypeArray:
		return d.array(to)
	}
	return d.scalar(to)
}

// typeFor returns the JSON type from which this package decodes a Go type, and 0 for a
// type that is left to encoding/json.
func typeFor(t reflect.Type) Type {
	switch t.Kind() {
	case reflect.Struct:
		return TypeObject
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			return TypeObject
		}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return TypeString // in base64
		}
		return TypeArray
	case reflect.Array:
		return TypeArray
	case reflect.String:
		return TypeString
	case reflect.Bool:
		return TypeBoolean
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64:
		return TypeNumber
	}
	return 0
}

func (d *decoder) indirect(to reflect.Value) *Error {
	if d.next() == TypeNull {
		to.SetZero()
		return d.s.token()
	}
	fresh := reflect.New(to.Type().Elem())
	if !to.IsNil() {
		fresh.Elem().Set(to.Elem())
	}
	to.Set(fresh)
	return d.value(fresh.Elem())
}

// custom decodes a value whose type decodes itself.
func (d *decoder) custom(p *plan, to reflect.Value) *Error {
	raw, failed := d.raw()
	if failed != nil {
		return failed
	}
	typ := TypeOf(raw)
	if typ == TypeNull && to.Type() != rawMessage {
		return d.refuse(WrongType, "must not be null; leave it out")
	}
	if to.Kind() == reflect.Slice {
		to.SetZero() // json.RawMessage would write into the old one
	}
	var err error
	switch self := to.Addr().Interface().(type) {
	case json.Unmarshaler:
		err = self.UnmarshalJSON(raw)
	case encoding.TextUnmarshaler:
		if typ != TypeString {
			return d.refuse(WrongType, "must not be %s", typ.WithArticle())
		}
		err = self.UnmarshalText([]byte(Text(raw)))
	}
	if err == nil {
		return nil
	}
	if to.Type() == timeType {
		return d.refuse(InvalidValue, "must be an RFC 3339 time such as 2029-11-30T23:59:59Z, not %s", quote(raw))
	}
	if inner, ok := errors.AsType[*Error](err); ok {
		return &Error{Kind: inner.Kind, Pointer: d.pointer() + inner.Pointer, Message: inner.Message}
	}
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return d.refuse(WrongType, "must not be %s", typ.WithArticle())
	}
	return d.refuse(InvalidValue, "%s", strings.TrimPrefix(err.Error(), "json: "))
}

// opaque leaves a value to encoding/json. It clears it first, so that nothing is
// written through.
func (d *decoder) opaque(to reflect.Value) *Error {
	raw, failed := d.raw()
	if failed != nil {
		return failed
	}
	to.SetZero()
	err := json.Unmarshal(raw, to.Addr().Interface())
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && strings.HasPrefix(wrong.Value, "number ") {
		return d.refuse(InvalidValue, "must not have %s", wrong.Value)
	}
	if err != nil {
		return d.refuse(InvalidValue, "%s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

func (d *decoder) scalar(to reflect.Value) *Error {
	raw, failed := d.raw()
	if failed != nil {
		return failed
	}
	if setScalar(to, raw) || json.Unmarshal(raw, to.Addr().Interface()) == nil {
		return nil
	}
	switch kind := to.Kind(); {
	case TypeOf(raw) != TypeNumber:
		return d.refuse(InvalidValue, "must be a string that a %s can hold, not %s", to.Type(), quote(raw))
	case kind == reflect.Float64:
		return d.refuse(InvalidValue, "must be a number that a double can hold, not %s", quote(raw))
	case kind == reflect.Float32:
		return d.refuse(InvalidValue, "must be a number that a float32 can hold, not %s", quote(raw))
	default:
		return d.refuse(InvalidValue, "must be a whole number in the range of %s, not %s", kind, quote(raw))
	}
}

// setScalar sets a value of one of the usual types, and reports whether it did. The
// other types are left to encoding/json.
func setScalar(to reflect.Value, raw []byte) bool {
	switch to.Kind() {
	case reflect.String:
		if to.Type() == numberType {
			return false
		}
		to.SetString(Text(raw))
		return true
	case reflect.Bool:
		to.SetBool(raw[0] == 't')
		return true
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(string(raw), 10, 64)
		if err != nil || to.OverflowInt(n) {
			return false
		}
		to.SetInt(n)
		return true
	case reflect.Float64:
		n, err := strconv.ParseFloat(string(raw), 64)
		if err != nil {
			return false
		}
		to.SetFloat(n)
		return true
	}
	return false
}

// slice decodes an array of any length.
func (d *decoder) slice(to reflect.Value) *Error {
	if err := d.s.token(); err != nil {
		return err
	}
	to.Set(reflect.MakeSlice(to.Type(), 0, 0))
	for n := 0; d.s.decoder.PeekKind() != ']'; n++ {
		if n == to.Cap() {
			to.Grow(1)
		}
		to.SetLen(n + 1)
		if err := d.below(step{index: n, isItem: true}, to.Index(n)); err != nil {
			return err
		}
	}
	return d.s.token()
}

// array decodes an array of a fixed length.
func (d *decoder) array(to reflect.Value) *Error {
	if !d.s.reads { // there is the whole text to count in
		if n := d.s.items(); n != to.Len() {
			return d.refuse(InvalidValue, "must have %d items, not %d", to.Len(), n)
		}
	}
	if err := d.s.token(); err != nil {
		return err
	}
	for n := range to.Len() {
		if d.s.decoder.PeekKind() == ']' {
			return d.refuse(InvalidValue, "must have %d items, not %d", to.Len(), n)
		}
		if err := d.below(step{index: n, isItem: true}, to.Index(n)); err != nil {
			return err
		}
	}
	if d.s.decoder.PeekKind() != ']' {
		return d.refuse(InvalidValue, "must have %d items, not more", to.Len())
	}
	return d.s.token()
}

// items returns the number of items of the next array. It does not consume the array.
func (s *scanner) items() (n int) {
	_ = scan(s.data[s.nextValue():], Limits{}, true, func(ahead *scanner) *Error {
		err := ahead.token()
		for ; err == nil && ahead.decoder.PeekKind() != ']'; n++ {
			err = ahead.value()
		}
		return err
	})
	return n
}

func (d *decoder) mapping(to reflect.Value) *Error {
	if err := d.s.token(); err != nil {
		return err
	}
	t := to.Type()
	m := reflect.MakeMapWithSize(t, to.Len())
	for entry := to.MapRange(); entry.Next(); {
		m.SetMapIndex(entry.Key(), entry.Value())
	}
	for d.s.decoder.PeekKind() != '}' {
		raw, err := d.raw()
		if err != nil {
			return err
		}
		name := Text(raw)
		value := reflect.New(t.Elem()).Elem()
		if err := d.below(step{name: name}, value); err != nil {
			return err
		}
		m.SetMapIndex(reflect.ValueOf(name).Convert(t.Key()), value)
	}
	to.Set(m)
	return d.s.token()
}
