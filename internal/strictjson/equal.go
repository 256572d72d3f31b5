package strictjson

import "bytes"

// Equal reports whether two JSON texts have the same value. The order of members
// does not count, numbers are compared exactly, and the last of members with the
// same name counts. It reports false if either text is not JSON.
func Equal(a, b []byte) bool {
	v, err := parse(a, Limits{})
	if err != nil {
		return false
	}
	w, err := parse(b, Limits{})
	return err == nil && v.Equal(&w)
}

// Equal reports whether two values are the same, as the function Equal does for texts.
func (v *Value) Equal(w *Value) bool {
	if v.typ != w.typ {
		return false
	}
	switch v.typ {
	case TypeNumber:
		return bytes.Equal(v.raw, w.raw) || v.Number() == w.Number()
	case TypeString:
		return bytes.Equal(v.raw, w.raw) || v.Text() == w.Text()
	case TypeArray:
		return equalItems(v.within.items, w.within.items)
	case TypeObject:
		return equalMembers(v.within.members, w.within.members)
	}
	return bytes.Equal(v.raw, w.raw)
}

func equalItems(a, b []Value) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !a[i].Equal(&b[i]) {
			return false
		}
	}
	return true
}

func equalMembers(a, b []Member) bool {
	last := make(map[string]*Value, len(a))
	for i := range a {
		last[a[i].Name] = &a[i].Value
	}
	others := make(map[string]*Value, len(b))
	for i := range b {
		others[b[i].Name] = &b[i].Value
	}
	if len(last) != len(others) {
		return false
	}
	for name, v := range last {
		w := others[name]
		if w == nil || !v.Equal(w) {
			return false
		}
	}
	return true
}
