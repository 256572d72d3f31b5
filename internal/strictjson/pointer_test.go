package strictjson_test

import (
	"testing"

	"github.com/mockgates/mockgates/internal/strictjson"
)

func TestLookup(t *testing.T) {
	t.Parallel()
	text := `{"a/b": {"~": [10, {"": "x"}]}, "n": null, "/": 1}`
	members, err := strictjson.Object([]byte(text), strictjson.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		pointer, want string
		line, column  int
	}{
		{"", text, 1, 1},
		{"/a~1b", `{"~": [10, {"": "x"}]}`, 1, 9},
		{"/a~1b/~0/0", "10", 1, 16},
		{"/a~1b/~0/1/", `"x"`, 1, 25},
		{"/n", "null", 1, 38},
		{"/~1", "1", 1, 49},
		{"/x", "", 1, 1},
		{"/", "", 1, 1},
		{"/a~1b/~0/2", "", 1, 15},
		{"/a~1b/~0/2/x", "", 1, 15},
		{"/a~1b/~0/01", "", 1, 15},
		{"/a~1b/~0/-1", "", 1, 15},
		{"/a~1b/~0/-", "", 1, 15},
		{"/a~1b/~0/99999999999999999999", "", 1, 15},
		{"/a~1b/~0/0/x", "", 1, 16},
		{"/n/x", "", 1, 38},
		{"n", "", 1, 1},
	} {
		raw, ok := strictjson.Lookup([]byte(text), tt.pointer)
		if string(raw) != tt.want || ok != (tt.want != "") {
			t.Errorf("%q leads to %s, %v; want %s", tt.pointer, raw, ok, tt.want)
		}
		line, column := strictjson.Locate([]byte(text), tt.pointer)
		if line != tt.line || column != tt.column {
			t.Errorf("%q is at %d:%d, want %d:%d", tt.pointer, line, column, tt.line, tt.column)
		}
		if tt.pointer == "" || tt.pointer == "n" {
			continue
		}
		if raw, ok = members.Lookup(tt.pointer); string(raw) != tt.want || ok != (tt.want != "") {
			t.Errorf("in the members, %q leads to %s, %v; want %s", tt.pointer, raw, ok, tt.want)
		}
	}
	if raw, ok := strictjson.Lookup([]byte(`[[1], [2, 3]]`), "/0/2"); ok {
		t.Errorf("an item past the end of an array is %s", raw)
	}
	for _, name := range []string{"n", "a/b"} {
		if _, ok := members.Lookup(name); !ok {
			t.Errorf("the member %s is not found by its name", name)
		}
	}
}

func TestPosition(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ offset, line, column int }{{-1, 1, 1}, {0, 1, 1}, {2, 1, 3}, {3, 2, 1}, {5, 3, 1}, {9, 3, 3}} {
		if line, column := strictjson.Position([]byte("ab\nc\nde"), tt.offset); line != tt.line || column != tt.column {
			t.Errorf("offset %d is at %d:%d, want %d:%d", tt.offset, line, column, tt.line, tt.column)
		}
	}
	if line, column := strictjson.Locate([]byte("\n  [1]"), "/7"); line != 2 || column != 3 {
		t.Errorf("the value is at %d:%d, want 2:3", line, column)
	}
}

func TestEscapePointer(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"": "", "a": "a", "a/b~c": "a~1b~0c", "~1": "~01", "~~//": "~0~0~1~1"} {
		if got := strictjson.EscapePointer(name); got != want {
			t.Errorf("%q is escaped %q, want %q", name, got, want)
		}
		if got := strictjson.UnescapePointer(want); got != name {
			t.Errorf("%q is unescaped %q, want %q", want, got, name)
		}
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]strictjson.Error{
		"is bad":                               {Message: "is bad"},
		"/a is bad":                            {Pointer: "/a", Message: "is bad"},
		"line 3, column 7: is bad":             {Line: 3, Column: 7, Message: "is bad"},
		"line 3, column 7: /a/b is bad":        {Line: 3, Column: 7, Pointer: "/a/b", Message: "is bad"},
		`line 3, column 7: "/a\x1b[1m" is bad`: {Line: 3, Column: 7, Pointer: "/a\x1b[1m", Message: "is bad"},
	} {
		if got := e.Error(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
