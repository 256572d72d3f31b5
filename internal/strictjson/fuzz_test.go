package strictjson_test

import (
	"bytes"
	"encoding/json"
	"math/big"
	"reflect"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/internal/strictjson"
)

func seed(f *testing.F) {
	f.Helper()
	for _, tt := range refusals {
		f.Add([]byte(tt.text))
	}
	f.Add([]byte(typicalBody))
	f.Add([]byte(wholeDocument))
	f.Add([]byte(`["\ud800", "\ud83d\ude00", "\/", -0.0e+1, 1e400, {"": {"": []}}]`))
}

// FuzzValidate compares with encoding/json: what is accepted here is accepted
// there, what is refused here and accepted there has a reason, and the four
// functions agree.
func FuzzValidate(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		sent := bytes.Clone(data)
		kind, text := problem(t, strictjson.Validate(data, strictjson.Limits{}))
		valid := json.Valid(data)
		if kind == 0 && !valid {
			t.Errorf("accepts what encoding/json refuses: %q", data)
		}
		if valid && kind != 0 && kind != strictjson.Duplicate && kind != strictjson.InvalidUTF8 {
			t.Errorf("refuses what encoding/json accepts: %s: %q", text, data)
		}
		objectAgrees(t, data, kind)
		parseAgrees(t, data, kind)
		if !bytes.Equal(sent, data) {
			t.Error("the text was changed")
		}
	})
}

// objectAgrees checks that Object accepts what Validate accepts, if it is an object.
func objectAgrees(t *testing.T, data []byte, kind strictjson.Kind) {
	t.Helper()
	members, err := strictjson.Object(data, strictjson.Limits{})
	want := kind == 0 && strictjson.TypeOf(data) == strictjson.TypeObject
	if _, text := problem(t, err); (err == nil) != want {
		t.Errorf("Object: %s, Validate: kind %d: %q", text, kind, data)
	}
	if err == nil {
		sameMembers(t, data, members)
	}
}

// parseAgrees checks that Parse refuses what Validate refuses, but for duplicates, which
// it marks.
func parseAgrees(t *testing.T, data []byte, kind strictjson.Kind) {
	t.Helper()
	v, err := strictjson.Parse(data, strictjson.Limits{})
	if parsed, text := problem(t, err); parsed != kind && !(kind == strictjson.Duplicate && parsed == 0) {
		t.Errorf("Parse: %s, Validate: kind %d: %q", text, kind, data)
	}
	if err != nil {
		return
	}
	if got, want := hasDuplicate(&v), kind == strictjson.Duplicate; got != want {
		t.Errorf("Parse marks a duplicate: %v, Validate: %v: %q", got, want, data)
	}
	if !v.Equal(&v) {
		t.Errorf("a value is not equal to itself: %q", data)
	}
}

// sameMembers compares members with what encoding/json makes of the text.
func sameMembers(t *testing.T, data []byte, members strictjson.Members) {
	t.Helper()
	var want map[string]json.RawMessage
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	if len(members) != len(want) {
		t.Errorf("%d members, want %d: %q", len(members), len(want), data)
	}
	for _, m := range members {
		if !bytes.Equal(m.Value, want[m.Name]) {
			t.Errorf("%q is %q, want %q", m.Name, m.Value, want[m.Name])
		}
		pointer := "/" + strictjson.EscapePointer(m.Name)
		if raw, ok := members.Lookup(pointer); !ok || !bytes.Equal(raw, m.Value) {
			t.Errorf("in the members %q leads to %q, want %q", pointer, raw, m.Value)
		}
		if raw, ok := strictjson.Lookup(data, pointer); !ok || !bytes.Equal(raw, m.Value) {
			t.Errorf("%q leads to %q, want %q", pointer, raw, m.Value)
		}
	}
}

func hasDuplicate(v *strictjson.Value) bool {
	for i := range v.Items() {
		if hasDuplicate(&v.Items()[i]) {
			return true
		}
	}
	for i := range v.Members() {
		if m := &v.Members()[i]; m.Duplicate || hasDuplicate(&m.Value) {
			return true
		}
	}
	return false
}

// FuzzParse compares the tree with what encoding/json decodes, and checks that Equal
// accepts the text as encoding/json writes it again.
func FuzzParse(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := strictjson.Parse(data, strictjson.Limits{})
		if err != nil {
			return
		}
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if got := decoded(&v); !reflect.DeepEqual(got, want) {
			t.Errorf("%q reads %#v, want %#v", data, got, want)
		}
		again, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if !strictjson.Equal(data, again) {
			t.Errorf("%q does not equal %q", data, again)
		}
	})
}

// decoded returns the value as encoding/json decodes it, with json.Number.
func decoded(v *strictjson.Value) any {
	switch v.Type() {
	case strictjson.TypeObject:
		m := map[string]any{}
		for i := range v.Members() {
			m[v.Members()[i].Name] = decoded(&v.Members()[i].Value)
		}
		return m
	case strictjson.TypeArray:
		list := []any{}
		for i := range v.Items() {
			list = append(list, decoded(&v.Items()[i]))
		}
		return list
	case strictjson.TypeString:
		return v.Text()
	case strictjson.TypeNumber:
		return json.Number(v.Raw())
	case strictjson.TypeBoolean:
		return v.Bool()
	}
	return nil
}

// FuzzUnmarshal compares the decoded value with that of encoding/json.
func FuzzUnmarshal(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		var got, want document
		err := strictjson.Unmarshal(data, &got)
		if _, text := problem(t, err); err != nil {
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%q is refused and changes the value to %+v: %s", data, got, text)
			}
			return
		}
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatalf("accepts what encoding/json refuses: %q: %v", data, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q decodes to\n%+v, want\n%+v", data, got, want)
		}
	})
}

// FuzzLocate makes sure that no pointer leads outside the text.
func FuzzLocate(f *testing.F) {
	f.Add([]byte(`{"a": [1, {"b": 2}]}`), "/a/1/b")
	f.Add([]byte(`[`), "/0/0")
	f.Add([]byte(``), "/~")
	f.Fuzz(func(t *testing.T, data []byte, pointer string) {
		line, column := strictjson.Locate(data, pointer)
		if last, _ := strictjson.Position(data, len(data)); line < 1 || line > last || column < 1 || column > len(data)+1 {
			t.Errorf("%q in %q is at %d:%d", pointer, data, line, column)
		}
		if raw, ok := strictjson.Lookup(data, pointer); ok && !bytes.Contains(data, raw) {
			t.Errorf("%q leads to %q", pointer, raw)
		}
	})
}

// FuzzNumber compares Number with big.Rat.
func FuzzNumber(f *testing.F) {
	f.Add("400.00000000000000001", "4e2")
	f.Add("-0.0e-3", "0")
	f.Add("1230e-2", "12.3")
	f.Fuzz(func(t *testing.T, a, b string) {
		n, ok := strictjson.ParseNumber(a)
		m, ok2 := strictjson.ParseNumber(b)
		x, y := rational(a), rational(b)
		if !ok || !ok2 || x == nil || y == nil {
			return
		}
		if got, want := n.Compare(m), x.Cmp(y); got != want {
			t.Errorf("%s compared with %s is %d, want %d", a, b, got, want)
		}
		if got, want := n == m, x.Cmp(y) == 0; got != want {
			t.Errorf("%s == %s is %v", a, b, got)
		}
		if got, want := n.IsInteger(), x.IsInt(); got != want {
			t.Errorf("%s is an integer: %v, want %v", a, got, want)
		}
		if got, _ := n.Float64(); got != firstFloat(x) {
			t.Errorf("%s is the double %v, want %v", a, got, firstFloat(x))
		}
	})
}

func firstFloat(x *big.Rat) float64 { f, _ := x.Float64(); return f }

// rational returns the number that the text is, or nil if its exponent would
// make it too large to hold.
func rational(text string) *big.Rat {
	if _, exponent, ok := strings.Cut(strings.ToLower(text), "e"); ok && len(strings.TrimLeft(exponent, "+-0")) > 3 {
		return nil
	}
	x, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil
	}
	return x
}
