package samples

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/contract/internal/openapi"
)

// A Variant is a body that differs from a good one in one place.
type Variant struct {
	Name    string   // "limit_reset left out"
	Path    []string // of the place; none for the whole body
	Kind    string   // one of the Case constants
	Body    []byte
	Verdict verdict // on the variant as a response
}

// A verdict is what a schema says about a variant.
type verdict int

const (
	Unknown verdict = iota // the schema leaves it open
	Valid
	Invalid
)

// A VariantBuilder collects the variants of one good body.
type VariantBuilder struct {
	Base     *openapi.Node
	Variants []Variant
}

// Variants returns the variants of a good body: the body itself, then each place
// of it changed in every way that a constraint of the schema forbids and in some
// that it allows, then the body changed as a whole. Their order is fixed.
func Variants(s *openapi.Schema, base *openapi.Node) []Variant {
	b := VariantBuilder{Base: base}
	b.Add("every member", nil, CaseSample, Valid, base)
	required := base
	for _, p := range Places(s, base, nil) {
		b.Place(p)
		if len(p.path) == 1 && !p.required && base.Kind == openapi.MappingNode {
			required = required.Without(p.path)
		}
	}
	b.Add("required members alone", nil, CaseSample, verdictUnlessFolded(s, Valid), required)
	b.Undeclared(s, base, nil)
	b.Texts(s)
	return b.Variants
}

// verdictUnlessFolded returns v, or Unknown if s is made from alternatives.
func verdictUnlessFolded(s *openapi.Schema, v verdict) verdict {
	if s != nil && s.Folded {
		return Unknown
	}
	return v
}

func (b *VariantBuilder) Add(name string, path []string, kind string, v verdict, body *openapi.Node) {
	b.raw(name, path, kind, v, body.JSON())
}

func (b *VariantBuilder) raw(name string, path []string, kind string, v verdict, body []byte) {
	if len(path) > 0 {
		name = strings.Join(path, ".") + " " + name
	}
	b.Variants = append(b.Variants, Variant{name, path, kind, body, v})
}

// Set adds the body with the value v at a place.
func (b *VariantBuilder) Set(p place, name, kind string, verdict verdict, v *openapi.Node) {
	if verdict == Valid && p.unsure {
		verdict = Unknown
	}
	b.Add(name, p.path, kind, verdict, b.Base.With(p.path, v))
}

// Place adds the variants that differ at one place.
func (b *VariantBuilder) Place(p place) {
	if _, err := strconv.Atoi(p.path[len(p.path)-1]); err != nil {
		verdict := Invalid
		if !p.required {
			verdict = Valid
			if p.unsure {
				verdict = Unknown
			}
		}
		b.Add("left out", p.path, CaseLeftOut, verdict, b.Base.Without(p.path))
	}
	for _, other := range oneOfEachType() {
		if !p.Takes(other.name) {
			b.Set(p, "of type "+other.name, CaseType, Invalid, other.value)
		}
	}
	b.Set(p, "null", CaseNull, verdictOn(p.Schema, openapi.Null()), openapi.Null())
	b.values(p)
	if len(p.Values) > 0 {
		return
	}
	b.counts(p)
	if p.Takes("string") {
		for _, t := range textsOf(p.Format) {
			b.Set(p, t.name, CaseFormat, t.verdict, openapi.Text(t.text))
		}
		if p.Format == "" {
			b.lengths(p)
		}
	}
	if p.Takes("integer") {
		b.numbers(p)
	}
}

// values adds each value of an enum or a const, and values that are not in it.
func (b *VariantBuilder) values(p place) {
	for _, v := range p.Values {
		b.Set(p, "as "+strings.Trim(string(v.JSON()), `"`), CaseEnum, Valid, v)
	}
	if allowed := p.Enum(); len(allowed) > 0 {
		for _, other := range []struct{ name, text string }{
			{"outside its enum", "none-of-them"},
			{"empty, outside its enum", ""},
			{"in capitals, outside its enum", strings.ToUpper(allowed[0])},
		} {
			if !slices.Contains(allowed, other.text) {
				b.Set(p, other.name, CaseEnum, Invalid, openapi.Text(other.text))
			}
		}
		return
	}
	for _, v := range p.Values {
		other := openapi.Number("7919")
		if v.Tag == "!!bool" {
			other = openapi.Boolean(!v.IsTrue())
		}
		if verdictOn(p.Schema, other) == Invalid {
			b.Set(p, "outside its enum", CaseEnum, Invalid, other)
			return
		}
	}
}

// verdictOn returns the verdict of the types, enum and const of a schema on v.
func verdictOn(s *openapi.Schema, v *openapi.Node) verdict {
	if !s.Takes(v.JSONType()) {
		return Invalid
	}
	if s == nil || len(s.Values) == 0 || slices.ContainsFunc(s.Values, v.Same) || v.Tag == "!!null" && s.Nullable() {
		return Valid
	}
	return Invalid
}

// lengths adds texts at the limits on length, or an empty and a long one if
// there are no limits, and texts of unusual characters.
func (b *VariantBuilder) lengths(p place) {
	shortest, longest := 0, math.MaxInt
	lengths := []int{0, 1, 101, 10_000}
	if least, ok := p.Limit("minLength").Number(); ok {
		shortest = int(least)
		lengths = append(lengths, max(0, shortest-1), shortest)
	}
	if most, ok := p.Limit("maxLength").Number(); ok {
		longest = int(most)
		lengths = append(lengths, longest, longest+1)
	}
	within := Valid // the verdict on a length within the limits
	if p.Limit("pattern") != nil {
		within = Unknown
	}
	slices.Sort(lengths)
	for _, n := range slices.Compact(lengths) {
		verdict := within
		if n < shortest || n > longest {
			verdict = Invalid
		}
		b.Set(p, "of "+jsonbody.Count(n, "character"), CaseBounds, verdict, openapi.Text(strings.Repeat("a", n)))
	}
	b.Set(p, "of letters outside ASCII", CaseBounds, Unknown, openapi.Text("schlüssel 鍵 🔑"))
	b.Set(p, "with a control character", CaseBounds, Unknown, openapi.Text("a\x00b"))
}

// numbers adds numbers at the limits that the schema sets, and at the limits of
// a double.
func (b *VariantBuilder) numbers(p place) {
	literals := []string{"0", "-1", "1.7976931348623157e308", "1e400"}
	if p.Takes("number") {
		literals = append(literals, "-0.0", "0.1", "5e-324")
	} else {
		literals = append(literals, "9007199254740993", "1.0")
	}
	for _, keyword := range []string{"minimum", "maximum"} {
		if edge, ok := p.Limit(keyword).Number(); ok {
			for _, f := range []float64{edge - 1, edge, edge + 1} {
				literals = append(literals, strconv.FormatFloat(f, 'f', -1, 64))
			}
		}
	}
	slices.Sort(literals)
	for _, literal := range slices.Compact(literals) {
		b.Set(p, "of "+literal, CaseBounds, verdictOnNumber(p.Schema, literal), openapi.Number(literal))
	}
}

// verdictOnNumber returns the verdict of a schema for numbers on a literal.
func verdictOnNumber(s *openapi.Schema, literal string) verdict {
	f, err := strconv.ParseFloat(literal, 64)
	if err != nil {
		return Invalid // beyond the range of a double
	}
	if least, bounded := s.Limit("minimum").Number(); bounded && f < least {
		return Invalid
	}
	if most, bounded := s.Limit("maximum").Number(); bounded && f > most {
		return Invalid
	}
	for _, keyword := range []string{"exclusiveMinimum", "exclusiveMaximum", "multipleOf"} {
		if s.Limit(keyword) != nil {
			return Unknown
		}
	}
	return Valid
}

// counts adds an array with no items, and one with too many.
func (b *VariantBuilder) counts(p place) {
	if !p.Takes("array") || p.Items == nil && p.Limit("minItems") == nil && p.Limit("maxItems") == nil {
		return
	}
	verdict := Valid
	if least, ok := p.Limit("minItems").Number(); ok && least > 0 {
		verdict = Invalid
	}
	b.Set(p, "of no items", CaseBounds, verdict, openapi.Array())
	if most, ok := p.Limit("maxItems").Number(); ok {
		items := slices.Repeat([]*openapi.Node{Of(p.Items, 1)}, int(most)+1)
		b.Set(p, "of too many items", CaseBounds, Invalid, openapi.Array(items...))
	}
}
