package apispec

import (
	"bytes"
	"encoding/json"
	"strings"
)

// The constraints of a response schema that Break can break.
const (
	breakMissing  = "missing"   // a required member is left out
	breakNull     = "null"      // null where it is not allowed
	breakType     = "type"      // a value of another JSON type
	breakFormat   = "format"    // a string that does not have the format
	breakConst    = "const"     // another value than the one it always has
	breakMaxItems = "max-items" // one item more than the maximum
)

// wholeBody stands for the pointer to the body itself, which would be empty.
const wholeBody = "body"

// A Place is a constraint on one value of a response.
type Place struct {
	pointer    string // JSON pointer to the value, "" for the body; "0" stands for the items of an array
	constraint string
	schema     schema
}

// String is POINTER:CONSTRAINT, where "body" is the pointer to the body itself.
func (p Place) String() string { return p.value() + ":" + p.constraint }

// value is the JSON pointer, or "body".
func (p Place) value() string {
	if p.pointer == "" {
		return wholeBody
	}
	return p.pointer
}

// path returns the names in the pointer. No name in a schema needs escaping in a
// JSON pointer.
func (p Place) path() []string { return strings.Split(p.pointer, "/")[1:] }

// matches reports whether at names the place, or the value that it constrains.
func (p Place) matches(at string) bool {
	rest, ok := strings.CutPrefix(at, p.value())
	return ok && (rest == "" || rest == ":"+p.constraint)
}

// Places returns the places in an operation's response with a status: all of
// them if at is "", those of one value if at is its JSON pointer, and one if at is
// POINTER:CONSTRAINT. They are in the order of the members in the response. It
// returns none for a status that is neither the operation's success nor 400 to
// 599.
func Places(operation string, status int, at string) []Place {
	root, ok := responseSchema(operation, status)
	if !ok {
		return nil
	}
	var list []Place
	for _, p := range root.places("") {
		if at == "" || p.matches(at) {
			list = append(list, p)
		}
	}
	return list
}

// places returns the places of a schema at a pointer and of all below it.
func (s schema) places(pointer string) []Place {
	var list []Place
	add := func(constraint string, exists bool) {
		if exists {
			list = append(list, Place{pointer, constraint, s})
		}
	}
	add(breakMissing, s.name != "" && !s.optional)
	add(breakNull, !s.nullable)
	add(breakType, true)
	add(breakFormat, s.format != "")
	add(breakConst, s.always)
	add(breakMaxItems, s.maxItems > 0)
	for _, m := range s.members {
		list = append(list, m.places(pointer+"/"+m.name)...)
	}
	if s.items != nil {
		item := *s.items
		item.name = ""
		list = append(list, item.places(pointer+"/0")...)
	}
	return list
}

// Break breaks the response body data at one of the places that at selects, as in
// Places. Of those present in the body it picks number turn, counting from 0 and
// starting over after the last. It returns the broken body and the place, and
// false if the body has no such place.
func Break(operation string, status int, data []byte, at string, turn int) (broken []byte, place string, ok bool) {
	var present []Place
	for _, p := range Places(operation, status, at) {
		if body, err := decode(data); err == nil {
			if _, found := p.breakIn(body, p.path()); found {
				present = append(present, p)
			}
		}
	}
	if len(present) == 0 {
		return nil, "", false
	}
	p := present[turn%len(present)]
	body, err := decode(data)
	if err != nil {
		return nil, "", false
	}
	body, _ = p.breakIn(body, p.path())
	broken, err = json.Marshal(body)
	return broken, p.String(), err == nil
}

// decode decodes any JSON value and keeps its numbers as they are written.
func decode(data []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

// breakIn breaks the place in v, which it may modify, and returns the result. The
// path leads from v to the value. It returns false if v has no such place.
func (p Place) breakIn(v any, path []string) (broken any, ok bool) {
	if len(path) == 0 {
		return p.brokenValue(v)
	}
	switch at := v.(type) {
	case map[string]any:
		name := path[0]
		child, found := at[name]
		switch {
		case found && len(path) == 1 && p.constraint == breakMissing:
			delete(at, name)
			return at, true
		case !found && (len(path) > 1 || !p.schema.optional):
			return v, false
		}
		at[name], ok = p.breakIn(child, path[1:])
		return at, ok
	case []any:
		if len(at) > 0 {
			at[0], ok = p.breakIn(at[0], path[1:])
		}
		return at, ok
	}
	return v, false
}

// brokenValue returns the replacement for v at the place.
func (p Place) brokenValue(v any) (any, bool) {
	switch p.constraint {
	case breakNull:
		return nil, true
	case breakType:
		return wrongType(p.schema.kind), true
	case breakFormat:
		return "the day after tomorrow", true
	case breakConst:
		return false, true
	case breakMaxItems:
		items, _ := v.([]any)
		if len(items) == 0 {
			return v, false // nothing to repeat
		}
		for len(items) <= p.schema.maxItems {
			items = append(items, items[0])
		}
		return items, true
	}
	return v, false
}

// wrongType returns a value of another JSON type: an integer for a string, an
// array for an object, an object for an array, and a string for anything else.
func wrongType(kind string) any {
	switch kind {
	case aString:
		return 7
	case anObject:
		return []any{}
	case anArray:
		return map[string]any{}
	}
	return "7"
}
