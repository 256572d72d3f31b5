package strictjson_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/internal/strictjson"
)

// costly returns large texts. A reader that is not linear would take minutes for each,
// and not milliseconds.
func costly() map[string]string {
	numbered := func(n int, format func(i string) string) string {
		var b strings.Builder
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(format(strconv.Itoa(i)))
		}
		return b.String()
	}
	long := strings.Repeat("n", 500_000)
	return map[string]string{
		"1 MB of distinct members":        "{" + numbered(80_000, func(i string) string { return `"m` + i + `":0` }) + "}",
		"1 MB of duplicates":              "{" + numbered(150_000, func(string) string { return `"m":0` }) + "}",
		"1 MB of objects of duplicates":   "[" + numbered(70_000, func(string) string { return `{"a":0,"a":0}` }) + "]",
		"1 MB of escaped names":           "{" + numbered(50_000, func(i string) string { return `"\u006d` + i + `":0` }) + "}",
		"arrays 10,000 deep":              nested(strictjson.MaxDepth),
		"objects 10,000 deep":             strings.Repeat(`{"a/~":`, strictjson.MaxDepth) + "1" + strings.Repeat("}", strictjson.MaxDepth),
		"objects 1,000 deep, long names":  strings.Repeat(`{"`+long[:1000]+`":`, 1000) + "1" + strings.Repeat("}", 1000),
		"500,000 values":                  "[" + numbered(499_999, func(string) string { return "0" }) + "]",
		"many values under a long name":   `{"` + long + `":[` + numbered(100_000, func(string) string { return `""` }) + "]}",
		"a number of a million digits":    "1" + strings.Repeat("0", 1_000_000),
		"an exponent of a million digits": "1e" + strings.Repeat("9", 1_000_000),
		"a string of a million escapes":   `"` + strings.Repeat(`\ud800`, 170_000) + `"`,
		"1 MB of white space":             strings.Repeat("\n", 1_000_000) + "1",
		"1 MB of opening brackets":        strings.Repeat("[", 1_000_000),
		"1 MB of opening objects":         strings.Repeat(`{"":`, 250_000),
	}
}

// TestCost_isLinear puts texts through every function. It has no clock: work
// that is not linear shows as a test that does not end.
func TestCost_isLinear(t *testing.T) {
	t.Parallel()
	if raceDetector() {
		t.Skip("the work is all in one goroutine, and ten times slower with the race detector")
	}
	limits := strictjson.Limits{Values: 500_000}
	texts := costly()
	if testing.Short() { // others have as many names and values
		for _, name := range []string{"1 MB of distinct members", "1 MB of objects of duplicates", "500,000 values"} {
			delete(texts, name)
		}
	}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := []byte(text)
			refused := strictjson.Validate(data, limits)
			_, notObject := strictjson.Object(data, limits)
			v, notParsed := strictjson.Parse(data, limits)
			if refused == nil && notParsed != nil || notObject == nil && refused != nil {
				t.Fatalf("Validate: %.200v\nObject: %.200v\nParse: %.200v", refused, notObject, notParsed)
			}
			if notParsed == nil && !v.Equal(&v) {
				t.Error("a value is not equal to itself")
			}
			var anything any
			if err := strictjson.Unmarshal(data, &anything); (err == nil) != (refused == nil) && v.Type() != strictjson.TypeNumber {
				t.Errorf("Unmarshal: %.200v, Validate: %.200v", err, refused)
			}
			deep := any(new(linked))
			if text[0] == '[' {
				deep = new(listed)
			}
			_ = strictjson.Unmarshal(data, deep) // most are refused where the type ends
			pointer := "/" + text[:len(text)/2]
			strictjson.Locate(data, pointer)
			strictjson.Locate(data, strings.Repeat("/0", strictjson.MaxDepth))
			if notParsed == nil {
				v.Number().IsInteger()
				v.Number().Float64()
				v.Number().Compare(v.Number())
			}
		})
	}
}

// Types that go as deep as a text does.
type (
	linked map[string]linked
	listed []listed
)

// TestCost_ofValues counts what a bound of values lets through.
func TestCost_ofValues(t *testing.T) {
	t.Parallel()
	text := []byte("[" + strings.Repeat("{\"a\":0},", 24_999) + "0]") // 1 + 2*24,999 + 1 values
	for _, tt := range []struct {
		most int
		want strictjson.Kind
	}{{0, 0}, {50_000, 0}, {49_999, strictjson.TooManyValues}} {
		limits := strictjson.Limits{Values: tt.most}
		if kind, text := problem(t, strictjson.Validate(text, limits)); kind != tt.want {
			t.Errorf("Validate with %d: %s", tt.most, text)
		}
		v, err := strictjson.Parse(text, limits)
		if kind, text := problem(t, err); kind != tt.want {
			t.Errorf("Parse with %d: %s", tt.most, text)
		}
		if err == nil && len(v.Items()) != 25_000 {
			t.Errorf("%d items, want 25000", len(v.Items()))
		}
	}
}
