package jsonbody

import (
	"bytes"
	"errors"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/mockgates/mockgates/internal/strictjson"
)

// The limits on the bodies that are read.
const (
	MaxDepth  = 1000    // nested objects and arrays
	MaxValues = 500_000 // values in one body
)

// A Value is a JSON value as it was sent, with duplicate members and exact
// numbers.
type Value = strictjson.Value

// Parse parses one JSON text. Errors do not quote the text. With ErrRange it returns
// the value too.
func Parse(text []byte) (Value, error) {
	v, err := strictjson.Parse(text, strictjson.Limits{Depth: MaxDepth, Values: MaxValues})
	if err != nil {
		return Value{}, err
	}
	if !numbersInRange(&v) {
		return v, ErrRange
	}
	return v, nil
}

// ErrRange is the error of Parse for JSON with a number beyond the range of a double.
var ErrRange = errors.New("a number beyond the range of a double")

// IsNumber reports whether v is exactly n.
func IsNumber(v *Value, n int) bool {
	want, ok := strictjson.ParseNumber(strconv.Itoa(n))
	return ok && v.Number() == want
}

// numbersInRange reports whether every number in v is in the range of a double, since
// schemas are applied to doubles.
func numbersInRange(v *Value) bool {
	if v.Type() == strictjson.TypeNumber && infinite(v) {
		return false
	}
	items, members := v.Items(), v.Members()
	for i := range items {
		if !numbersInRange(&items[i]) {
			return false
		}
	}
	for i := range members {
		if !numbersInRange(&members[i].Value) {
			return false
		}
	}
	return true
}

// Double returns a number as a double, which is infinite if it is out of range.
func Double(v *Value) float64 {
	f, _ := strconv.ParseFloat(string(v.Raw()), 64)
	return f
}

// infinite reports whether a number is beyond the range of a double. Without an
// exponent it needs at least 309 digits for that.
func infinite(v *Value) bool {
	raw := v.Raw()
	if len(raw) < 309 && bytes.IndexByte(raw, 'e') < 0 && bytes.IndexByte(raw, 'E') < 0 {
		return false
	}
	return math.IsInf(Double(v), 0)
}

// Decoded returns v as encoding/json decodes it into an interface: numbers are
// doubles, and the last of duplicate members counts.
func Decoded(v *Value) any {
	switch v.Type() {
	case strictjson.TypeString:
		return v.Text()
	case strictjson.TypeNumber:
		return Double(v)
	case strictjson.TypeBoolean:
		return v.Bool()
	case strictjson.TypeArray:
		items := v.Items()
		list := make([]any, len(items))
		for i := range items {
			list[i] = Decoded(&items[i])
		}
		return list
	case strictjson.TypeObject:
		members := v.Members()
		object := make(map[string]any, len(members))
		for i := range members {
			object[members[i].Name] = Decoded(&members[i].Value)
		}
		return object
	}
	return nil
}

// JSONType returns the type as JSON Schema names it: a number without a fraction
// is an integer.
func JSONType(v *Value) string {
	if v.Type() == strictjson.TypeNumber && v.Number().IsInteger() {
		return "integer"
	}
	return v.Type().String()
}

// Describe says what kind of value v is, without quoting it.
func Describe(v *Value) string {
	switch v.Type() {
	case strictjson.TypeString:
		return "string of " + Count(utf8.RuneCountInString(v.Text()), "character")
	case strictjson.TypeObject:
		return "object of " + Count(len(v.Members()), "member")
	case strictjson.TypeArray:
		return "array of " + Count(len(v.Items()), "item")
	case strictjson.TypeNumber:
		if JSONType(v) == "integer" {
			return "integer"
		}
		return "number with a fraction"
	}
	return v.Type().String()
}

// Count returns "1 item", "2 items".
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
