package strictjson_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/internal/strictjson"
)

type document struct {
	base
	Common
	Name    string             `json:"name"`
	Status  int                `json:"status,omitempty"`
	Seed    uint8              `json:"seed"`
	Rate    float64            `json:"rate"`
	Small   float32            `json:"small"`
	On      bool               `json:"on"`
	Limit   *float64           `json:"limit"`
	Tags    []string           `json:"tags"`
	Pair    [2]int             `json:"pair"`
	Amounts map[string]float64 `json:"amounts"`
	Counts  map[int]int        `json:"counts"`
	When    map[string]any     `json:"when"`
	Any     any                `json:"any"`
	Raw     json.RawMessage    `json:"raw"`
	Blob    []byte             `json:"blob"`
	At      time.Time          `json:"at"`
	Level   level              `json:"level"`
	Delay   *delay             `json:"delay"`
	Inner   inner              `json:"inner"`
	Other   *inner             `json:"other"`
	List    []inner            `json:"list"`
	Untag   int
	Skip    string `json:"-"`
	hidden  string
}

// Common is embedded, and its name is exported.
type Common struct {
	Note string `json:"note"`
}

type base struct {
	ID string `json:"id"`
}

type inner struct {
	A int    `json:"a"`
	B string `json:"b/c"`
}

// A level is written as text.
type level int

func (l *level) UnmarshalText(text []byte) error {
	if string(text) != "high" {
		return fmt.Errorf("must be high, not %q", text)
	}
	*l = 1
	return nil
}

// A delay decodes itself, strictly.
type delay struct{ min, max int }

func (d *delay) UnmarshalJSON(data []byte) error {
	var in struct {
		Min int `json:"min"`
		Max int `json:"max"`
	}
	if err := strictjson.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("delay: %w", err)
	}
	if in.Min > in.Max {
		return &strictjson.Error{Kind: strictjson.InvalidValue, Pointer: "/min", Message: "is more than max"}
	}
	if in.Max > 100 {
		return errors.New("must not be so long")
	}
	*d = delay{in.Min, in.Max}
	return nil
}

// wholeDocument has every member of a document.
const wholeDocument = `{
	"id": "f1", "note": "n", "other": {"a": 3}, "name": "a", "status": 200, "seed": 255, "rate": 0.5, "small": 1.5, "on": true, "limit": 3,
	"tags": ["x", "y"], "pair": [1, 2], "amounts": {"u/s": 1}, "counts": {"1": 2}, "when": {"a": [1, null]},
	"any": {"b": null}, "raw": {"c": 1}, "blob": "aGk=", "at": "2029-11-30T23:59:59Z", "level": "high",
	"delay": {"min": 1, "max": 2}, "inner": {"a": 1, "b/c": "d"}, "list": [{"a": 2}, {}], "Untag": 7
}`

func TestUnmarshal(t *testing.T) {
	t.Parallel()
	var got, want document
	if err := strictjson.Unmarshal([]byte(wholeDocument), &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(wholeDocument), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(document{}, base{}, delay{})); diff != "" {
		t.Errorf("the value differs from that of encoding/json:\n%s", diff)
	}
}

func TestUnmarshal_nullIsForPointersAndInterfaces(t *testing.T) {
	t.Parallel()
	limit := 1.0
	got := document{Limit: &limit, Any: 1}
	if err := strictjson.Unmarshal([]byte(`{"limit": null, "any": null, "delay": null, "raw": null}`), &got); err != nil {
		t.Fatal(err)
	}
	if got.Limit != nil || got.Any != nil || got.Delay != nil || string(got.Raw) != "null" {
		t.Errorf("got %+v", got)
	}
}

func TestUnmarshal_keepsWhatTheTextDoesNotHave(t *testing.T) {
	t.Parallel()
	limit := 1.0
	shared := &limit
	amounts := map[string]float64{"a": 1}
	got := document{Name: "old", hidden: "kept", Limit: &limit, Amounts: amounts, Other: &inner{A: 1, B: "b"}}
	if err := strictjson.Unmarshal([]byte(`{"limit": 2, "amounts": {"b": 2}, "other": {"a": 2}}`), &got); err != nil {
		t.Fatal(err)
	}
	if got.Name != "old" || got.hidden != "kept" || *got.Limit != 2 || got.Amounts["a"] != 1 || got.Amounts["b"] != 2 || *got.Other != (inner{2, "b"}) {
		t.Errorf("got %+v", got)
	}
	if *shared != 1 || len(amounts) != 1 {
		t.Error("it wrote through a pointer or into a map that others may share")
	}
}

func TestUnmarshal_doesNotWriteIntoOldValues(t *testing.T) {
	t.Parallel()
	raw, within := json.RawMessage("[1, 2]"), 1
	for _, text := range []string{`{"raw": 3, "any": 4}`, `{"raw": 3, "any": 4, "name": 5}`} {
		v := document{Raw: raw, Any: &within}
		_ = strictjson.Unmarshal([]byte(text), &v)
		if string(raw) != "[1, 2]" || within != 1 {
			t.Errorf("%s changes old values to %s, %d", text, raw, within)
		}
	}
}

func TestUnmarshal_leavesTheValueOnError(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"name": "new", "nam": 1}`, `{"name": "new", "amounts": {"a": 2, "b": "x"}}`, `{"name": "new", "limit": 2, "inner": 1}`, `{"name": "new"`} {
		limit := 1.0
		got := document{Name: "old", Limit: &limit, Amounts: map[string]float64{"a": 1}}
		if err := strictjson.Unmarshal([]byte(text), &got); err == nil {
			t.Errorf("%s is accepted", text)
		}
		if got.Name != "old" || *got.Limit != 1 || got.Amounts["a"] != 1 {
			t.Errorf("%s leaves %+v", text, got)
		}
	}
}

func TestUnmarshal_refuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		kind       strictjson.Kind
		want       string
	}{
		{"an empty text", "", strictjson.Empty, "is empty; want JSON"},
		{"a syntax error", "{\n\"name\": x}", strictjson.Syntax, "line 2, column 9: malformed JSON: invalid character 'x' at start of value"},
		{"a duplicate", `{"any": {"a": 1, "a": 2}}`, strictjson.Duplicate, "line 1, column 18: /any/a must not appear twice"},
		{"another type for the whole", `[]`, strictjson.WrongType, "line 1, column 1: must be an object, not an array"},
		{"an unknown member", `{"stats": 1}`, strictjson.UnknownMember, "line 1, column 11: /stats is not a known member; did you mean status?"},
		{"a member in other letters", `{"Name": ""}`, strictjson.UnknownMember, "line 1, column 10: /Name is not a known member; did you mean name?"},
		{"the first unknown member of the text", `{"zzz": 1, "aaa": 1}`, strictjson.UnknownMember, "line 1, column 9: /zzz is not a known member; want one of Untag, amounts, any, at, blob, counts, delay, id, inner, level, limit, list, name, note, on, other, pair, rate, raw, seed, small, status, tags, when"},
		{"a member that JSON leaves out", `{"Skip": ""}`, strictjson.UnknownMember, "line 1, column 10: /Skip is not a known member; want one of "},
		{"an unexported field", `{"hidden": ""}`, strictjson.UnknownMember, "line 1, column 12: /hidden is not a known member"},
		{"the name of an embedded struct", `{"base": {}}`, strictjson.UnknownMember, "line 1, column 10: /base is not a known member"},
		{"the name of an exported embedded struct", `{"Common": {}}`, strictjson.UnknownMember, "line 1, column 12: /Common is not a known member"},
		{"a long value", `{"at": "` + strings.Repeat("é", 70) + `"}`, strictjson.InvalidValue, `line 1, column 8: /at must be an RFC 3339 time such as 2029-11-30T23:59:59Z, not "\"` + strings.Repeat("é", 63) + `…"`},
		{"an unknown member of an item", "{\"list\": [{},\n {\"b/d\": 1}]}", strictjson.UnknownMember, "line 2, column 10: /list/1/b~1d is not a known member; did you mean b/c?"},
		{"a string for a number", `{"status": "1"}`, strictjson.WrongType, "line 1, column 12: /status must be a number, not a string"},
		{"a number for a string", `{"name": 1}`, strictjson.WrongType, "line 1, column 10: /name must be a string, not a number"},
		{"a number for a boolean", `{"on": 1}`, strictjson.WrongType, "line 1, column 8: /on must be a boolean, not a number"},
		{"an object for an array", `{"tags": {}}`, strictjson.WrongType, "line 1, column 10: /tags must be an array, not an object"},
		{"an array for a map", `{"amounts": []}`, strictjson.WrongType, "line 1, column 13: /amounts must be an object, not an array"},
		{"null for a number", `{"status": null}`, strictjson.WrongType, "line 1, column 12: /status must be a number, not null"},
		{"null for an array", `{"tags": null}`, strictjson.WrongType, "line 1, column 10: /tags must be an array, not null"},
		{"null for a time", `{"at": null}`, strictjson.WrongType, "line 1, column 8: /at must not be null; leave it out"},
		{"null for a text", `{"level": null}`, strictjson.WrongType, "line 1, column 11: /level must not be null; leave it out"},
		{"a wrong item", `{"tags": ["a", 1]}`, strictjson.WrongType, "line 1, column 16: /tags/1 must be a string, not a number"},
		{"a wrong value in a map", `{"amounts": {"a": 1, "b~": "x"}}`, strictjson.WrongType, "line 1, column 28: /amounts/b~0 must be a number, not a string"},
		{"a wrong value behind a pointer", `{"limit": "x"}`, strictjson.WrongType, "line 1, column 11: /limit must be a number, not a string"},
		{"a fraction for an int", `{"status": 1.5}`, strictjson.InvalidValue, "line 1, column 12: /status must be a whole number in the range of int, not \"1.5\""},
		{"a negative unsigned number", `{"seed": -1}`, strictjson.InvalidValue, "line 1, column 10: /seed must be a whole number in the range of uint8, not \"-1\""},
		{"a number out of range", `{"seed": 256}`, strictjson.InvalidValue, "line 1, column 10: /seed must be a whole number in the range of uint8, not \"256\""},
		{"a number past a double's range", `{"rate": 1e400}`, strictjson.InvalidValue, "line 1, column 10: /rate must be a number that a double can hold, not \"1e400\""},
		{"a number past a float32's range", `{"small": 1e40}`, strictjson.InvalidValue, "line 1, column 11: /small must be a number that a float32 can hold, not \"1e40\""},
		{"a number past a double's range in an interface", `{"any": [1e400]}`, strictjson.InvalidValue, "line 1, column 9: /any must not have number 1e400"},
		{"too few items", `{"pair": [1]}`, strictjson.InvalidValue, "line 1, column 10: /pair must have 2 items, not 1"},
		{"too many items", `{"pair": [1, 2, 3]}`, strictjson.InvalidValue, "line 1, column 10: /pair must have 2 items, not 3"},
		{"an array for bytes", `{"blob": [1]}`, strictjson.WrongType, "line 1, column 10: /blob must be a string, not an array"},
		{"bytes that are not base64", `{"blob": "?"}`, strictjson.InvalidValue, "line 1, column 10: /blob must be a string that a []uint8 can hold, not \"\\\"?\\\"\""},
		{"a time that is not one", `{"at": "yesterday"}`, strictjson.InvalidValue, `line 1, column 8: /at must be an RFC 3339 time such as 2029-11-30T23:59:59Z, not "\"yesterday\""`},
		{"a text that is refused", `{"level": "low"}`, strictjson.InvalidValue, `line 1, column 11: /level must be high, not "low"`},
		{"a number for a text", `{"level": 1}`, strictjson.WrongType, "line 1, column 11: /level must not be a number"},
		{"an unknown member of a type that decodes itself", "{\"delay\":\n {\"mix\": 1}}", strictjson.UnknownMember, "line 2, column 10: /delay/mix is not a known member; did you mean min?"},
		{"a wrong type in a type that decodes itself", `{"delay": {"max": "1"}}`, strictjson.WrongType, "line 1, column 19: /delay/max must be a number, not a string"},
		{"a value that a type refuses with a pointer", `{"delay": {"min": 2, "max": 1}}`, strictjson.InvalidValue, "line 1, column 19: /delay/min is more than max"},
		{"a value that a type refuses with a plain error", `{"delay": {"max": 101}}`, strictjson.InvalidValue, "line 1, column 11: /delay must not be so long"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var d document
			kind, text := problem(t, strictjson.Unmarshal([]byte(tt.text), &d))
			if kind != tt.kind || len(text) < len(tt.want) || text[:len(tt.want)] != tt.want {
				t.Errorf("got kind %d: %s\nwant kind %d: %s", kind, text, tt.kind, tt.want)
			}
		})
	}
}

func TestUnmarshal_wantsAPointer(t *testing.T) {
	t.Parallel()
	for _, v := range []any{nil, document{}, (*document)(nil)} {
		if _, ok := errors.AsType[*json.InvalidUnmarshalError](strictjson.Unmarshal([]byte("{}"), v)); !ok {
			t.Errorf("%T is accepted", v)
		}
	}
}

func TestUnmarshal_namesNoMemberOfAnEmptyStruct(t *testing.T) {
	t.Parallel()
	err := strictjson.Unmarshal([]byte(`{"a": 1}`), &struct{}{})
	if _, text := problem(t, err); text != "line 1, column 7: /a is not a known member; want an empty object" {
		t.Error(text)
	}
}

func TestUnmarshal_theOuterFieldWins(t *testing.T) {
	t.Parallel()
	var v struct {
		base
		Name string `json:"id"`
	}
	if err := strictjson.Unmarshal([]byte(`{"id": "x"}`), &v); err != nil || v.Name != "x" || v.ID != "" {
		t.Errorf("%+v, %v", v, err)
	}
}
