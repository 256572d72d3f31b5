package contract

import (
	"errors"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/mockgates/mockgates/internal/strictjson"
)

// The limits on what Check reads. A body beyond one of them gets a finding.
const (
	MaxRequestBody  = 1 << 20  // bytes of a request body
	MaxResponseBody = 16 << 20 // bytes of a response body
	maxDepth        = 1000     // nested objects and arrays
	maxValues       = 500_000  // values in one body
)

// A value is a JSON value as it was sent, with duplicate members and exact
// numbers.
type value = strictjson.Value

// parseJSON parses one JSON text. Errors do not quote the text.
func parseJSON(text []byte) (value, error) {
	v, err := strictjson.Parse(text, strictjson.Limits{Depth: maxDepth, Values: maxValues})
	if err != nil {
		return value{}, err
	}
	if !numbersInRange(&v) {
		return v, errRange
	}
	return v, nil
}

// errRange is the error of parseJSON for a text that is JSON, and that the
// library cannot decode.
var errRange = errors.New("a number beyond the range of a double")

// mayConform reports whether a response body that parseJSON refuses may conform
// all the same: it is nested deeper than Check reads, or it has a number beyond
// the range of a double only where the schema allows anything.
func mayConform(err error, body *value, s *schema) bool {
	if errors.Is(err, errRange) {
		return !declaresInfinite(body, s)
	}
	refused, ok := errors.AsType[*strictjson.Error](err)
	return ok && refused.Kind == strictjson.TooDeep
}

// declaresInfinite reports whether a number beyond the range of a double is at a
// place with a schema.
func declaresInfinite(v *value, s *schema) bool {
	if s == nil || len(s.types) == 0 && len(s.props) == 0 && s.items == nil && s.extra == nil {
		return false
	}
	if v.Type() == strictjson.TypeNumber {
		return math.IsInf(double(v), 0)
	}
	items, members := v.Items(), v.Members()
	for i := range items {
		if declaresInfinite(&items[i], s.items) {
			return true
		}
	}
	for i := range members {
		below := s.extra
		if p := s.prop(members[i].Name); p != nil {
			below = p.schema
		}
		if declaresInfinite(&members[i].Value, below) {
			return true
		}
	}
	return false
}

// isNumber reports whether v is exactly n.
func isNumber(v *value, n int) bool {
	want, ok := strictjson.ParseNumber(strconv.Itoa(n))
	return ok && v.Number() == want
}

// numbersInRange reports whether every number in v is in the range of a double.
// The library decodes numbers as doubles.
func numbersInRange(v *value) bool {
	if v.Type() == strictjson.TypeNumber && math.IsInf(double(v), 0) {
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

// double returns a number as a double, as the library does.
func double(v *value) float64 {
	f, _ := strconv.ParseFloat(string(v.Raw()), 64) // out of range is infinite
	return f
}

// jsonType returns the type as JSON Schema names it: a number without a fraction
// is an integer.
func jsonType(v *value) string {
	if v.Type() == strictjson.TypeNumber && v.Number().IsInteger() {
		return "integer"
	}
	return v.Type().String()
}

// describe says what kind of value v is, without quoting it.
func describe(v *value) string {
	switch v.Type() {
	case strictjson.TypeString:
		return "string of " + count(utf8.RuneCountInString(v.Text()), "character")
	case strictjson.TypeObject:
		return "object of " + count(len(v.Members()), "member")
	case strictjson.TypeArray:
		return "array of " + count(len(v.Items()), "item")
	case strictjson.TypeNumber:
		if jsonType(v) == "integer" {
			return "integer"
		}
		return "number with a fraction"
	}
	return v.Type().String()
}

// count returns "1 item", "2 items".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
