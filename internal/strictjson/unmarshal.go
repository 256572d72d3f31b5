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

// Unmarshal decodes data into the value that v points to, as json.Unmarshal
// does, and refuses what json.Unmarshal passes over: a member that a struct
// does not have, in exactly these letters; a duplicate member; a null for
// anything but a pointer or an interface; an array that does not have as many
// items as the Go array. On error it leaves the value as it was, and the
// error is an *Error with the pointer, the line and the column of the value.
//
// The maps, slices and pointers in v are replaced and not written through. A
// type with a method UnmarshalJSON or UnmarshalText decodes itself; if it
// returns an *Error, the pointer in it is taken to begin at its own value.
// Maps should have strings for keys. The option string of a field's tag is not
// supported, nor is a tag on an embedded struct, nor an embedded pointer.
func Unmarshal(data []byte, v any) error {
	to := reflect.ValueOf(v)
	if to.Kind() != reflect.Pointer || to.IsNil() {
		return &json.InvalidUnmarshalError{Type: reflect.TypeOf(v)}
	}
	if err := check(data, Limits{}, (*scanner).value); err != nil {
		return err
	}
	tree, err := parse(data, Limits{})
	if err != nil {
		return err
	}
	fresh := reflect.New(to.Type().Elem()).Elem()
	fresh.Set(to.Elem())
	d := decoder{fields: make(map[reflect.Type]fields)}
	if err := d.value(&tree, fresh); err != nil {
		err.Line, err.Column = Locate(data, err.Pointer)
		return err
	}
	to.Elem().Set(fresh)
	return nil
}

var (
	jsonUnmarshaler = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
	rawMessage      = reflect.TypeFor[json.RawMessage]()
	timeType        = reflect.TypeFor[time.Time]()
)

// A decoder decodes the values of one text.
type decoder struct {
	fields map[reflect.Type]fields // of the structs so far
	path   []step                  // to the value being decoded
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

// pointer is the JSON pointer to the value being decoded. It is made only to
// refuse: with long names and many items it costs more than the decoding.
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

// below decodes a value that a step leads to.
func (d *decoder) below(s step, v *Value, to reflect.Value) *Error {
	d.path = append(d.path, s)
	err := d.value(v, to)
	d.path = d.path[:len(d.path)-1]
	return err
}

// value decodes v into a settable value.
func (d *decoder) value(v *Value, to reflect.Value) *Error {
	t := to.Type()
	if t.Kind() == reflect.Pointer {
		return d.indirect(v, to)
	}
	if p := reflect.PointerTo(t); p.Implements(jsonUnmarshaler) || p.Implements(textUnmarshaler) {
		return d.custom(v, to)
	}
	wanted := typeFor(t)
	if wanted == 0 {
		return d.opaque(v, to)
	}
	if v.typ != wanted {
		return d.refuse(WrongType, "must be %s, not %s", wanted.WithArticle(), v.typ.WithArticle())
	}
	switch kind := t.Kind(); {
	case wanted == TypeObject && kind == reflect.Struct:
		return d.object(v, to)
	case wanted == TypeObject:
		return d.mapping(v, to)
	case wanted == TypeArray && kind == reflect.Slice:
		list := reflect.MakeSlice(t, len(v.within.items), len(v.within.items))
		to.Set(list)
		return d.items(v, list)
	case wanted == TypeArray:
		if len(v.within.items) != to.Len() {
			return d.refuse(InvalidValue, "must have %d items, not %d", to.Len(), len(v.within.items))
		}
		return d.items(v, to)
	}
	return d.scalar(v, to)
}

// typeFor returns the JSON type that the Go type is decoded from here, and 0
// for a type that is left to encoding/json.
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

func (d *decoder) indirect(v *Value, to reflect.Value) *Error {
	if v.typ == TypeNull {
		to.SetZero()
		return nil
	}
	fresh := reflect.New(to.Type().Elem())
	if !to.IsNil() {
		fresh.Elem().Set(to.Elem())
	}
	to.Set(fresh)
	return d.value(v, fresh.Elem())
}

// custom decodes a value whose type decodes itself.
func (d *decoder) custom(v *Value, to reflect.Value) *Error {
	if v.typ == TypeNull && to.Type() != rawMessage {
		return d.refuse(WrongType, "must not be null; leave it out")
	}
	if to.Kind() == reflect.Slice {
		to.SetZero() // json.RawMessage would write into the old one
	}
	err := json.Unmarshal(v.raw, to.Addr().Interface())
	if err == nil {
		return nil
	}
	if to.Type() == timeType {
		return d.refuse(InvalidValue, "must be an RFC 3339 time such as 2029-11-30T23:59:59Z, not %s", quote(v.raw))
	}
	if inner, ok := errors.AsType[*Error](err); ok {
		return &Error{Kind: inner.Kind, Pointer: d.pointer() + inner.Pointer, Message: inner.Message}
	}
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return d.refuse(WrongType, "must not be %s", v.typ.WithArticle())
	}
	return d.refuse(InvalidValue, "%s", strings.TrimPrefix(err.Error(), "json: "))
}

// opaque leaves a value to encoding/json, with nothing to write through.
func (d *decoder) opaque(v *Value, to reflect.Value) *Error {
	to.SetZero()
	err := json.Unmarshal(v.raw, to.Addr().Interface())
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && strings.HasPrefix(wrong.Value, "number ") {
		return d.refuse(InvalidValue, "must not have %s", wrong.Value)
	}
	if err != nil {
		return d.refuse(InvalidValue, "%s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

func (d *decoder) scalar(v *Value, to reflect.Value) *Error {
	if json.Unmarshal(v.raw, to.Addr().Interface()) == nil {
		return nil
	}
	switch kind := to.Kind(); {
	case v.typ != TypeNumber:
		return d.refuse(InvalidValue, "must be a string that a %s can hold, not %s", to.Type(), quote(v.raw))
	case kind == reflect.Float64:
		return d.refuse(InvalidValue, "must be a number that a double can hold, not %s", quote(v.raw))
	case kind == reflect.Float32:
		return d.refuse(InvalidValue, "must be a number that a float32 can hold, not %s", quote(v.raw))
	default:
		return d.refuse(InvalidValue, "must be a whole number in the range of %s, not %s", kind, quote(v.raw))
	}
}

func (d *decoder) items(v *Value, to reflect.Value) *Error {
	for i := range v.within.items {
		if err := d.below(step{index: i, isItem: true}, &v.within.items[i], to.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) mapping(v *Value, to reflect.Value) *Error {
	t := to.Type()
	m := reflect.MakeMapWithSize(t, to.Len()+len(v.within.members))
	for entry := to.MapRange(); entry.Next(); {
		m.SetMapIndex(entry.Key(), entry.Value())
	}
	for i := range v.within.members {
		name := v.within.members[i].Name
		value := reflect.New(t.Elem()).Elem()
		if err := d.below(step{name: name}, &v.within.members[i].Value, value); err != nil {
			return err
		}
		m.SetMapIndex(reflect.ValueOf(name).Convert(t.Key()), value)
	}
	to.Set(m)
	return nil
}
