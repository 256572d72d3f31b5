package strictjson_test

import (
	"errors"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/internal/strictjson"
)

// problem returns the kind and the text of an error, which must be an *Error.
func problem(t *testing.T, err error) (strictjson.Kind, string) {
	t.Helper()
	if err == nil {
		return 0, ""
	}
	e, ok := errors.AsType[*strictjson.Error](err)
	if !ok {
		t.Fatalf("%T is not an *Error: %v", err, err)
	}
	return e.Kind, err.Error()
}

func nested(depth int) string {
	return strings.Repeat("[", depth) + strings.Repeat("]", depth)
}

// refusals are texts that are not strict JSON, or exceed a depth of 4 or 9 values.
var refusals = []struct {
	name, text string
	kind       strictjson.Kind
	want       string
}{
	{"an empty text", "", strictjson.Empty, "is empty; want JSON"},
	{"white space alone", " \t\r\n", strictjson.Empty, "is empty; want JSON"},
	{"bytes that are not UTF-8", "{\"a\":\n\"\xff\"}", strictjson.InvalidUTF8, "line 2, column 2: must be UTF-8"},
	{"bytes that are not UTF-8 after others that are", "\"é€\xe2\x82\"", strictjson.InvalidUTF8, "line 1, column 7: must be UTF-8"},
	{"an encoded surrogate", "\"\xed\xa0\x80\"", strictjson.InvalidUTF8, "line 1, column 2: must be UTF-8"},
	{"an overlong encoding", "\"\xc0\xaf\"", strictjson.InvalidUTF8, "line 1, column 2: must be UTF-8"},
	{"a byte order mark", "\ufeff{}", strictjson.Syntax, "line 1, column 1: malformed JSON: "},
	{"an object that is cut short", `{"a": 1`, strictjson.Syntax, "line 1, column 8: malformed JSON: unexpected end of JSON input"},
	{"a string that is cut short", `"a`, strictjson.Syntax, "line 1, column 3: malformed JSON: unexpected end of JSON input"},
	{"a literal that is cut short", "\n tru", strictjson.Syntax, "line 2, column 5: malformed JSON: unexpected end of JSON input"},
	{"a word on line 2", "{\n  \"a\": k\n}", strictjson.Syntax, "line 2, column 8: malformed JSON: invalid character 'k' at start of value"},
	{"garbage in a number", "{\"a\":\n 5x0}", strictjson.Syntax, "line 2, column 3: malformed JSON: invalid character 'x' after object value (expecting ',' or '}')"},
	{"single quotes", `{'a': 1}`, strictjson.Syntax, "line 1, column 2: malformed JSON: "},
	{"a name that is a number", `{1: 1}`, strictjson.Syntax, "line 1, column 2: malformed JSON: "},
	{"a name without a value", `{"a"}`, strictjson.Syntax, "line 1, column 5: malformed JSON: "},
	{"a comma at the end of an object", `{"a": 1,}`, strictjson.Syntax, "line 1, column 8: malformed JSON: "},
	{"a comma at the end of an array", `[1,]`, strictjson.Syntax, "line 1, column 3: malformed JSON: "},
	{"a comma at the start of an array", `[,1]`, strictjson.Syntax, "line 1, column 2: malformed JSON: "},
	{"the wrong bracket", `{"a": [1}`, strictjson.Syntax, "line 1, column 9: malformed JSON: "},
	{"a bracket alone", `]`, strictjson.Syntax, "line 1, column 1: malformed JSON: "},
	{"a comment", `{} // k`, strictjson.TrailingData, "line 1, column 4: malformed JSON: invalid character '/' after top-level value"},
	{"NaN", `[NaN]`, strictjson.Syntax, "line 1, column 2: malformed JSON: "},
	{"a plus sign", `+1`, strictjson.Syntax, "line 1, column 1: malformed JSON: "},
	{"a number with a leading zero", `01`, strictjson.TrailingData, "line 1, column 2: malformed JSON: "},
	{"a number that ends in a point", `[1.]`, strictjson.Syntax, "line 1, column 4: malformed JSON: "},
	{"an escape that does not exist", `"\x"`, strictjson.Syntax, "line 1, column 2: malformed JSON: "},
	{"a control character in a string", "\"a\tb\"", strictjson.Syntax, "line 1, column 3: malformed JSON: "},
	{"a vertical tab around the value", "\v1", strictjson.Syntax, "line 1, column 1: malformed JSON: "},
	{"two values", `{"a": 1} {}`, strictjson.TrailingData, "line 1, column 10: malformed JSON: invalid character '{' after top-level value"},
	{"a value and a comma", "1\n,", strictjson.TrailingData, "line 2, column 1: malformed JSON: "},
	{"a duplicate", `{"a": 1, "a": 2}`, strictjson.Duplicate, "line 1, column 10: /a must not appear twice"},
	{"a duplicate in another spelling", `{"a": 1, "\u0061": 2}`, strictjson.Duplicate, "line 1, column 10: /a must not appear twice"},
	{"a duplicate deep down", `{"a/b": {"c": [0, {"d~": 1, "d~": 2}]}}`, strictjson.Duplicate, "line 1, column 29: /a~1b/c/1/d~0 must not appear twice"},
	{"a duplicate with a name on two lines", `{"a\nb": 1, "a\nb": 2}`, strictjson.Duplicate, `line 1, column 13: "/a\nb" must not appear twice`},
	{"names that differ in a lone surrogate", `{"\ud800": 1, "\ud801": 2}`, strictjson.Duplicate, "line 1, column 15: /\ufffd must not appear twice"},
	{"a duplicate before a syntax error", `{"a": 1, "a": 2`, strictjson.Syntax, "line 1, column 16: malformed JSON: "},
	{"a duplicate before garbage", `{"a": 1, "a": 2} x`, strictjson.TrailingData, "line 1, column 18: malformed JSON: "},
	{"a duplicate before a deep value", `{"a": 1, "a": [[[[]]]]}`, strictjson.TooDeep, "line 1, column 18: must not nest objects and arrays more than 4 deep"},
	{"a deep value", `[[[ [[]]]]]`, strictjson.TooDeep, "line 1, column 6: must not nest objects and arrays more than 4 deep"},
	{"a deep object", `{"a": {"a": {"a": {"a": {}}}}}`, strictjson.TooDeep, "line 1, column 25: must not nest objects and arrays more than 4 deep"},
	{"a deep value before a syntax error", `[[[[[]]]]`, strictjson.Syntax, "line 1, column 10: malformed JSON: "},
	{"too many values", `[1, 2, 3, 4, 5, 6, 7, 8, 9]`, strictjson.TooManyValues, "line 1, column 26: must not have more than 9 values"},
	{"too many values in objects", `[{"a": 1}, {"a": 1}, {"a": 1}, {"a": 1}, {}]`, strictjson.TooManyValues, "line 1, column 42: must not have more than 9 values"},
	{"too many values before a syntax error", `[1, 2, 3, 4, 5, 6, 7, 8, 9`, strictjson.Syntax, "line 1, column 27: malformed JSON: "},
}

var testLimits = strictjson.Limits{Depth: 4, Values: 9}

func TestValidate_refuses(t *testing.T) {
	t.Parallel()
	for _, tt := range refusals {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			kind, text := problem(t, strictjson.Validate([]byte(tt.text), testLimits))
			if kind != tt.kind || text != tt.want && !(strings.HasSuffix(tt.want, ": ") && strings.HasPrefix(text, tt.want)) {
				t.Errorf("got kind %d: %s\nwant kind %d: %s", kind, text, tt.kind, tt.want)
			}
		})
	}
}

func TestValidate_accepts(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"an object":                       `{"a": 1, "b": [true, false, null], "c": "x"}`,
		"white space around the value":    " \t\r\n{}\n",
		"a string":                        `"\u00e9 \" \/ \ud83d\ude00"`,
		"a lone surrogate":                `"\ud800"`,
		"an escaped null":                 `"\u0000"`,
		"a number past a double's range":  `[1e400, -0.0E-0]`,
		"as deep as allowed":              nested(4),
		"as many values as allowed":       `{"a": [1, 2, 3, 4], "b": [1, 2]}`,
		"brackets in a string":            `"[[[[[[{{{{{\"[[["`,
		"the same name in two objects":    `[{"a": 1}, {"a": 1}]`,
		"names that differ in case":       `{"a": 1, "A": 1}`,
		"the empty name":                  `{"": 1}`,
		"the name of an outer object":     `{"a": {"a": {"a": 1}}}`,
		"a name again after its object":   `{"a": {"b": 1}, "b": 2}`,
		"the replacement character as is": "\"\ufffd\"",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := strictjson.Validate([]byte(text), testLimits); err != nil {
				t.Errorf("%s: %v", text, err)
			}
		})
	}
}

func TestValidate_nestsAsDeepAsMaxDepth(t *testing.T) {
	t.Parallel()
	for _, limits := range []strictjson.Limits{{}, {Depth: strictjson.MaxDepth}, {Depth: 1 << 40}, {Depth: -1}} {
		if err := strictjson.Validate([]byte(nested(strictjson.MaxDepth)), limits); err != nil {
			t.Errorf("%v refuses the greatest depth: %v", limits, err)
		}
		for _, deeper := range []string{nested(strictjson.MaxDepth + 1), strings.Repeat(`{"a":`, strictjson.MaxDepth+1)} {
			if kind, text := problem(t, strictjson.Validate([]byte(deeper), limits)); kind != strictjson.TooDeep {
				t.Errorf("%v, one deeper: kind %d: %.100s", limits, kind, text)
			}
		}
	}
}

func TestValidate_namesTheLimitForATextPastMaxDepth(t *testing.T) {
	t.Parallel()
	_, text := problem(t, strictjson.Validate([]byte(nested(strictjson.MaxDepth+1)), testLimits))
	if want := "line 1, column 5: must not nest objects and arrays more than 4 deep"; text != want {
		t.Errorf("got %s, want %s", text, want)
	}
}

func TestValidate_allocatesNothing(t *testing.T) {
	if raceDetector() {
		t.Skip("the race detector empties sync.Pool at random")
	}
	body := []byte(typicalBody)
	if n := testing.AllocsPerRun(1000, func() {
		if err := strictjson.Validate(body, strictjson.Limits{Depth: 1000}); err != nil {
			t.Error(err)
		}
	}); n >= 1 {
		t.Errorf("%v allocations for a typical body, want none", n)
	}
}

// raceDetector reports whether the test was built with -race.
func raceDetector() bool {
	info, _ := debug.ReadBuildInfo()
	return slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

func TestObject(t *testing.T) {
	t.Parallel()
	text := " {\"b\" : [1, {\"x\": 2}] ,\n\"a\\/\\u0062\":\"s\", \"c\": -1.5e3 , \"d\": {} }\n"
	members, err := strictjson.Object([]byte(text), strictjson.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, m := range members {
		got += m.Name + "=" + string(m.Value) + ";"
	}
	if want := `b=[1, {"x": 2}];a/b="s";c=-1.5e3;d={};`; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if v, ok := members.Get("c"); !ok || string(v) != "-1.5e3" {
		t.Errorf("c is %s, %v", v, ok)
	}
	if _, ok := members.Get("x"); ok {
		t.Error("a member of an inner object is found")
	}
}

func TestObject_withoutMembersIsNotNil(t *testing.T) {
	t.Parallel()
	members, err := strictjson.Object([]byte("{}"), strictjson.Limits{})
	if err != nil || members == nil || len(members) != 0 {
		t.Errorf("%v, %v", members, err)
	}
}

// TestObject_appendToAValue makes sure that a caller that appends to a value
// does not write over the text.
func TestObject_appendToAValue(t *testing.T) {
	t.Parallel()
	text := []byte(`{"a":1,"b":2}`)
	members, err := strictjson.Object(text, strictjson.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	_ = append(members[0].Value, "999"...)
	if string(text) != `{"a":1,"b":2}` {
		t.Errorf("the text is now %s", text)
	}
}

func TestObject_refuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		kind       strictjson.Kind
		want       string
	}{
		{"an empty text", " ", strictjson.Empty, "is empty; want a JSON object"},
		{"an array", "\n [1]", strictjson.WrongType, "line 2, column 2: must be a JSON object, not an array"},
		{"null", "null", strictjson.WrongType, "line 1, column 1: must be a JSON object, not null"},
		{"a string", `"{}"`, strictjson.WrongType, "line 1, column 1: must be a JSON object, not a string"},
		{"an array with a duplicate in it", `[{"a":1,"a":1}]`, strictjson.WrongType, "line 1, column 1: must be a JSON object, not an array"},
		{"an array that nests too deep", nested(5), strictjson.TooDeep, "line 1, column 5: must not nest objects and arrays more than 4 deep"},
		{"a duplicate", `{"a": {"b": 1, "b": 2}}`, strictjson.Duplicate, "line 1, column 16: /a/b must not appear twice"},
		{"a duplicate at the top", `{"a": 1, "a": 2}`, strictjson.Duplicate, "line 1, column 10: /a must not appear twice"},
		{"an object in a string", `"{`, strictjson.Syntax, "line 1, column 3: malformed JSON: unexpected end of JSON input"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			members, err := strictjson.Object([]byte(tt.text), testLimits)
			if kind, text := problem(t, err); kind != tt.kind || text != tt.want || members != nil {
				t.Errorf("got kind %d: %s\nwant kind %d: %s", kind, text, tt.kind, tt.want)
			}
		})
	}
	for _, tt := range refusals { // Object refuses what Validate refuses
		members, err := strictjson.Object([]byte(tt.text), testLimits)
		if err == nil || members != nil {
			t.Errorf("%s is accepted", tt.name)
		}
	}
}

func TestTypeOf(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		` {}`: "an object", "[]": "an array", `"a"`: "a string", "-1": "a number", "0": "a number",
		"true": "a boolean", "false": "a boolean", "null": "null", " ": "nothing",
	} {
		if got := strictjson.TypeOf([]byte(raw)).WithArticle(); got != want {
			t.Errorf("%s is %s, want %s", raw, got, want)
		}
	}
	if got := strictjson.TypeOf([]byte("[]")).String(); got != "array" {
		t.Errorf("an array is %s", got)
	}
}
