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
// Maps have strings for keys. The option string of a field's tag is not
// supported, nor is a tag on an embedded struct.
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
	if err := d.value(&tree, fresh, ""); err != nil {
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
}

func refuse(kind Kind, at, format string, args ...any) *Error {
	return &Error{Kind: kind, Pointer: at, Message: fmt.Sprintf(format, args...)}
}

// value decodes v, which the pointer at leads to, into a settable value.
func (d *decoder) value(v *Value, to reflect.Value, at string) *Error {
	t := to.Type()
	if t.Kind() == reflect.Pointer {
		return d.pointer(v, to, at)
	}
	if p := reflect.PointerTo(t); p.Implements(jsonUnmarshaler) || p.Implements(textUnmarshaler) {
		return custom(v, to, at)
	}
	wanted := typeFor(t)
	if wanted == 0 {
		return opaque(v, to, at)
	}
	if v.typ != wanted {
		return refuse(WrongType, at, "must be %s, not %s", wanted.WithArticle(), v.typ.WithArticle())
	}
	switch t.Kind() {
	case reflect.Struct:
		return d.object(v, to, at)
	case reflect.Map:
		return d.mapping(v, to, at)
	case reflect.Slice:
		list := reflect.MakeSlice(t, len(v.items), len(v.items))
		to.Set(list)
		return d.items(v, list, at)
	case reflect.Array:
		if len(v.items) != to.Len() {
			return refuse(InvalidValue, at, "must have %d items, not %d", to.Len(), len(v.items))
		}
		return d.items(v, to, at)
	}
	return scalar(v, to, at)
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

func (d *decoder) pointer(v *Value, to reflect.Value, at string) *Error {
	if v.typ == TypeNull {
		to.SetZero()
		return nil
	}
	fresh := reflect.New(to.Type().Elem())
	if !to.IsNil() {
		fresh.Elem().Set(to.Elem())
	}
	to.Set(fresh)
	return d.value(v, fresh.Elem(), at)
}

// custom decodes a value whose type decodes itself.
func custom(v *Value, to reflect.Value, at string) *Error {
	if v.typ == TypeNull && to.Type() != rawMessage {
		return refuse(WrongType, at, "must not be null; leave it out")
	}
	err := json.Unmarshal(v.raw, to.Addr().Interface())
	if err == nil {
		return nil
	}
	if to.Type() == timeType {
		return refuse(InvalidValue, at, "must be an RFC 3339 time such as 2029-11-30T23:59:59Z, not %s", quote(v.raw))
	}
	if inner, ok := errors.AsType[*Error](err); ok {
		return &Error{Kind: inner.Kind, Pointer: at + inner.Pointer, Message: inner.Message}
	}
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return refuse(WrongType, at, "must not be %s", v.typ.WithArticle())
	}
	return refuse(InvalidValue, at, "%s", strings.TrimPrefix(err.Error(), "json: "))
}

// opaque leaves a value to encoding/json.
func opaque(v *Value, to reflect.Value, at string) *Error {
	err := json.Unmarshal(v.raw, to.Addr().Interface())
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && strings.HasPrefix(wrong.Value, "number ") {
		return refuse(InvalidValue, at, "must not have %s", wrong.Value)
	}
	if err != nil {
		return refuse(InvalidValue, at, "%s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

func scalar(v *Value, to reflect.Value, at string) *Error {
	if json.Unmarshal(v.raw, to.Addr().Interface()) == nil {
		return nil
	}
	switch kind := to.Kind(); {
	case v.typ != TypeNumber:
		return refuse(InvalidValue, at, "must be a string that %s can hold, not %s", to.Type(), quote(v.raw))
	case kind == reflect.Float64:
		return refuse(InvalidValue, at, "must be a number that a double can hold, not %s", quote(v.raw))
	case kind == reflect.Float32:
		return refuse(InvalidValue, at, "must be a number that a float32 can hold, not %s", quote(v.raw))
	default:
		return refuse(InvalidValue, at, "must be a whole number in the range of %s, not %s", kind, quote(v.raw))
	}
}

func (d *decoder) items(v *Value, to reflect.Value, at string) *Error {
	for i := range v.items {
		if err := d.value(&v.items[i], to.Index(i), at+"/"+strconv.Itoa(i)); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) mapping(v *Value, to reflect.Value, at string) *Error {
	t := to.Type()
	m := reflect.MakeMapWithSize(t, to.Len()+len(v.members))
	for entry := to.MapRange(); entry.Next(); {
		m.SetMapIndex(entry.Key(), entry.Value())
	}
	for i := range v.members {
		name := v.members[i].Name
		value := reflect.New(t.Elem()).Elem()
		if err := d.value(&v.members[i].Value, value, at+"/"+EscapePointer(name)); err != nil {
			return err
		}
		m.SetMapIndex(reflect.ValueOf(name).Convert(t.Key()), value)
	}
	to.Set(m)
	return nil
}
