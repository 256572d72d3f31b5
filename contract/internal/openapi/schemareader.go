package openapi

import (
	"cmp"
	"slices"
	"strings"
)

// A schemaReader reads schemas from the tree of one document. All references to
// one component give the same schema, so a schema may contain itself.
type schemaReader struct {
	root *Node
	refs map[string]*Schema
}

func newSchemaReader(root *Node) schemaReader {
	return schemaReader{root: root, refs: make(map[string]*Schema)}
}

// read returns the schema at n, or nil if n is nil. The line is that of the member
// that introduces it. For a reference it returns the schema itself and not a copy,
// because that schema may not be complete yet.
func (r *schemaReader) read(n *Node, line int) *Schema {
	if n == nil {
		return nil
	}
	if ref := n.Get("$ref"); ref != nil && !slices.ContainsFunc(n.Members, constrains) {
		return r.refer(ref.String())
	}
	s := &Schema{line: line, Open: true, Lines: make(map[string]int)}
	r.fill(s, n)
	return s
}

// constrains reports whether a member beside $ref is more than an annotation.
func constrains(m Member) bool {
	switch m.Name {
	case "$ref", "title", "summary", "description", "deprecated", "default", "example", "examples", "readOnly", "writeOnly":
		return false
	}
	return !strings.HasPrefix(m.Name, "x-")
}

// refer returns the schema that a reference refers to.
func (r *schemaReader) refer(ref string) *Schema {
	if s, known := r.refs[ref]; known {
		return s
	}
	s := &Schema{Open: true, Lines: make(map[string]int)}
	r.refs[ref] = s
	if target := r.root.at(ref); target != nil {
		s.line = target.Line
		r.fill(s, target)
	}
	return s
}

// fill reads the keywords of n into s.
func (r *schemaReader) fill(s *Schema, n *Node) {
	if n.Tag == "!!bool" && !n.IsTrue() {
		s.Closed, s.Open = true, false
		return
	}
	for _, m := range n.Members {
		s.Lines[m.Name] = m.Line
		r.keyword(s, m)
	}
	for _, part := range listOf(n, "allOf") {
		s.join(r.read(part, part.Line))
	}
	for _, keyword := range []string{"oneOf", "anyOf"} {
		if branches := listOf(n, keyword); len(branches) > 0 {
			s.join(r.either(branches))
		}
	}
	if extra := n.Member("additionalProperties"); extra.Value != nil {
		s.Closed = extra.Value.Tag == "!!bool" && !extra.Value.IsTrue()
		s.Open = !s.Closed
		if extra.Value.Kind == MappingNode {
			s.Extra = r.read(extra.Value, extra.Line)
		}
	}
}

// keyword reads one keyword into s. fill reads the keywords that combine schemas,
// because they come after all others.
func (r *schemaReader) keyword(s *Schema, m Member) {
	switch m.Name {
	case "$ref":
		s.join(r.refer(m.Value.String()))
	case "type":
		s.Types = m.Value.names()
	case "enum":
		s.Values = m.Value.Items
	case "const":
		s.Values = []*Node{m.Value}
	case "format":
		s.Format = m.Value.String()
	case "required":
		for _, item := range m.Value.Items {
			s.require(item.Text, item.Line)
		}
	case "properties":
		s.Open = false
		for _, p := range m.Value.Members {
			s.add(Property{p.Name, p.Line, r.read(p.Value, p.Line)})
		}
	case "items":
		s.Items = r.read(m.Value, m.Line)
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
		"pattern", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties":
		s.setLimit(m.Name, m.Value)
	}
}

func listOf(n *Node, keyword string) []*Node {
	if list := n.Get(keyword); list != nil {
		return list.Items
	}
	return nil
}

// join adds what other requires to s, as allOf and a reference do. What s itself says
// takes precedence.
func (s *Schema) join(other *Schema) {
	if len(s.Types) == 0 {
		s.Types = other.Types
	}
	if len(s.Values) == 0 {
		s.Values = other.Values
	}
	s.Format = cmp.Or(s.Format, other.Format)
	s.Items = cmp.Or(s.Items, other.Items)
	for keyword, value := range other.bounds {
		s.setLimit(keyword, value)
	}
	s.joinMembers(other)
	for keyword, line := range other.Lines {
		if s.Lines[keyword] == 0 {
			s.Lines[keyword] = line
		}
	}
}

// joinMembers adds what other says about the members of an object.
func (s *Schema) joinMembers(other *Schema) {
	for _, name := range other.Required {
		s.require(name, other.Lines["required "+name])
	}
	for _, p := range other.Props {
		s.add(p)
	}
	s.Extra = cmp.Or(s.Extra, other.Extra)
	s.Closed = s.Closed || other.Closed
	s.Open = s.Open && other.Open
	s.Folded = s.Folded || other.Folded
	if s.First == nil && len(s.Props) == len(other.Props) { // with properties of its own, s is more than the first alternative
		s.First = other.First
	}
}

func (s *Schema) require(name string, line int) {
	if !slices.Contains(s.Required, name) {
		s.Required = append(s.Required, name)
		s.Lines["required "+name] = line
	}
}

func (s *Schema) add(p Property) {
	if s.Prop(p.Name) == nil {
		s.Props = append(s.Props, p)
	}
}

func (s *Schema) setLimit(keyword string, value *Node) {
	if s.bounds == nil {
		s.bounds = make(map[string]*Node)
	}
	if s.bounds[keyword] == nil {
		s.bounds[keyword] = value
	}
}
