package strictjson

import (
	"bytes"
	"fmt"
	"slices"
)

// A Value is a JSON value as it stands in the text: duplicate members are kept and
// numbers are not rounded. It shares memory with the text. The zero Value stands for no
// value.
type Value struct {
	typ    Type
	lone   bool
	raw    []byte
	within *contents // nil except for objects and arrays
}

// contents holds what is in an object or an array. It is kept apart so that a Value is
// small, since there can be many.
type contents struct {
	members []Member // of an object
	items   []Value  // of an array
}

// A Member is a member of an object.
type Member struct {
	Name          string
	LoneSurrogate bool // the name has a surrogate without its other half, which reads as U+FFFD
	Duplicate     bool // an earlier member has the same name
	Value         Value
}

// Parse reads one JSON text in UTF-8. It is as strict as Validate, except that it keeps
// duplicate members in order and marks them. The error is an *Error that quotes no part
// of the text and has no pointer, because the names of members may be secret too.
func Parse(data []byte, limits Limits) (Value, error) {
	v, err := parse(data, limits)
	if err != nil {
		return Value{}, withoutText(err, limits, len(data))
	}
	return v, nil
}

func parse(data []byte, limits Limits) (v Value, err *Error) {
	if err = checkText(data); err != nil {
		return Value{}, err
	}
	err = scan(data, limits, true, func(s *scanner) (err *Error) {
		v, err = s.tree()
		return err
	})
	return v, err
}

// withoutText returns err for a text of size bytes without any part of the text.
func withoutText(err *Error, limits Limits, size int) *Error {
	blind := &Error{Kind: err.Kind}
	switch {
	case err.Kind == Empty:
		blind.Message = "empty"
	case err.Kind == InvalidUTF8:
		blind.Message = "not UTF-8"
	case err.Kind == TooDeep:
		blind.Message = fmt.Sprintf("nested deeper than %d", limits.depth())
	case err.Kind == TooManyValues:
		blind.Message = fmt.Sprintf("more than %d values", limits.Values)
	case err.offset >= size:
		blind.Message = fmt.Sprintf("not JSON: it breaks off after %d bytes", size)
	default:
		blind.Message = fmt.Sprintf("not JSON from byte %d on, of %d", err.offset+1, size)
	}
	return blind
}

// tree reads one value and everything in it.
func (s *scanner) tree() (Value, *Error) {
	switch s.decoder.PeekKind() {
	case '{':
		return s.object()
	case '[':
		return s.array()
	}
	raw, err := s.decoder.ReadValue()
	if err != nil {
		return Value{}, s.malformed(err)
	}
	if err := s.count(raw.Kind()); err != nil {
		return Value{}, err
	}
	v := Value{typ: TypeOf(raw), raw: s.since(s.offset() - len(raw))}
	v.lone = v.typ == TypeString && bytes.IndexByte(raw, '\\') >= 0 && hasLoneSurrogate(raw)
	return v, nil
}

// since returns the data from start to the end of the last token.
func (s *scanner) since(start int) []byte { return s.data[start:s.offset():s.offset()] }

// few is the number of names up to which they are compared one by one, without a map.
const few = 16

func (s *scanner) object() (Value, *Error) {
	start := s.nextValue()
	if err := s.token(); err != nil {
		return Value{}, err
	}
	first := len(s.openMembers) // of this object
	var seen map[string]bool    // the names so far, once there are more than a few
	for s.decoder.PeekKind() != '}' {
		raw, err := s.decoder.ReadValue()
		if err != nil {
			return Value{}, s.malformed(err)
		}
		m := Member{}
		m.Name, m.LoneSurrogate = unquote(raw)
		before := s.openMembers[first:]
		if seen == nil && len(before) == few {
			seen = make(map[string]bool, 2*few)
			for i := range before {
				seen[before[i].Name] = true
			}
		}
		if seen == nil {
			m.Duplicate = slices.ContainsFunc(before, func(other Member) bool { return other.Name == m.Name })
		} else {
			m.Duplicate = seen[m.Name]
			seen[m.Name] = true
		}
		value, refused := s.tree()
		if refused != nil {
			return Value{}, refused
		}
		m.Value = value
		s.openMembers = append(s.openMembers, m)
	}
	if err := s.token(); err != nil {
		return Value{}, err
	}
	return Value{typ: TypeObject, raw: s.since(start), within: &contents{members: pop(&s.openMembers, first)}}, nil
}

func (s *scanner) array() (Value, *Error) {
	start := s.nextValue()
	if err := s.token(); err != nil {
		return Value{}, err
	}
	first := len(s.openItems) // of this array
	for s.decoder.PeekKind() != ']' {
		item, err := s.tree()
		if err != nil {
			return Value{}, err
		}
		s.openItems = append(s.openItems, item)
	}
	if err := s.token(); err != nil {
		return Value{}, err
	}
	return Value{typ: TypeArray, raw: s.since(start), within: &contents{items: pop(&s.openItems, first)}}, nil
}

// pop takes what a stack has from first on. It returns nil if that is nothing, and
// otherwise a slice that is as large as it has to be.
func pop[T any](stack *[]T, first int) []T {
	top := (*stack)[first:]
	*stack = (*stack)[:first]
	if len(top) == 0 {
		return nil
	}
	taken := slices.Clone(top)
	clear(top) // the stack outlives the text
	return taken
}

// Type returns the JSON type of the value.
func (v *Value) Type() Type { return v.typ }

// Raw returns the text of the value as sent, without white space around it.
func (v *Value) Raw() []byte { return v.raw }

// Members returns the members of an object in the order of the text, duplicates
// included. It returns nil for other values.
func (v *Value) Members() []Member {
	if v.within == nil {
		return nil
	}
	return v.within.members
}

// Items returns the items of an array. It returns nil for other values.
func (v *Value) Items() []Value {
	if v.within == nil {
		return nil
	}
	return v.within.items
}

// Member returns the value of the member called name: the last one if there are
// several, and nil if there is none or v is nil.
func (v *Value) Member(name string) *Value {
	if v == nil || v.within == nil {
		return nil
	}
	for i := len(v.within.members) - 1; i >= 0; i-- {
		if v.within.members[i].Name == name {
			return &v.within.members[i].Value
		}
	}
	return nil
}

// Text returns what a string stands for, and "" for other values.
func (v *Value) Text() string {
	if v.typ != TypeString {
		return ""
	}
	return Text(v.raw)
}

// LoneSurrogate reports whether the value is a string with an escaped surrogate
// without its other half.
func (v *Value) LoneSurrogate() bool { return v.lone }

// Number returns the exact value of a number, and zero for other values.
func (v *Value) Number() Number {
	if v.typ != TypeNumber {
		return Number{}
	}
	return parseNumber(string(v.raw))
}

// Bool reports whether the value is true.
func (v *Value) Bool() bool { return v.typ == TypeBoolean && v.raw[0] == 't' }
