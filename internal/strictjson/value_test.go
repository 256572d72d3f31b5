package strictjson_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/internal/strictjson"
)

func parse(t *testing.T, text string) *strictjson.Value {
	t.Helper()
	v, err := strictjson.Parse([]byte(text), strictjson.Limits{})
	if err != nil {
		t.Fatalf("%.100s: %v", text, err)
	}
	return &v
}

// anObject has a value of each type, and a member twice.
const anObject = `{ "a" : [ 1 , 2.5 , true , null , "x\n" , { } , [ ] ] , "b" : false, "\u0061" : -0.0e+1 }`

// TestParse_items reads the type and the text of each item, without the space around it.
func TestParse_items(t *testing.T) {
	t.Parallel()
	v := parse(t, " "+anObject+" ")
	if got := string(v.Raw()); got != anObject {
		t.Errorf("the text is %s, want %s", got, anObject)
	}
	items := v.Members()[0].Value.Items()
	want := []string{"number 1", "number 2.5", "boolean true", "null null", `string "x\n"`, "object { }", "array [ ]"}
	if len(items) != len(want) {
		t.Fatalf("%d items, want %d", len(items), len(want))
	}
	for i, item := range items {
		if got := item.Type().String() + " " + string(item.Raw()); got != want[i] {
			t.Errorf("item %d is %s, want %s", i, got, want[i])
		}
		if item.Bool() != (i == 2) {
			t.Errorf("item %d, %s, is true: %t", i, want[i], item.Bool())
		}
		if text := map[int]string{4: "x\n"}[i]; item.Text() != text {
			t.Errorf("item %d, %s, reads %q, want %q", i, want[i], item.Text(), text)
		}
	}
}

// TestParse_members keeps the members in their order, and marks the second of two that
// have one name. Member returns the last.
func TestParse_members(t *testing.T) {
	t.Parallel()
	v := parse(t, anObject)
	var got []string
	for _, m := range v.Members() {
		got = append(got, fmt.Sprintf("%s %t", m.Name, m.Duplicate))
	}
	if want := []string{"a false", "b false", "a true"}; !slices.Equal(got, want) {
		t.Errorf("the members and whether they are duplicates: %q, want %q", got, want)
	}
	if v.Member("b").Bool() {
		t.Error("false reads true")
	}
	if last := v.Member("a"); last == nil || string(last.Raw()) != "-0.0e+1" {
		t.Errorf("the last member a is %v", last)
	}
	if v.Member("c").Member("d") != nil {
		t.Error("a member that is not there is found")
	}
}

func TestParse_marksDuplicatesAmongManyMembers(t *testing.T) {
	t.Parallel()
	for _, distinct := range []int{1, 15, 16, 17, 100} {
		var text strings.Builder
		text.WriteString("{")
		for i := range distinct {
			text.WriteString(`"m` + strings.Repeat("x", i) + `":0,`)
		}
		text.WriteString(`"mx":1,"m":1,"new":1,"new":1}`)
		m := parse(t, text.String()).Members()
		for i := range m {
			want := i == distinct+1 || i == distinct+3 || i == distinct && distinct > 1
			if m[i].Duplicate != want {
				t.Errorf("of %d members, %d is marked %v", len(m), i, m[i].Duplicate)
			}
		}
	}
}

func TestParse_flagsLoneSurrogates(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text, want string
		lone       bool
	}{
		{`"\ud83d\ude00"`, "\U0001f600", false},
		{`"\ud800"`, "\ufffd", true},
		{`"a\udc00b"`, "a\ufffdb", true},
		{`"\ud800\ud800"`, "\ufffd\ufffd", true},
		{`"\ud800\u0041"`, "\ufffdA", true},
		{`"\ufffd"`, "\ufffd", false},
		{"\"\ufffd\"", "\ufffd", false},
		{`"\\ud800"`, `\ud800`, false},
	} {
		v := parse(t, tt.text)
		if v.Text() != tt.want || v.LoneSurrogate() != tt.lone {
			t.Errorf("%s reads %q, lone %v; want %q, %v", tt.text, v.Text(), v.LoneSurrogate(), tt.want, tt.lone)
		}
		m := parse(t, "{"+tt.text+":1}").Members()[0]
		if m.Name != tt.want || m.LoneSurrogate != tt.lone {
			t.Errorf("the name %s reads %q, lone %v; want %q, %v", tt.text, m.Name, m.LoneSurrogate, tt.want, tt.lone)
		}
	}
}

func TestParse_refuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		kind       strictjson.Kind
		want       string
	}{
		{"an empty text", "\n", strictjson.Empty, "empty"},
		{"bytes that are not UTF-8", "\"secret\xff\"", strictjson.InvalidUTF8, "not UTF-8"},
		{"a syntax error", `{"secret": x}`, strictjson.Syntax, "not JSON from byte 12 on, of 13"},
		{"a text that is cut short", `{"secret": [`, strictjson.Syntax, "not JSON: it breaks off after 12 bytes"},
		{"garbage after the value", `{} secret`, strictjson.TrailingData, "not JSON from byte 4 on, of 9"},
		{"garbage after an item", `["secret" 1]`, strictjson.Syntax, "not JSON from byte 11 on, of 12"},
		{"a bad name", `{"secret\x": 1}`, strictjson.Syntax, "not JSON from byte 9 on, of 15"},
		{"a bad name of a second member", `{"a": 1, secret}`, strictjson.Syntax, "not JSON from byte 10 on, of 16"},
		{"a comma before the end of an object", `{"a": 1,}`, strictjson.Syntax, "not JSON from byte 8 on, of 9"},
		{"a comma before the end of an array", `[1,]`, strictjson.Syntax, "not JSON from byte 3 on, of 4"},
		{"a deep value", `{"secret": [[[[]]]]}`, strictjson.TooDeep, "nested deeper than 4"},
		{"a deep object", `[[[[{}]]]]`, strictjson.TooDeep, "nested deeper than 4"},
		{"too many items", `[1,2,3,4,5,6,7,8,9]`, strictjson.TooManyValues, "more than 9 values"},
		{"too many members", `{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":[]}`, strictjson.TooManyValues, "more than 9 values"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := strictjson.Parse([]byte(tt.text), testLimits)
			if kind, text := problem(t, err); kind != tt.kind || text != tt.want {
				t.Errorf("got kind %d: %s\nwant kind %d: %s", kind, text, tt.kind, tt.want)
			}
		})
	}
	for _, tt := range refusals { // except for duplicates, Parse refuses what Validate refuses
		_, err := strictjson.Parse([]byte(tt.text), testLimits)
		if kind, _ := problem(t, err); kind == 0 && tt.kind != strictjson.Duplicate {
			t.Errorf("%s is accepted", tt.name)
		}
	}
}

func TestEqual(t *testing.T) {
	t.Parallel()
	many := func(from int) string {
		names := make([]string, 0, 60)
		for i := range 60 {
			names = append(names, `"m`+strings.Repeat("x", (i+from)%60)+`":1`)
		}
		return "{" + strings.Join(names, ",") + "}"
	}
	for _, tt := range []struct {
		name, a, b string
		want       bool
	}{
		{"white space does not count", `[1, {"a": 2}]`, ` [1,{"a":2}]`, true},
		{"the order of members does not count", `{"a": 1, "b": 2}`, `{"b": 2, "a": 1}`, true},
		{"the order of many members does not count", many(0), many(7), true},
		{"the order of items counts", `[1, 2]`, `[2, 1]`, false},
		{"a member more counts", `{"a": 1}`, `{"a": 1, "b": null}`, false},
		{"another name counts", `{"a": null}`, `{"b": null}`, false},
		{"an item more counts", `[1]`, `[1, 1]`, false},
		{"the last of duplicates counts", `{"a": 1, "a": 2}`, `{"a": 2}`, true},
		{"the first of duplicates does not", `{"a": 1, "a": 2}`, `{"a": 1}`, false},
		{"the spelling of a string does not count", `"a\/\u0062"`, `"a/b"`, true},
		{"the spelling of a name does not count", `{"\u0061": 1}`, `{"a": 1}`, true},
		{"letters count", `"a"`, `"A"`, false},
		{"the spelling of a number does not count", `400`, `4.00e+2`, true},
		{"minus zero is zero", `-0.0`, `0`, true},
		{"numbers are not rounded", `400.00000000000000001`, `400`, false},
		{"large integers are not rounded", `9007199254740993`, `9007199254740992`, false},
		{"numbers past a double's range differ", `1e400`, `1e401`, false},
		{"numbers past a double's range are equal", `1e400`, `10e399`, true},
		{"a string is not a number", `"1"`, `1`, false},
		{"true is not false", `true`, `false`, false},
		{"null is null", `null`, ` null `, true},
		{"an object is not an array", `{}`, `[]`, false},
		{"what is not JSON equals nothing", `x`, `x`, false},
		{"nothing equals what is not JSON", `1`, `1 1`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := strictjson.Equal([]byte(tt.a), []byte(tt.b)); got != tt.want {
				t.Errorf("Equal(%s, %s) = %v", tt.a, tt.b, got)
			}
			if got := strictjson.Equal([]byte(tt.b), []byte(tt.a)); got != tt.want {
				t.Errorf("Equal(%s, %s) = %v", tt.b, tt.a, got)
			}
		})
	}
}
