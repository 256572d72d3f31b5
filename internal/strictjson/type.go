package strictjson

import "bytes"

// space holds the white space of JSON.
const space = " \t\r\n"

// A Type is one of the six types of JSON values. The zero Type means that there is no
// value.
type Type uint8

// The types of JSON values.
const (
	TypeNull Type = iota + 1
	TypeBoolean
	TypeNumber
	TypeString
	TypeArray
	TypeObject
)

// TypeOf returns the type of the JSON value in raw, which must be valid or
// empty.
func TypeOf(raw []byte) Type {
	raw = bytes.TrimLeft(raw, space)
	if len(raw) == 0 {
		return 0
	}
	switch raw[0] {
	case 'n':
		return TypeNull
	case 't', 'f':
		return TypeBoolean
	case '"':
		return TypeString
	case '[':
		return TypeArray
	case '{':
		return TypeObject
	}
	return TypeNumber
}

// String returns the name of the type in JSON Schema, such as "object".
func (t Type) String() string {
	switch t {
	case TypeNull:
		return "null"
	case TypeBoolean:
		return "boolean"
	case TypeNumber:
		return "number"
	case TypeString:
		return "string"
	case TypeArray:
		return "array"
	case TypeObject:
		return "object"
	}
	return "nothing"
}

// WithArticle returns the type as it stands in a sentence: "an object", "a number",
// "null".
func (t Type) WithArticle() string {
	switch t {
	case TypeObject, TypeArray:
		return "an " + t.String()
	case TypeBoolean, TypeNumber, TypeString:
		return "a " + t.String()
	}
	return t.String()
}
