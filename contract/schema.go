package contract

import (
	"slices"
	"strings"
)

// A schema is what a JSON Schema says, read for its words: to name what was
// wanted, the line that says so, and the members there are. It gives no
// verdicts; those are the validator's.
//
// The alternatives of oneOf and anyOf are folded into one: what any of them
// takes, the schema takes. The nil schema says nothing, so it takes anything.
type schema struct {
	line     int              // of the member that introduces the schema
	types    []string         // JSON types taken; none means any
	values   []*node          // of enum, or the one of const; none means any
	format   string           // "" means any
	required []string         // members
	props    []property       // in document order
	extra    *schema          // of the members not in props, if given
	open     bool             // members not in props are free: a map, or nothing said about members
	closed   bool             // members not in props are forbidden
	choice   bool             // members may come from alternatives, and some may require them
	first    *schema          // of the alternatives; nil if it is no choice
	items    *schema          // of an array
	bounds   map[string]*node // the other keywords: minimum, maxLength, pattern ...
	lines    map[string]int   // line of each keyword; of each required member as "required NAME"
}

type property struct {
	name string
	line int // of the name
	*schema
}

// A reader builds schemas from the nodes of one document. One reference is one
// schema, so a schema may hold itself.
type reader struct {
	root *node
	refs map[string]*schema
}

// read returns the schema at n, nil if n is nil. The line is that of the
// member which introduces it. A reference is the very schema it refers to, for
// that one may still be in the making.
func (r *reader) read(n *node, line int) *schema {
	if n == nil {
		return nil
	}
	if ref := n.get("$ref"); ref != nil && !slices.ContainsFunc(n.members, constrains) {
		return r.refer(ref.string())
	}
	s := &schema{line: line, open: true, lines: make(map[string]int)}
	r.fill(s, n)
	return s
}

// constrains reports whether a member beside $ref says more than words.
func constrains(m member) bool {
	switch m.name {
	case "$ref", "title", "summary", "description", "deprecated", "default", "example", "examples", "readOnly", "writeOnly":
		return false
	}
	return !strings.HasPrefix(m.name, "x-")
}

// refer returns the schema that a reference points at.
func (r *reader) refer(ref string) *schema {
	if s, known := r.refs[ref]; known {
		return s
	}
	s := &schema{open: true, lines: make(map[string]int)}
	r.refs[ref] = s
	if target := r.root.at(ref); target != nil {
		s.line = target.line
		r.fill(s, target)
	}
	return s
}

// fill reads the keywords of n into s.
func (r *reader) fill(s *schema, n *node) {
	if n.tag == "!!bool" && !n.isTrue() {
		s.closed, s.open = true, false
		return
	}
	for _, m := range n.members {
		s.lines[m.name] = m.line
		switch m.name {
		case "$ref":
			s.join(r.refer(m.value.string()))
		case "type":
			s.types = m.value.names()
		case "enum":
			s.values = m.value.items
		case "const":
			s.values = []*node{m.value}
		case "format":
			s.format = m.value.string()
		case "required":
			for _, item := range m.value.items {
				s.require(item.text, item.line)
			}
		case "properties":
			s.open = false
			for _, p := range m.value.members {
				s.add(property{p.name, p.line, r.read(p.value, p.line)})
			}
		case "items":
			s.items = r.read(m.value, m.line)
		case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
			"pattern", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties":
			s.setLimit(m.name, m.value)
		}
	}
	for _, part := range listOf(n, "allOf") {
		s.join(r.read(part, part.line))
	}
	for _, keyword := range []string{"oneOf", "anyOf"} {
		if branches := listOf(n, keyword); len(branches) > 0 {
			s.join(r.either(branches))
		}
	}
	if extra := n.member("additionalProperties"); extra.value != nil {
		s.closed = extra.value.tag == "!!bool" && !extra.value.isTrue()
		s.open = !s.closed
		if extra.value.kind == mappingNode {
			s.extra = r.read(extra.value, extra.line)
		}
	}
}

func listOf(n *node, keyword string) []*node {
	if list := n.get(keyword); list != nil {
		return list.items
	}
	return nil
}

// join adds to s what other demands too, as allOf and a reference do.
func (s *schema) join(other *schema) {
	if len(s.types) == 0 {
		s.types = other.types
	}
	if len(s.values) == 0 {
		s.values = other.values
	}
	if s.format == "" {
		s.format = other.format
	}
	for _, name := range other.required {
		s.require(name, other.lines["required "+name])
	}
	for _, p := range other.props {
		s.add(p)
	}
	for keyword, value := range other.bounds {
		s.setLimit(keyword, value)
	}
	if s.items == nil {
		s.items = other.items
	}
	if s.extra == nil {
		s.extra = other.extra
	}
	s.closed = s.closed || other.closed
	s.open = s.open && other.open
	s.choice = s.choice || other.choice
	if s.first == nil && len(s.props) == len(other.props) { // with members of its own, s is more than the first
		s.first = other.first
	}
	for keyword, line := range other.lines {
		if s.lines[keyword] == 0 {
			s.lines[keyword] = line
		}
	}
}

func (s *schema) require(name string, line int) {
	if !slices.Contains(s.required, name) {
		s.required = append(s.required, name)
		s.lines["required "+name] = line
	}
}

func (s *schema) add(p property) {
	if s.prop(p.name) == nil {
		s.props = append(s.props, p)
	}
}

func (s *schema) setLimit(keyword string, value *node) {
	if s.bounds == nil {
		s.bounds = make(map[string]*node)
	}
	if s.bounds[keyword] == nil {
		s.bounds[keyword] = value
	}
}

// limit returns the value of one of the keywords in bounds, nil if it is not
// given.
func (s *schema) limit(keyword string) *node {
	if s == nil {
		return nil
	}
	return s.bounds[keyword]
}

// prop returns the declared member called name, nil if there is none.
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

// propNames returns the names of the declared members.
func (s *schema) propNames() []string {
	names := make([]string, len(s.props))
	for i, p := range s.props {
		names[i] = p.name
	}
	return names
}

// takes reports whether the schema takes values of a JSON type. A schema for
// numbers takes integers.
func (s *schema) takes(jsonType string) bool {
	if s == nil || len(s.types) == 0 {
		return true
	}
	return slices.Contains(s.types, jsonType) || jsonType == "integer" && slices.Contains(s.types, "number")
}

// nullable reports whether the schema says that it takes null.
func (s *schema) nullable() bool { return s != nil && slices.Contains(s.types, "null") }

// enum returns the strings that enum or const allow, none if they allow any.
func (s *schema) enum() []string {
	var values []string
	for _, v := range s.values {
		if v.tag == "!!str" {
			values = append(values, v.text)
		}
	}
	return values
}

// words says in a few words what the schema takes.
func (s *schema) words() string {
	switch {
	case s == nil || len(s.types) == 0 && len(s.values) == 0:
		return "any value"
	case len(s.values) > 0:
		return s.valueWords()
	}
	words := orList(s.types)
	if s.format != "" && slices.Contains(s.types, "string") {
		words += " of format " + s.format
	}
	return words
}

func (s *schema) valueWords() string {
	values := make([]string, 0, len(s.values)+1)
	null := false
	for _, v := range s.values {
		values = append(values, string(v.appendJSON(nil)))
		null = null || v.tag == "!!null"
	}
	if !null && s.nullable() {
		values = append(values, "null")
	}
	return orList(values)
}

// lineOf returns the line of a keyword, that of the schema if it has none.
func (s *schema) lineOf(keyword string) int {
	if s == nil {
		return 0
	}
	if line := s.lines[keyword]; line > 0 {
		return line
	}
	return s.line
}

// orList writes "a", "a or b", "a, b or c".
func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
