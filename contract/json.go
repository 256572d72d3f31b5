package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// The limits on what Check reads. A body beyond one of them gets a finding.
const (
	MaxRequestBody  = 1 << 20  // bytes of a request body
	MaxResponseBody = 16 << 20 // bytes of a response body
	maxDepth        = 1000     // nested objects and arrays
	maxValues       = 500_000  // values in one body
)

// A value is a JSON value as it is written: duplicate members are kept, and
// numbers are not rounded.
type value struct {
	kind    string        // object, array, string, number, boolean or null
	text    []byte        // of a string, a number or a boolean, as sent
	members []valueMember // of an object
	items   []value       // of an array
}

type valueMember struct {
	name  string
	again bool // an earlier member has the same name
	value value
}

// parseJSON parses one JSON text in UTF-8. Errors do not quote the text.
func parseJSON(text []byte) (value, error) {
	if !utf8.Valid(text) {
		return value{}, errors.New("not UTF-8")
	}
	if err := checkDepth(text); err != nil {
		return value{}, err
	}
	if !json.Valid(text) {
		return value{}, notJSON(text)
	}
	p := parser{text: text}
	v := p.value()
	return v, p.err
}

// checkDepth refuses brackets that are nested too deeply. It counts those outside
// strings, whether or not they match.
func checkDepth(text []byte) error {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			if depth++; depth > maxDepth {
				return fmt.Errorf("nested deeper than %d", maxDepth)
			}
		case '}', ']':
			depth--
		}
	}
	return nil
}

// notJSON returns an error that gives the offset at which text stops being JSON.
func notJSON(text []byte) error {
	var raw json.RawMessage
	if syntax, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(text, &raw)); ok {
		return fmt.Errorf("not JSON from byte %d on, of %d", syntax.Offset, len(text))
	}
	return errors.New("not JSON")
}

// A parser parses text that is known to be valid JSON and not too deep.
type parser struct {
	text   []byte
	i      int
	values int   // read so far
	err    error // the first limit that the text exceeds
}

func (p *parser) value() value {
	p.space()
	if p.values++; p.values > maxValues {
		p.err = fmt.Errorf("more than %d values", maxValues)
		p.i = len(p.text)
	}
	if p.err != nil {
		return value{}
	}
	switch c := p.text[p.i]; c {
	case '{':
		return p.object()
	case '[':
		return p.array()
	case '"':
		return value{kind: "string", text: p.string()}
	case 't', 'f', 'n':
		return p.word()
	default:
		return p.number()
	}
}

func (p *parser) object() value {
	v := value{kind: "object"}
	var seen map[string]bool // set once there are too many members to compare with each
	for p.more('}') {
		name := unquote(p.string())
		p.space()
		p.i++ // the colon
		m := valueMember{name: name, value: p.value()}
		if seen == nil && len(v.members) == 32 {
			seen = make(map[string]bool)
			for _, earlier := range v.members {
				seen[earlier.name] = true
			}
		}
		if seen == nil {
			m.again = slices.ContainsFunc(v.members, func(e valueMember) bool { return e.name == name })
		} else {
			m.again = seen[name]
			seen[name] = true
		}
		v.members = append(v.members, m)
	}
	return v
}

func (p *parser) array() value {
	v := value{kind: "array"}
	for p.more(']') {
		v.items = append(v.items, p.value())
	}
	return v
}

// more skips the opening bracket or a comma and reports whether an element
// follows. If not, it skips the closing bracket too.
func (p *parser) more(closing byte) bool {
	if p.err != nil {
		return false
	}
	p.space()
	p.i++ // a bracket or a comma
	if p.text[p.i-1] == closing {
		return false
	}
	p.space()
	if p.text[p.i] == closing { // of an empty object or array
		p.i++
		return false
	}
	return true
}

// string returns the text between the quotes, as sent.
func (p *parser) string() []byte {
	p.i++
	start := p.i
	for p.text[p.i] != '"' {
		if p.text[p.i] == '\\' {
			p.i++
		}
		p.i++
	}
	p.i++
	return p.text[start : p.i-1]
}

func (p *parser) word() value {
	start := p.i
	for p.i < len(p.text) && p.text[p.i] >= 'a' && p.text[p.i] <= 'z' {
		p.i++
	}
	if p.text[start] == 'n' {
		return value{kind: "null"}
	}
	return value{kind: "boolean", text: p.text[start:p.i]}
}

func (p *parser) number() value {
	start := p.i
	for p.i < len(p.text) && bytes.IndexByte([]byte("+-.0123456789Ee"), p.text[p.i]) >= 0 {
		p.i++
	}
	v := value{kind: "number", text: p.text[start:p.i]}
	if f := v.float(); math.IsInf(f, 0) && p.err == nil {
		p.err = errors.New("a number beyond the range of a double")
	}
	return v
}

func (p *parser) space() {
	for p.i < len(p.text) && bytes.IndexByte([]byte(" \t\r\n"), p.text[p.i]) >= 0 {
		p.i++
	}
}

// unquote returns the string whose JSON form, without the quotes, is text.
func unquote(text []byte) string {
	if bytes.IndexByte(text, '\\') < 0 {
		return string(text)
	}
	var s string
	quoted := append(append([]byte{'"'}, text...), '"')
	if err := json.Unmarshal(quoted, &s); err != nil { // the text was valid JSON
		return string(text)
	}
	return s
}

// float returns the number as a double.
func (v *value) float() float64 {
	f, _ := strconv.ParseFloat(string(v.text), 64) // out of range is infinite
	return f
}

// jsonType returns the kind as JSON Schema names it: a number without a fraction
// is an integer.
func (v *value) jsonType() string {
	if v.kind == "number" && v.float() == math.Trunc(v.float()) {
		return "integer"
	}
	return v.kind
}

// member returns the last member called name, or nil.
func (v *value) member(name string) *value {
	if v == nil {
		return nil
	}
	for i := len(v.members) - 1; i >= 0; i-- {
		if v.members[i].name == name {
			return &v.members[i].value
		}
	}
	return nil
}

// describe says what kind of value v is, without quoting it.
func (v *value) describe() string {
	switch v.kind {
	case "string":
		return "string of " + count(utf8.RuneCountInString(unquote(v.text)), "character")
	case "object":
		return "object of " + count(len(v.members), "member")
	case "array":
		return "array of " + count(len(v.items), "item")
	case "number":
		if v.jsonType() == "integer" {
			return "integer"
		}
		return "number with a fraction"
	default:
		return v.kind
	}
}

// count returns "1 item", "2 items".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
