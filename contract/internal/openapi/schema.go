package openapi

import (
	"slices"
	"strings"

	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/internal/strictjson"
)

// A Schema is what is needed of a JSON Schema to describe findings and to build
// samples: what it accepts, which properties it declares, and the lines that say so.
// It decides nothing; the library's validator does.
//
// The alternatives of oneOf and anyOf are folded into one schema, which accepts
// whatever any of them accepts. The nil schema accepts anything.
type Schema struct {
	line     int              // of the member that introduces the schema
	Types    []string         // accepted JSON types; none means any
	Values   []*Node          // of enum, or the value of const; none means any
	Format   string           // "" means any
	Required []string         // names of members
	Props    []Property       // in document order
	Extra    *Schema          // of the members that are not in Props, if given
	Open     bool             // members that are not in Props are expected: it is a map, or says nothing about members
	Closed   bool             // members that are not in Props are forbidden
	Folded   bool             // made from alternatives, which may require different members
	First    *Schema          // first of the alternatives; nil if there are none
	Items    *Schema          // of an array
	bounds   map[string]*Node // the other keywords: minimum, maxLength, pattern ...
	Lines    map[string]int   // line of each keyword; of each required member as "required NAME"
}

// A Property is a declared property and its schema.
type Property struct {
	Name string
	Line int // of the name
	*Schema
}

// Limit returns the value of a keyword such as minimum or pattern, or nil.
func (s *Schema) Limit(keyword string) *Node {
	if s == nil {
		return nil
	}
	return s.bounds[keyword]
}

// Prop returns the declared property called name, or nil.
func (s *Schema) Prop(name string) *Property {
	if s == nil {
		return nil
	}
	for i := range s.Props {
		if s.Props[i].Name == name {
			return &s.Props[i]
		}
	}
	return nil
}

// PropNames returns the names of the declared properties.
func (s *Schema) PropNames() []string {
	names := make([]string, len(s.Props))
	for i, p := range s.Props {
		names[i] = p.Name
	}
	return names
}

// Takes reports whether the schema accepts values of a JSON type. A schema for
// numbers accepts integers.
func (s *Schema) Takes(jsonType string) bool {
	if s == nil || len(s.Types) == 0 {
		return true
	}
	return slices.Contains(s.Types, jsonType) || jsonType == "integer" && slices.Contains(s.Types, "number")
}

// Nullable reports whether the schema lists null among its types.
func (s *Schema) Nullable() bool { return s != nil && slices.Contains(s.Types, "null") }

// Allows reports whether enum and const allow the value.
func (s *Schema) Allows(v *jsonbody.Value) bool {
	if len(s.Values) == 0 || v.Type() == strictjson.TypeNull && s.Nullable() {
		return true
	}
	return slices.ContainsFunc(s.Values, func(allowed *Node) bool { return allowed.Equals(v) })
}

// Equals reports whether n is the scalar v. Objects and arrays never are.
func (n *Node) Equals(v *jsonbody.Value) bool {
	switch v.Type() {
	case strictjson.TypeString:
		return n.Tag == "!!str" && n.Text == v.Text()
	case strictjson.TypeNull:
		return n.Tag == "!!null"
	case strictjson.TypeNumber:
		want, ok := strictjson.ParseNumber(n.Text)
		return ok && want == v.Number()
	case strictjson.TypeBoolean:
		return n.Tag == "!!bool" && n.Text == string(v.Raw())
	}
	return false
}

// Enum returns the strings that enum or const allow; none means any.
func (s *Schema) Enum() []string {
	var values []string
	for _, v := range s.Values {
		if v.Tag == "!!str" {
			values = append(values, v.Text)
		}
	}
	return values
}

// Describe says in a few words what the schema accepts.
func (s *Schema) Describe() string {
	switch {
	case s == nil || len(s.Types) == 0 && len(s.Values) == 0:
		return "any value"
	case len(s.Values) > 0:
		return s.describeValues()
	}
	words := OrList(s.Types)
	if s.Format != "" && slices.Contains(s.Types, "string") {
		words += " of format " + s.Format
	}
	return words
}

func (s *Schema) describeValues() string {
	values := make([]string, 0, len(s.Values)+1)
	null := false
	for _, v := range s.Values {
		values = append(values, string(v.JSON()))
		null = null || v.Tag == "!!null"
	}
	if !null && s.Nullable() {
		values = append(values, "null")
	}
	return OrList(values)
}

// LineOf returns the line of a keyword, or that of the schema if it does not
// have the keyword.
func (s *Schema) LineOf(keyword string) int {
	if s == nil {
		return 0
	}
	if line := s.Lines[keyword]; line > 0 {
		return line
	}
	return s.line
}

// OrList joins words as "a", "a or b", "a, b or c".
func OrList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
