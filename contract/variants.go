package contract

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// A variant is a body that differs from a good one in one place. Variants are
// the request cases, and as responses they are the cases of the self-test.
type variant struct {
	name    string   // "limit_reset left out"
	path    []string // of the place; none for the whole body
	kind    string   // one of the Case constants
	body    []byte
	verdict verdict // on the variant as a response
}

// A verdict is what a schema says about a variant.
type verdict int

const (
	unknown verdict = iota // the variant may be valid or not
	valid
	invalid
)

// A variantBuilder collects the variants of one good body.
type variantBuilder struct {
	base     *node
	variants []variant
}

// variants returns the variants of a good body: the body itself, then each place
// of it changed in every way that a constraint of the schema forbids and in some
// that it allows, then the body changed as a whole. Their order is fixed.
func (s *schema) variants(base *node) []variant {
	b := variantBuilder{base: base}
	b.add("every member", nil, CaseSample, valid, base)
	required := base
	for _, p := range s.places(base, nil) {
		b.place(p)
		if len(p.path) == 1 && !p.required && base.kind == mappingNode {
			required = required.without(p.path)
		}
	}
	b.add("required members alone", nil, CaseSample, s.verdictUnlessFolded(valid), required)
	b.undeclared(s, base, nil)
	b.texts(s)
	return b.variants
}

// verdictUnlessFolded returns v, or unknown if s is made from alternatives.
func (s *schema) verdictUnlessFolded(v verdict) verdict {
	if s != nil && s.folded {
		return unknown
	}
	return v
}

func (b *variantBuilder) add(name string, path []string, kind string, v verdict, body *node) {
	b.raw(name, path, kind, v, body.json())
}

func (b *variantBuilder) raw(name string, path []string, kind string, v verdict, body []byte) {
	if len(path) > 0 {
		name = strings.Join(path, ".") + " " + name
	}
	b.variants = append(b.variants, variant{name, path, kind, body, v})
}

// set adds the body with the value v at a place.
func (b *variantBuilder) set(p place, name, kind string, verdict verdict, v *node) {
	if verdict == valid && p.unsure {
		verdict = unknown
	}
	b.add(name, p.path, kind, verdict, b.base.with(p.path, v))
}

// place adds the variants that differ at one place.
func (b *variantBuilder) place(p place) {
	if _, err := strconv.Atoi(p.path[len(p.path)-1]); err != nil {
		verdict := invalid
		if !p.required {
			verdict = valid
			if p.unsure {
				verdict = unknown
			}
		}
		b.add("left out", p.path, CaseLeftOut, verdict, b.base.without(p.path))
	}
	for _, other := range oneOfEachType() {
		if !p.takes(other.name) {
			b.set(p, "of type "+other.name, CaseType, invalid, other.value)
		}
	}
	b.set(p, "null", CaseNull, p.verdictOn(null()), null())
	b.values(p)
	if len(p.values) > 0 {
		return
	}
	b.counts(p)
	if p.takes("string") {
		for _, t := range textsOf(p.format) {
			b.set(p, t.name, CaseFormat, t.verdict, text(t.text))
		}
		if p.format == "" {
			b.lengths(p)
		}
	}
	if p.takes("integer") {
		b.numbers(p)
	}
}

// values adds each value of an enum or a const, and values that are not in it.
func (b *variantBuilder) values(p place) {
	for _, v := range p.values {
		b.set(p, "as "+strings.Trim(string(v.json()), `"`), CaseEnum, valid, v)
	}
	if allowed := p.enum(); len(allowed) > 0 {
		for _, other := range []struct{ name, text string }{
			{"outside its enum", "none-of-them"},
			{"empty, outside its enum", ""},
			{"in capitals, outside its enum", strings.ToUpper(allowed[0])},
		} {
			if !slices.Contains(allowed, other.text) {
				b.set(p, other.name, CaseEnum, invalid, text(other.text))
			}
		}
		return
	}
	for _, v := range p.values {
		other := number("7919")
		if v.tag == "!!bool" {
			other = boolean(!v.isTrue())
		}
		if p.verdictOn(other) == invalid {
			b.set(p, "outside its enum", CaseEnum, invalid, other)
			return
		}
	}
}

// verdictOn returns the verdict of the types, enum and const of a schema on v.
func (s *schema) verdictOn(v *node) verdict {
	if !s.takes(v.jsonType()) {
		return invalid
	}
	if s == nil || len(s.values) == 0 || slices.ContainsFunc(s.values, v.same) || v.tag == "!!null" && s.nullable() {
		return valid
	}
	return invalid
}

// lengths adds texts at the limits on length, or an empty and a long one if
// there are no limits, and texts of unusual characters.
func (b *variantBuilder) lengths(p place) {
	shortest, longest := 0, math.MaxInt
	lengths := []int{0, 1, 101, 10_000}
	if least, ok := p.limit("minLength").number(); ok {
		shortest = int(least)
		lengths = append(lengths, max(0, shortest-1), shortest)
	}
	if most, ok := p.limit("maxLength").number(); ok {
		longest = int(most)
		lengths = append(lengths, longest, longest+1)
	}
	within := valid // the limits
	if p.limit("pattern") != nil {
		within = unknown
	}
	slices.Sort(lengths)
	for _, n := range slices.Compact(lengths) {
		verdict := within
		if n < shortest || n > longest {
			verdict = invalid
		}
		b.set(p, "of "+count(n, "character"), CaseBounds, verdict, text(strings.Repeat("a", n)))
	}
	b.set(p, "of letters outside ASCII", CaseBounds, unknown, text("schlüssel 鍵 🔑"))
	b.set(p, "with a control character", CaseBounds, unknown, text("a\x00b"))
}

// numbers adds numbers at the limits that the schema sets, and at the limits of
// a double.
func (b *variantBuilder) numbers(p place) {
	literals := []string{"0", "-1", "1.7976931348623157e308", "1e400"}
	if p.takes("number") {
		literals = append(literals, "-0.0", "0.1", "5e-324")
	} else {
		literals = append(literals, "9007199254740993", "1.0")
	}
	for _, keyword := range []string{"minimum", "maximum"} {
		if edge, ok := p.limit(keyword).number(); ok {
			for _, f := range []float64{edge - 1, edge, edge + 1} {
				literals = append(literals, strconv.FormatFloat(f, 'f', -1, 64))
			}
		}
	}
	slices.Sort(literals)
	for _, literal := range slices.Compact(literals) {
		b.set(p, "of "+literal, CaseBounds, p.verdictOnNumber(literal), number(literal))
	}
}

// verdictOnNumber returns the verdict of a schema for numbers on a literal.
func (s *schema) verdictOnNumber(literal string) verdict {
	f, err := strconv.ParseFloat(literal, 64)
	if err != nil {
		return invalid // beyond the range of a double
	}
	if least, bounded := s.limit("minimum").number(); bounded && f < least {
		return invalid
	}
	if most, bounded := s.limit("maximum").number(); bounded && f > most {
		return invalid
	}
	for _, keyword := range []string{"exclusiveMinimum", "exclusiveMaximum", "multipleOf"} {
		if s.limit(keyword) != nil {
			return unknown
		}
	}
	return valid
}

// counts adds an array with no items, and one with too many.
func (b *variantBuilder) counts(p place) {
	if !p.takes("array") || p.items == nil && p.limit("minItems") == nil && p.limit("maxItems") == nil {
		return
	}
	verdict := valid
	if least, ok := p.limit("minItems").number(); ok && least > 0 {
		verdict = invalid
	}
	b.set(p, "of no items", CaseBounds, verdict, array())
	if most, ok := p.limit("maxItems").number(); ok {
		items := slices.Repeat([]*node{p.items.sample(1)}, int(most)+1)
		b.set(p, "of too many items", CaseBounds, invalid, array(items...))
	}
}
