package form_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver/internal/form"
)

// parameters read the parameter "p" by each type.
var parameters = map[string]func(*form.Query) value{
	"text":    func(q *form.Query) value { v, ok := q.Text("p", "list.p"); return value{v, ok} },
	"a count": func(q *form.Query) value { v, ok := q.Count("p", "list.p"); return value{v, ok} },
	"a flag":  func(q *form.Query) value { v, ok := q.Flag("p", "list.p"); return value{v, ok} },
	"a UUID":  func(q *form.Query) value { v, ok := q.UUID("p", "list.p"); return value{v, ok} },
}

func TestQueryReadsAParameterByItsType(t *testing.T) {
	t.Parallel()
	const uuid = "0df9e665-d932-5740-b2c7-b52af166bc11"
	for _, tt := range []struct {
		kind, raw string
		want      value
		message   string // of the only issue; "" for none
	}{
		{"text", "", value{"", false}, ""},
		{"text", "p", value{"", true}, ""},
		{"text", "p=a+b%20c", value{"a b c", true}, ""},
		{"text", "p=1&p=2", value{"", false}, "must not appear twice"},
		{"a count", "", value{0, false}, ""},
		{"a count", "p=0", value{0, true}, ""},
		{"a count", "p=007", value{7, true}, ""},
		{"a count", "p=99999999999999999999", value{math.MaxInt, true}, ""},
		{"a count", "p=", value{0, false}, `must be an integer, 0 or more, not ""`},
		{"a count", "p=-1", value{0, false}, `must be an integer, 0 or more, not "-1"`},
		{"a count", "p=%2B1", value{0, false}, `must be an integer, 0 or more, not "+1"`},
		{"a count", "p=1.0", value{0, false}, `must be an integer, 0 or more, not "1.0"`},
		{"a flag", "", value{false, false}, ""},
		{"a flag", "p=true", value{true, true}, ""},
		{"a flag", "p=false", value{false, true}, ""},
		{"a flag", "p=1", value{false, false}, `must be true or false, not "1"`},
		{"a UUID", "", value{"", false}, ""},
		{"a UUID", "p=" + strings.ToUpper(uuid), value{uuid, true}, ""},
		{"a UUID", "p=default", value{"", false}, `must be a UUID, not "default"`},
	} {
		t.Run(tt.kind+" in "+tt.raw, func(t *testing.T) {
			t.Parallel()
			q := form.NewQuery(tt.raw, "list.parameters")
			if got := parameters[tt.kind](q); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			switch {
			case tt.message == "" && len(q.Issues) != 0:
				t.Errorf("got issues %v", q.Issues)
			case tt.message != "" && (len(q.Issues) != 1 || q.Issues[0].Path != "?p" || q.Issues[0].Message != tt.message):
				t.Errorf("got issues %v, want %q", q.Issues, tt.message)
			}
		})
	}
}

func TestQueryUsedListsTheRulesOfPresentParameters(t *testing.T) {
	t.Parallel()
	q := form.NewQuery("a=1&b=x", "list.parameters")
	q.Count("a", "list.a")
	q.Count("b", "list.b")
	q.Count("c", "list.c")
	q.Text("a", "list.a")
	if want := []string{"list.a", "list.b"}; !slices.Equal(q.Used, want) {
		t.Errorf("got %q, want %q", q.Used, want)
	}
}

func TestQueryAsAWhole(t *testing.T) {
	t.Parallel()
	q := form.NewQuery("offset=1&z=1&z=2&offst=2&a=%zz", "list.parameters")
	q.Count("offset", "list.offset")
	q.RefuseUnknown("list-keys")
	if diff := cmp.Diff([]string{
		"? list.parameters", "?z list.parameters", // as they were parsed
		"?offst list.parameters", "?z list.parameters", // as nothing reads them
	}, rules(q.Issues)); diff != "" {
		t.Errorf("issues (-want +got):\n%s", diff)
	}
	if got, want := q.Issues[2].Message, "is not a parameter of list-keys; did you mean offset?"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzQuery checks every reader on any query. A parameter that has a value has no issue,
// and one that is present once and has no value has one issue.
func FuzzQuery(f *testing.F) {
	for _, raw := range []string{"", "p", "p=1&p=2", "p=%zz", "p=00000000000000000001", "p=true;q=1", "p=%00", "q=1&p=0df9e665-d932-5740-b2c7-b52af166bc11"} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		for name, reader := range parameters {
			q := form.NewQuery(raw, "list.parameters")
			before := len(q.Issues)
			got := reader(q)
			found, once := len(q.Issues)-before, len(q.Values["p"]) == 1
			if got.ok && (found != 0 || !once) || !got.ok && once && found != 1 || !once && found != 0 {
				t.Errorf("%s: the value %v, %v with the issues %v", name, got.v, got.ok, q.Issues)
			}
			if n, ok := got.v.(int); ok && n < 0 {
				t.Errorf("%s: got %d", name, n)
			}
			before = len(q.Issues)
			q.RefuseUnknown("list-keys")
			if unknown := len(q.Issues) - before; unknown != len(q.Values)-min(1, len(q.Values["p"])) {
				t.Errorf("%s: %d of the parameters %v are unknown", name, unknown, q.Values)
			}
		}
	})
}
