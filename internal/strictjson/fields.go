package strictjson

import (
	"bytes"
	"reflect"
	"strings"

	"github.com/mockgates/mockgates/internal/suggest"
)

// A fields holds the members that a struct can have.
type fields struct {
	names []string         // in the order of the struct
	index map[string]field // by name
}

// A field is a member of a struct.
type field struct {
	name  string
	index []int // for reflect.Value.FieldByIndex
}

func fieldsOf(t reflect.Type) fields {
	f := fields{index: make(map[string]field)}
	for _, at := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(at.Tag.Get("json"), ",")
		if at.Anonymous || !at.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = at.Name
		}
		earlier, known := f.index[name]
		if !known {
			f.names = append(f.names, name)
		}
		if !known || len(at.Index) < len(earlier.index) { // the field that is embedded less deeply wins
			f.index[name] = field{name, at.Index}
		}
	}
	return f
}

func (d *decoder) object(f *fields, to reflect.Value) *Error {
	if err := d.s.token(); err != nil {
		return err
	}
	for d.s.decoder.PeekKind() != '}' {
		raw, err := d.raw()
		if err != nil {
			return err
		}
		member, ok := f.member(raw)
		if !ok {
			name, hint := Text(raw), "; want an empty object"
			if len(f.names) > 0 {
				hint = suggest.Hint(name, f.names)
			}
			d.path = append(d.path, step{name: name})
			return d.refuse(UnknownMember, "is not a known member%s", hint)
		}
		if err := d.below(step{name: member.name}, to.FieldByIndex(member.index)); err != nil {
			return err
		}
	}
	return d.s.token()
}

// member returns the field with a name, which is a JSON string.
func (f *fields) member(raw []byte) (field, bool) {
	if bytes.IndexByte(raw, '\\') >= 0 {
		at, ok := f.index[Text(raw)]
		return at, ok
	}
	at, ok := f.index[string(raw[1:len(raw)-1])] // without an allocation
	return at, ok
}
