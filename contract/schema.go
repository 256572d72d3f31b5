package contract

import (
	"slices"
	"strings"

	"github.com/mockgates/mockgates/internal/strictjson"
)

// A schema is what this package needs of a JSON Schema to describe findings and
// to build samples: what is accepted, which properties there are, and the lines
// that say so. It decides nothing; the library's validator does.
//
// The alternatives of oneOf and anyOf are folded into one schema, which accepts
// whatever any of them accepts. The nil schema accepts anything.
type schema struct {
	line     int              // of the member that introduces the schema
	types    []string         // accepted JSON types; none means any
	values   []*node          // of enum, or the one of const; none means any
	format   string           // "" means any
	required []string         // names of members
	props    []property       // in document order
	extra    *schema          // of the members not in props, if given
	open     bool             // members not in props are expected: a map, or nothing is said about members
	closed   bool             // members not in props are forbidden
	folded   bool             // made from alternatives, which may require different members
	first    *schema          // first of the alternatives; nil if there are none
	items    *schema          // of an array
	bounds   map[string]*node // the other keywords: minimum, maxLength, pattern ...
	lines    map[string]int   // line of each keyword; of each required member as "required NAME"
}

type property struct {
	name string
	line int // of the name
	*schema
}

// limit returns the value of one of the keywords in bounds, or nil.
func (s *schema) limit(keyword string) *node {
	if s == nil {
		return nil
	}
	return s.bounds[keyword]
}

// prop returns the declared property called name, or nil.
func (s *schema) prop(name string) *property {
	if s == nil {
		return nil
	}
	for i := range s.props {
		if s.props[i].name == name {
			return &s.props[i]
		}
	}
	return nil
}

// propNames returns the names of the declared properties.
func (s *schema) propNames() []string {
	names := make([]string, len(s.props))
	for i, p := range s.props {
		names[i] = p.name
	}
	return names
}

// takes reports whether the schema accepts values of a JSON type. A schema for
// numbers accepts integers.
func (s *schema) takes(jsonType string) bool {
	if s == nil || len(s.types) == 0 {
		return true
	}
	return slices.Contains(s.types, jsonType) || jsonType == "integer" && slices.Contains(s.types, "number")
}

// nullable reports whether the schema lists null among its types.
func (s *schema) nullable() bool { return s != nil && slices.Contains(s.types, "null") }

// allows reports whether enum and const allow the value.
func (s *schema) allows(v *value) bool {
	if len(s.values) == 0 || v.Type() == strictjson.TypeNull && s.nullable() {
		return true
	}
	return slices.ContainsFunc(s.values, func(allowed *node) bool { return allowed.equals(v) })
}

// equals reports whether n is the scalar v. Objects and arrays never are.
func (n *node) equals(v *value) bool {
	switch v.Type() {
	case strictjson.TypeString:
		return n.tag == "!!str" && n.text == v.Text()
	case strictjson.TypeNull:
		return n.tag == "!!null"
	case strictjson.TypeNumber:
		want, ok := strictjson.ParseNumber(n.text)
		return ok && want == v.Number()
	case strictjson.TypeBoolean:
		return n.tag == "!!bool" && n.text == string(v.Raw())
	}
	return false
}

// enum returns the strings that enum or const allow; none means any.
func (s *schema) enum() []string {
	var values []string
	for _, v := range s.values {
		if v.tag == "!!str" {
			values = append(values, v.text)
		}
	}
	return values
}

// describe says in a few words what the schema accepts.
func (s *schema) describe() string {
	switch {
	case s == nil || len(s.types) == 0 && len(s.values) == 0:
		return "any value"
	case len(s.values) > 0:
		return s.describeValues()
	}
	words := orList(s.types)
	if s.format != "" && slices.Contains(s.types, "string") {
		words += " of format " + s.format
	}
	return words
}

func (s *schema) describeValues() string {
	values := make([]string, 0, len(s.values)+1)
	null := false
	for _, v := range s.values {
		values = append(values, string(v.json()))
		null = null || v.tag == "!!null"
	}
	if !null && s.nullable() {
		values = append(values, "null")
	}
	return orList(values)
}

// lineOf returns the line of a keyword, or that of the schema if it does not
// have the keyword.
func (s *schema) lineOf(keyword string) int {
	if s == nil {
		return 0
	}
	if line := s.lines[keyword]; line > 0 {
		return line
	}
	return s.line
}

// orList joins words as "a", "a or b", "a, b or c".
func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
