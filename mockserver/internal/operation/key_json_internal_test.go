package operation

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/mockgates/mockgates/mockserver/keyobject"
)

// TestAppendJSON_isThatOfMarshal compares the bytes with those of json.Marshal, for key objects with hostile texts
// and amounts, each member on its own and all together.
func TestAppendJSON_isThatOfMarshal(t *testing.T) {
	t.Parallel()
	texts := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "plain", `"`, `\`, "<", ">", "&", "\n", "\x7f", "\u2028", "é", "\xff", "~ !"}))
	amounts := rapid.OneOf(
		rapid.Float64().Filter(func(x float64) bool { return !math.IsInf(x, 0) && !math.IsNaN(x) }),
		rapid.Map(rapid.Int64(), func(n int64) float64 { return float64(n) }),
		rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 0.1, -1, 1e-7, 1e15, 1e20, 1e21, 1 << 53, 1<<53 + 2, -(1 << 53), math.MaxInt64, math.MinInt64, math.MaxFloat64}))
	rapid.Check(t, func(t *rapid.T) {
		var o keyobject.Object
		fill(t, reflect.ValueOf(&o).Elem(), texts, amounts)
		list := slices.Repeat([]keyobject.Object{o}, rapid.IntRange(0, 3).Draw(t, "keys"))
		for _, body := range []interface{ AppendJSON([]byte) []byte }{&keyShown{o}, &keyCreated{o, texts.Draw(t, "secret")}, &keysListed{list}} {
			want, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			if got := body.AppendJSON([]byte("before ")); string(got) != "before "+string(want) {
				t.Fatalf("got  %s\nwant %s", got, want)
			}
		}
	})
}

// fill draws a value for each member of a key object.
func fill(t *rapid.T, v reflect.Value, texts *rapid.Generator[string], amounts *rapid.Generator[float64]) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), texts, amounts)
		}
	case reflect.Pointer:
		if rapid.Bool().Draw(t, "present") {
			v.Set(reflect.New(v.Type().Elem()))
			fill(t, v.Elem(), texts, amounts)
		}
	case reflect.String:
		v.SetString(texts.Draw(t, "text"))
	case reflect.Float64:
		v.SetFloat(amounts.Draw(t, "amount"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	default:
		t.Fatalf("a key object has a member of the type %s; want the test and appendKey to know it", v.Type())
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	limit := 100.0
	o := &keyShown{keyobject.Object{Hash: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", Name: "Analytics Service Key", Budget: keyobject.Budget{Limit: &limit, LimitRemaining: &limit}, CreatedAt: "2029-11-30T23:59:59Z"}}
	var out []byte
	b.Run("append", func(b *testing.B) {
		for b.Loop() {
			out = o.AppendJSON(out[:0])
		}
	})
	b.Run("marshal", func(b *testing.B) {
		for b.Loop() {
			out, _ = json.Marshal(o)
		}
	})
}
