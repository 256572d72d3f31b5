package contract

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// The kinds of Case: what is done to a good body.
const (
	CaseSample     = "sample"     // nothing
	CaseLeftOut    = "left-out"   // a member is missing
	CaseType       = "type"       // a member is of another JSON type
	CaseNull       = "null"       // a member is null
	CaseEnum       = "enum"       // a member is one of its values, or none of them
	CaseFormat     = "format"     // a member is at the edge of its format
	CaseBounds     = "bounds"     // a member is at the edge of what its type can hold
	CaseUndeclared = "undeclared" // a member that the schema does not name
	CaseBody       = "body"       // the body as a whole is another
)

// A Case is one request body that the specification yields. It does not say
// whether the body is valid: Check does.
type Case struct {
	Name    string // reads as "limit_reset outside its enum"
	Body    []byte
	Pointer string // of the member it is about; "" for the whole body
	Kind    string // one of the Case constants
}

// RequestCases returns every case that the specification yields for the body of
// an operation, in an order that never changes: each member left out, null, of
// each other type, each value of its enum and one outside, good and bad texts
// of its format, values at its bounds; a member that is not declared; and bodies
// that are wrong as a whole. There are none for an operation that is not in the
// contract or takes no JSON body.
func (c *Contract) RequestCases(operation string) []Case {
	op := c.operation(operation)
	if op == nil || op.body == nil || op.body.jsonSchema() == nil {
		return nil
	}
	s := op.body.jsonSchema()
	b := caseBuilder{base: s.complete(op.body.example)}
	b.add("every member", nil, CaseSample, b.base)
	only := b.base
	for _, p := range s.places(b.base, nil) {
		b.member(p)
		if len(p.path) == 1 && !p.required {
			only = only.without(p.path)
		}
	}
	b.add("required members alone", nil, CaseSample, only)
	if b.base.kind == mappingNode {
		b.add("a property that the schema does not name", nil, CaseUndeclared, b.base.with([]string{"not_in_the_schema"}, boolean(true)))
		b.objects()
	}
	b.bodies()
	return b.cases
}

type caseBuilder struct {
	base  *node
	cases []Case
}

func (b *caseBuilder) add(name string, path []string, kind string, body *node) {
	b.raw(name, path, kind, body.json())
}

func (b *caseBuilder) raw(name string, path []string, kind string, body []byte) {
	if len(path) > 0 {
		name = strings.Join(path, ".") + " " + name
	}
	b.cases = append(b.cases, Case{name, body, pointerOf(path), kind})
}

// set adds a case in which the member at path is v.
func (b *caseBuilder) set(name string, path []string, kind string, v *node) {
	b.add(name, path, kind, b.base.with(path, v))
}

// member adds the cases of one member.
func (b *caseBuilder) member(p place) {
	if _, err := strconv.Atoi(p.path[len(p.path)-1]); err != nil {
		b.add("left out", p.path, CaseLeftOut, b.base.without(p.path))
	}
	for _, other := range oneOfEachType() {
		if !p.takes(other.name) {
			b.set("of type "+other.name, p.path, CaseType, other.value)
		}
	}
	b.set("null", p.path, CaseNull, null())
	for _, v := range p.values {
		b.set("as "+strings.Trim(string(v.json()), `"`), p.path, CaseEnum, v)
	}
	if allowed := p.enum(); len(allowed) > 0 {
		b.set("outside its enum", p.path, CaseEnum, text("none-of-them"))
		b.set("empty, outside its enum", p.path, CaseEnum, text(""))
		if upper := strings.ToUpper(allowed[0]); !slices.Contains(allowed, upper) {
			b.set("in capitals, outside its enum", p.path, CaseEnum, text(upper))
		}
		return
	}
	if p.takes("string") && len(p.types) > 0 {
		for _, t := range textsOf(p.format) {
			b.set(t.name, p.path, CaseFormat, text(t.text))
		}
		b.textBounds(p)
	}
	if p.takes("integer") && len(p.types) > 0 {
		b.numberBounds(p)
	}
}

// textsOf are texts that are of a format, nearly so, or not at all.
func textsOf(format string) []struct{ name, text string } {
	switch format {
	case "date-time":
		return []struct{ name, text string }{
			{"that is no time", "tomorrow"},
			{"with a date alone", "2029-11-30"},
			{"without seconds", "2029-11-30T23:59Z"},
			{"without an offset", "2029-11-30T23:59:59"},
			{"with an offset of zero", "2029-11-30T23:59:59+00:00"},
			{"with an offset of two hours", "2029-11-30T23:59:59+02:00"},
			{"with a fraction of a second", "2029-11-30T23:59:59.123Z"},
			{"on a day that is not", "2029-02-30T00:00:00Z"},
			{"on a leap day", "2028-02-29T00:00:00Z"},
			{"in the past", "1999-12-31T23:59:59Z"},
			{"as a number in a text", "1900000000"},
			{"as an empty text", ""},
		}
	case "uri":
		return []struct{ name, text string }{
			{"that is no address", "not an address"},
			{"that is relative", "/auth/callback"},
			{"without a scheme", "myapp.com/auth/callback"},
			{"with a space", "https://myapp.com/a b"},
			{"of another scheme", "http://myapp.com/auth/callback"},
			{"on port 443", "https://myapp.com:443/auth/callback"},
			{"on port 3000", "https://myapp.com:3000/auth/callback"},
			{"on another port", "https://myapp.com:8443/auth/callback"},
			{"with a query", "https://myapp.com/auth/callback?a=b"},
			{"as an empty text", ""},
		}
	case "uuid":
		return []struct{ name, text string }{
			{"that is no uuid", "default"},
			{"a digit short", "0df9e665-d932-5740-b2c7-b52af166bc1"},
			{"with a letter that is no digit", "0df9e665-d932-5740-b2c7-b52af166bc1g"},
			{"in capitals", "0DF9E665-D932-5740-B2C7-B52AF166BC11"},
			{"without hyphens", "0df9e665d9325740b2c7b52af166bc11"},
			{"as an empty text", ""},
		}
	}
	return nil
}

// textBounds adds texts of each length at the edge of what is allowed. Without
// limits in the schema these are an empty text and a long one.
func (b *caseBuilder) textBounds(p place) {
	if p.format != "" {
		return
	}
	lengths := []int{0, 1, 101, 10_000}
	if least, ok := p.limit("minLength").number(); ok && least > 0 {
		lengths = append(lengths, int(least)-1, int(least))
	}
	if most, ok := p.limit("maxLength").number(); ok {
		lengths = append(lengths, int(most), int(most)+1)
	}
	slices.Sort(lengths)
	for _, n := range slices.Compact(lengths) {
		b.set("of "+count(n, "character"), p.path, CaseBounds, text(strings.Repeat("a", n)))
	}
	b.set("of letters outside ASCII", p.path, CaseBounds, text("schlüssel 鍵 🔑"))
	b.set("with a control character", p.path, CaseBounds, text("a\x00b"))
}

// numberBounds adds numbers at the edge of what is allowed and of what a double
// holds.
func (b *caseBuilder) numberBounds(p place) {
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
		b.set("of "+literal, p.path, CaseBounds, number(literal))
	}
}

// objects adds what can be wrong with an object as a whole.
func (b *caseBuilder) objects() {
	if len(b.base.members) > 0 {
		again := object(append([]member{b.base.members[0]}, b.base.members...)...)
		b.add("a member twice", nil, CaseBody, again)
	}
	undeclared := b.base.with([]string{"not_in_the_schema"}, twice())
	b.add("a member twice below an undeclared one", nil, CaseBody, undeclared)
	b.raw("objects nested as deep as the judge reads", nil, CaseBody, b.nested(maxDepth-1))
	b.raw("objects nested one deeper", nil, CaseBody, b.nested(maxDepth))
}

// bodies adds what is wrong with a body as a whole, or only looks so.
func (b *caseBuilder) bodies() {
	base := b.base.json()
	for _, body := range []struct {
		name string
		text []byte
	}{
		{"an empty body", nil},
		{"a body of spaces", []byte(" \n\t ")},
		{"the body null", []byte("null")},
		{"an array for a body", []byte("[]")},
		{"the good body in an array", slices.Concat([]byte("["), base, []byte("]"))},
		{"a string for a body", []byte(`"text"`)},
		{"a number for a body", []byte("7")},
		{"true for a body", []byte("true")},
		{"an empty object", []byte("{}")},
		{"a body that is no JSON", []byte("name=sample")},
		{"a truncated body", base[:len(base)-1]},
		{"garbage after the body", slices.Concat(base, []byte("x"))},
		{"two bodies", slices.Concat(base, base)},
		{"space around the body", slices.Concat([]byte("\r\n "), base, []byte("\n"))},
		{"a byte order mark before the body", slices.Concat([]byte("\xef\xbb\xbf"), base)},
		{"bytes that are not UTF-8", bytes.Replace(base, []byte(`{"`), []byte("{\"\xff"), 1)},
		{"a comment in the body", bytes.Replace(base, []byte("{"), []byte("{/**/"), 1)},
		{"a comma too many", slices.Concat(base[:len(base)-1], []byte(",}"))},
		{"a body as large as the judge reads", padded(base, MaxRequestBody)},
		{"a body one byte larger", padded(base, MaxRequestBody+1)},
	} {
		b.raw(body.name, nil, CaseBody, body.text)
	}
}

// twice is an object that names one member twice.
func twice() *node {
	return object(member{name: "twice", value: number("1")}, member{name: "twice", value: number("2")})
}

// nested is the base with arrays within one another in an undeclared member.
func (b *caseBuilder) nested(depth int) []byte {
	v := array()
	for range depth - 1 {
		v = array(v)
	}
	return b.base.with([]string{"not_in_the_schema"}, v).json()
}

func padded(body []byte, size int) []byte {
	return slices.Concat(body, bytes.Repeat([]byte(" "), max(0, size-len(body))))
}
