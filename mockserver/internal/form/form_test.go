package form_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/form"
)

// A value is what a reader returned: the value as text, and whether there was one.
type value struct {
	v  any
	ok bool
}

// readers read the property "p" by each type.
var readers = map[string]func(*form.Form) value{
	"a string":           func(f *form.Form) value { v, ok := f.Text("p", false); return value{v, ok} },
	"a nullable string":  func(f *form.Form) value { v, ok := f.Text("p", true); return value{v, ok} },
	"a number":           func(f *form.Form) value { v, ok := f.Number("p", false); return value{v, ok} },
	"a nullable number":  func(f *form.Form) value { v, ok := f.Number("p", true); return value{v, ok} },
	"a boolean":          func(f *form.Form) value { v, ok := f.Boolean("p"); return value{v, ok} },
	"an enumeration":     func(f *form.Form) value { v, ok := f.OneOf("p", false, "daily", "weekly"); return value{v, ok} },
	"a nullable enum":    func(f *form.Form) value { v, ok := f.OneOf("p", true, "daily", "weekly"); return value{v, ok} },
	"a UUID":             func(f *form.Form) value { v, ok := f.UUID("p"); return value{v, ok} },
	"a URL":              func(f *form.Form) value { _, v, ok := f.AbsoluteURL("p"); return value{v, ok} },
	"a nullable instant": func(f *form.Form) value { _, v, ok := f.Timestamp("p"); return value{v, ok} },
}

func TestFormReadsAPropertyByItsType(t *testing.T) {
	t.Parallel()
	const uuid = "0df9e665-d932-5740-b2c7-b52af166bc11"
	for _, tt := range []struct {
		kind, body string
		want       value
		message    string // of the issue; "" for none
	}{
		{"a string", `{}`, value{"", false}, ""},
		{"a string", `{"p":""}`, value{"", true}, ""},
		{"a string", `{"p":"\u00e9"}`, value{"é", true}, ""},
		{"a string", `{"p":null}`, value{"", false}, "must be a string, not null"},
		{"a string", `{"p":1}`, value{"", false}, "must be a string, not a number"},
		{"a string", `{"p":["a"]}`, value{"", false}, "must be a string, not an array"},
		{"a nullable string", `{"p":null}`, value{"", false}, ""},
		{"a nullable string", `{"p":true}`, value{"", false}, "must be a string or null, not a boolean"},
		{"a number", `{"p":0}`, value{0.0, true}, ""},
		{"a number", `{"p":9}`, value{9.0, true}, ""},
		{"a number", `{"p":-0.5e1}`, value{-5.0, true}, ""},
		{"a number", `{"p":1.7976931348623157e308}`, value{math.MaxFloat64, true}, ""},
		{"a number", `{"p":1e999}`, value{0.0, false}, `must be a number that a double can hold, not "1e999"`},
		{"a number", `{"p":null}`, value{0.0, false}, "must be a number, not null"},
		{"a number", `{"p":"1"}`, value{0.0, false}, "must be a number, not a string"},
		{"a nullable number", `{"p":null}`, value{0.0, false}, ""},
		{"a nullable number", `{"p":{}}`, value{0.0, false}, "must be a number or null, not an object"},
		{"a boolean", `{"p":true}`, value{true, true}, ""},
		{"a boolean", `{"p":false}`, value{false, true}, ""},
		{"a boolean", `{"p":null}`, value{false, false}, "must be a boolean, not null"},
		{"a boolean", `{"p":"true"}`, value{false, false}, "must be a boolean, not a string"},
		{"an enumeration", `{"p":"weekly"}`, value{"weekly", true}, ""},
		{"an enumeration", `{"p":"Weekly"}`, value{"", false}, `must be one of daily, weekly, not "Weekly"`},
		{"an enumeration", `{"p":""}`, value{"", false}, `must be one of daily, weekly, not ""`},
		{"a nullable enum", `{"p":null}`, value{"", false}, ""},
		{"a nullable enum", `{"p":"x"}`, value{"", false}, `must be one of daily, weekly or null, not "x"`},
		{"a UUID", `{"p":"` + uuid + `"}`, value{uuid, true}, ""},
		{"a UUID", `{"p":"0df9"}`, value{"", false}, `must be a UUID, not "0df9"`},
		{"a URL", `{"p":"https://a.test/cb"}`, value{"https://a.test/cb", true}, ""},
		{"a URL", `{"p":"/cb"}`, value{"", false}, `must be an absolute URI, not "/cb"`},
		{"a URL", `{"p":"https://a.test:x"}`, value{"", false}, `must be an absolute URI, not "https://a.test:x"`},
		{"a nullable instant", `{"p":"2029-11-30T23:59:59+02:00"}`, value{"2029-11-30T23:59:59+02:00", true}, ""},
		{"a nullable instant", `{"p":null}`, value{"", false}, ""},
		{"a nullable instant", `{"p":"soon"}`, value{"", false}, `must be an ISO 8601 timestamp in UTC such as 2029-11-30T23:59:59Z, or null, not "soon"`},
	} {
		t.Run(tt.kind+" in "+tt.body, func(t *testing.T) {
			t.Parallel()
			f := form.New(read(t, tt.body), nil)
			if got := readers[tt.kind](f); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			switch {
			case tt.message == "" && len(f.Issues) != 0:
				t.Errorf("got issues %v", f.Issues)
			case tt.message != "" && (len(f.Issues) != 1 || f.Issues[0].Path != "/p" || f.Issues[0].Message != tt.message):
				t.Errorf("got issues %v, want %q", f.Issues, tt.message)
			}
			if names := f.Undeclared(); names != nil {
				t.Errorf("%q is undeclared though it was read", names)
			}
		})
	}
}

func TestFormReadsTimes(t *testing.T) {
	t.Parallel()
	f := form.New(read(t, `{"p":"2029-11-30T23:59:59+02:00"}`), nil)
	got, _, _ := f.Timestamp("p")
	if want := time.Date(2029, time.November, 30, 21, 59, 59, 0, time.UTC); !got.Equal(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestFormRequire(t *testing.T) {
	t.Parallel()
	f := form.New(read(t, `{"null":null}`), nil)
	f.Require("null")
	f.Require("a/b")
	if diff := cmp.Diff([]string{"/a~1b body.required"}, rules(f.Issues)); diff != "" {
		t.Errorf("issues (-want +got):\n%s", diff)
	}
	refused := []apispec.Issue{{Rule: "body.json"}}
	f = form.New(nil, refused)
	f.Require("name")
	if !f.Unusable() || len(f.Issues) != 1 {
		t.Errorf("a refused body: unusable %v, issues %v, want only its own", f.Unusable(), f.Issues)
	}
}

func TestFormUndeclared(t *testing.T) {
	t.Parallel()
	f := form.New(read(t, `{"z":1,"name":"k","a":null}`), nil)
	f.Text("name", false)
	f.Has("a") // looking is not reading
	if got, want := f.Undeclared(), []string{"a", "z"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFormRules(t *testing.T) {
	t.Parallel()
	f := form.New(read(t, `{}`), nil)
	if f.Allow(false, "never") || !f.Allow(true, "keys.negative-limit") {
		t.Error("Allow does not return its argument")
	}
	f.Decide("keys.negative-limit")
	f.Decide("")
	if got, want := f.Rules("keys.created"), []string{"keys.created", "keys.negative-limit"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	f = form.New(read(t, `{"x":1}`), nil)
	if got, want := f.Rules("keys.created"), []string{"keys.created", "body.undeclared"}; !slices.Equal(got, want) {
		t.Errorf("with an undeclared property: got %q, want %q", got, want)
	}
}

// FuzzForm checks every reader on any object. A property that has a value has no issue. One
// that is present and has no value has one issue, unless it may be null.
func FuzzForm(f *testing.F) {
	for _, body := range []string{
		`{}`, `{"p":null}`, `{"p":"daily"}`, `{"p":-1e999}`, `{"p":true}`, `{"p":"0DF9E665-D932-5740-B2C7-B52AF166BC11"}`,
		`{"p":"https://a.test"}`, `{"p":"2016-12-31T23:59:60Z"}`, `{"p":"\ud83d\ude00"}`, `{"p":[{}]}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b := form.Body{Data: data}
		members, issues := b.Object(contentType("application/json"))
		for name, reader := range readers {
			f := form.New(members, slices.Clone(issues))
			got := reader(f)
			found := len(f.Issues) - len(issues)
			raw, present := members.Get("p")
			mayBeAbsent := !present || string(raw) == "null"
			switch {
			case got.ok && (found != 0 || !present):
				t.Errorf("%s: the value %v with the issues %v", name, got.v, f.Issues)
			case !got.ok && found > 1, !got.ok && found == 0 && !mayBeAbsent:
				t.Errorf("%s: no value, and the issues %v", name, f.Issues)
			}
		}
	})
}
