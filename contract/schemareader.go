package contract

import (
	"cmp"
	"slices"
	"strings"
)

// A schemaReader reads schemas from the tree of one document. All references to
// one component give the same schema, so a schema may contain itself.
type schemaReader struct {
	root *node
	refs map[string]*schema
}

func newSchemaReader(root *node) schemaReader {
	return schemaReader{root: root, refs: make(map[string]*schema)}
}

// read returns the schema at n, or nil if n is nil. The line is that of the
// member that introduces it. For a reference it returns the very schema that is
// referred to, because that one may not be complete yet.
func (r *schemaReader) read(n *node, line int) *schema {
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

// constrains reports whether a member beside $ref is more than an annotation.
func constrains(m member) bool {
	switch m.name {
	case "$ref", "title", "summary", "description", "deprecated", "default", "example", "examples", "readOnly", "writeOnly":
		return false
	}
	return !strings.HasPrefix(m.name, "x-")
}

// refer returns the schema that a reference refers to.
func (r *schemaReader) refer(ref string) *schema {
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
func (r *schemaReader) fill(s *schema, n *node) {
	if n.tag == "!!bool" && !n.isTrue() {
		s.closed, s.open = true, false
		return
	}
	for _, m := range n.members {
		s.lines[m.name] = m.line
		r.keyword(s, m)
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

// keyword reads one keyword into s. Keywords that combine schemas are left to
// fill, because they come after all others.
func (r *schemaReader) keyword(s *schema, m member) {
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

func listOf(n *node, keyword string) []*node {
	if list := n.get(keyword); list != nil {
		return list.items
	}
	return nil
}

// join adds what other requires to s, as allOf and a reference do. What s
// says itself takes precedence.
func (s *schema) join(other *schema) {
	if len(s.types) == 0 {
		s.types = other.types
	}
	if len(s.values) == 0 {
		s.values = other.values
	}
	s.format = cmp.Or(s.format, other.format)
	s.items = cmp.Or(s.items, other.items)
	for keyword, value := range other.bounds {
		s.setLimit(keyword, value)
	}
	s.joinMembers(other)
	for keyword, line := range other.lines {
		if s.lines[keyword] == 0 {
			s.lines[keyword] = line
		}
	}
}

// joinMembers adds what other says about the members of an object.
func (s *schema) joinMembers(other *schema) {
	for _, name := range other.required {
		s.require(name, other.lines["required "+name])
	}
	for _, p := range other.props {
		s.add(p)
	}
	s.extra = cmp.Or(s.extra, other.extra)
	s.closed = s.closed || other.closed
	s.open = s.open && other.open
	s.folded = s.folded || other.folded
	if s.first == nil && len(s.props) == len(other.props) { // with properties of its own, s is more than the first alternative
		s.first = other.first
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
