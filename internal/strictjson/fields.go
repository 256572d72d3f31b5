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

func (d *decoder) object(v *Value, to reflect.Value) *Error {
	f := d.fieldsOf(to.Type())
	for i := range v.within.members {
		m := &v.within.members[i]
		index, ok := f.index[m.Name]
		if !ok {
			hint := "; want an empty object"
			if len(f.names) > 0 {
				hint = suggest.Hint(m.Name, f.names)
			}
			d.path = append(d.path, step{name: m.Name})
			return d.refuse(UnknownMember, "is not a known member%s", hint)
		}
		if err := d.below(step{name: m.Name}, &m.Value, to.FieldByIndex(index)); err != nil {
			return err
		}
	}
	return nil
}
