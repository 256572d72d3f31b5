package mockserver

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Constraints that violate can break at a place.
const (
	breakMissing  = "missing"   // a required member is left out
	breakNull     = "null"      // null where it is not allowed
	breakType     = "type"      // a value of another JSON type
	breakFormat   = "format"    // a string that is not of the format
	breakConst    = "const"     // another value than the one it always has
	breakMaxItems = "max-items" // one item more than an array may have
)

// wholeBody is how a place names the body itself.
const wholeBody = "body"

// A spot is one constraint of one value of an answer.
type spot struct {
	pointer    string // JSON pointer of the value, "" for the body; "0" is an array's first item
	constraint string
	shape      shape
}

// String is POINTER:CONSTRAINT.
func (s spot) String() string { return s.place() + ":" + s.constraint }

// place is the JSON pointer, or "body".
func (s spot) place() string {
	if s.pointer == "" {
		return wholeBody
	}
	return s.pointer
}

// path is the names in the pointer. No name of a shape has a character that a
// pointer would escape.
func (s spot) path() []string { return strings.Split(s.pointer, "/")[1:] }

// is reports whether at names the spot, or the value that it is of.
func (s spot) is(at string) bool {
	rest, ok := strings.CutPrefix(at, s.place())
	return ok && (rest == "" || rest == ":"+s.constraint)
}

// Places returns every place where the effect violate can break an operation's
// answer of a status, in the order in which it does so in turn.
//
// A place is POINTER:CONSTRAINT. The pointer is a JSON pointer, or "body" for
// the body itself; items of an array are shown by the first. The constraints
// are those of the response schema: missing, null, type, format, const and
// max-items. There is no place in the answer of an unknown operation, nor of a
// status that is neither its success nor an error.
func Places(operation string, status int) []string {
	var names []string
	for _, s := range placesAt(operation, status, "") {
		names = append(names, s.String())
	}
	return names
}

// placesAt returns the spots that at means: the one it names, those at the
// value it points to, or all for "".
func placesAt(operation string, status int, at string) []spot {
	root, ok := shapeOf(operation, status)
	if !ok {
		return nil
	}
	var list []spot
	for _, s := range root.spots("") {
		if at == "" || s.is(at) {
			list = append(list, s)
		}
	}
	return list
}

// spots returns the spots of a shape at a pointer, and of all below it.
func (s shape) spots(pointer string) []spot {
	var list []spot
	add := func(constraint string, there bool) {
		if there {
			list = append(list, spot{pointer, constraint, s})
		}
	}
	add(breakMissing, s.name != "" && !s.optional)
	add(breakNull, !s.nullable)
	add(breakType, true)
	add(breakFormat, s.format != "")
	add(breakConst, s.always)
	add(breakMaxItems, s.most > 0)
	for _, m := range s.members {
		list = append(list, m.spots(pointer+"/"+m.name)...)
	}
	if s.items != nil {
		item := *s.items
		item.name = ""
		list = append(list, item.spots(pointer+"/0")...)
	}
	return list
}

// violate breaks an answer at the place that at means, or at the turn-th of
// them, round and round. It returns the broken body and the place; not ok if
// the answer has no such place.
func violate(operation string, status int, data []byte, at string, turn int) (broken []byte, place string, ok bool) {
	var spots []spot
	for _, s := range placesAt(operation, status, at) {
		if body, err := decode(data); err == nil {
			if _, there := s.breakIn(body, s.path()); there {
				spots = append(spots, s)
			}
		}
	}
	if len(spots) == 0 {
		return nil, "", false
	}
	s := spots[turn%len(spots)]
	body, err := decode(data)
	if err != nil {
		return nil, "", false
	}
	body, _ = s.breakIn(body, s.path())
	broken, err = json.Marshal(body)
	return broken, s.String(), err == nil
}

// decode reads any JSON value, and keeps the digits of its numbers.
func decode(data []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

// breakIn breaks the spot in v, which it may change, and returns what v has
// become. The path is what is left of the spot's. Not ok if v has no such spot.
func (s spot) breakIn(v any, path []string) (broken any, ok bool) {
	if len(path) == 0 {
		return s.broken(v)
	}
	switch at := v.(type) {
	case map[string]any:
		name := path[0]
		child, there := at[name]
		switch {
		case there && len(path) == 1 && s.constraint == breakMissing:
			delete(at, name)
			return at, true
		case !there && (len(path) > 1 || !s.shape.optional):
			return v, false
		}
		at[name], ok = s.breakIn(child, path[1:])
		return at, ok
	case []any:
		if len(at) > 0 {
			at[0], ok = s.breakIn(at[0], path[1:])
		}
		return at, ok
	}
	return v, false
}

// broken is what stands in place of v, where the spot is.
func (s spot) broken(v any) (any, bool) {
	switch s.constraint {
	case breakNull:
		return nil, true
	case breakType:
		return wrongType(s.shape.kind), true
	case breakFormat:
		return "the day after tomorrow", true
	case breakConst:
		return false, true
	case breakMaxItems:
		items, _ := v.([]any)
		if len(items) == 0 {
			return v, false // nothing to repeat
		}
		for len(items) <= s.shape.most {
			items = append(items, items[0])
		}
		return items, true
	}
	return v, false
}

// wrongType is a value of another JSON type, which an integer is for a string
// and an empty container for another.
func wrongType(kind string) any {
	switch kind {
	case aString:
		return 7
	case anObject:
		return []any{}
	case anArray:
		return map[string]any{}
	}
	return "7" // for a number or a boolean
}
