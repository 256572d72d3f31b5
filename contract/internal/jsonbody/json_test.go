package jsonbody

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestDescribe(t *testing.T) {
	t.Parallel()
	v, err := Parse([]byte(`[1, 2.5, 4e0, true, null, "x\n", "é", {"a": 1, "a": 2}, []]`))
	if err != nil {
		t.Fatal(err)
	}
	items := v.Items()
	got := make([]string, len(items))
	for i := range items {
		got[i] = Describe(&items[i])
	}
	want := "integer, number with a fraction, integer, boolean, null, string of 2 characters, string of 1 character, " +
		"object of 2 members, array of 0 items"
	if list := strings.Join(got, ", "); list != want {
		t.Errorf("got %s\nwant %s", list, want)
	}
}

func TestParse_refusesWhatIsBeyondItsLimits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"the deepest nesting", strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth), ""},
		{"nesting one deeper", strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1), "nested deeper than 1000"},
		{"one more value", "[" + strings.Repeat("1,", MaxValues-1) + "1]", "more than 500000 values"},
		{"the greatest double", "1.7976931348623157e308", ""},
		{"a number beyond a double", "1e309", "a number beyond the range of a double"},
		{"a number beyond a double in an item", `[0, -1e309]`, "a number beyond the range of a double"},
		{"a number beyond a double in a member", `{"a": {"b": 1e309}, "c": 0}`, "a number beyond the range of a double"},
		{"a number too small for a double", "1e-400", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if _, err := Parse([]byte(test.text)); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got error %q, want %q", got, test.want)
			}
		})
	}
}

func TestDecoded_isWhatEncodingJSONDecodes(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`null`, `true`, `false`, `""`, `"a\n\u00e9\ud83d\ude00"`, `"\ud800"`, `0`, `-0.0`, `9007199254740993`, `5e-324`, `1.7976931348623157e308`, `1e-400`,
		`[]`, `[[], {}, [1, "a", null]]`, `{}`, `{"a": {"b": [true]}, "\u0061c": 1}`, `{"a": 1, "a": {"b": 2}, "\u0061": 3}`,
	} {
		var want any
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		v, err := Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := Decoded(&v); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %#v, want %#v", text, got, want)
		}
	}
}
