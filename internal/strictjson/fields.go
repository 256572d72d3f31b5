package strictjson

import (
	"reflect"
	"strings"

	"github.com/mockgates/mockgates/internal/suggest"
)

// fields are the members that a struct can have.
type fields struct {
	names []string         // in the order of the struct
	index map[string][]int // of each, for reflect.Value.FieldByIndex
}

func (d *decoder) fieldsOf(t reflect.Type) fields {
	if f, ok := d.fields[t]; ok {
		return f
	}
	f := fields{index: make(map[string][]int)}
	for _, field := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous || !field.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = field.Name
		}
		earlier, known := f.index[name]
		if !known {
			f.names = append(f.names, name)
		}
		if !known || len(field.Index) < len(earlier) { // the field that is embedded less deep wins
			f.index[name] = field.Index
		}
	}
	d.fields[t] = f
	return f
}

func (d *decoder) object(v *Value, to reflect.Value, at string) *Error {
	f := d.fieldsOf(to.Type())
	for i := range v.members {
		m := &v.members[i]
		pointer := at + "/" + EscapePointer(m.Name)
		index, ok := f.index[m.Name]
		if !ok {
			return refuse(UnknownMember, pointer, "is not a known member%s", suggest.Hint(m.Name, f.names))
		}
		if err := d.value(&m.Value, fieldByIndex(to, index), pointer); err != nil {
			return err
		}
	}
	return nil
}

// fieldByIndex is reflect.Value.FieldByIndex that makes the embedded structs
// which are nil.
func fieldByIndex(v reflect.Value, index []int) reflect.Value {
	for i, x := range index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(x)
	}
	return v
}
