package contract

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/internal/strictjson"
)

// Samples are nodes, so that members keep their order and numbers their text.
// They are immutable: with and without return changed copies.

func text(s string) *node            { return &node{tag: "!!str", text: s} }
func number(literal string) *node    { return &node{tag: "!!float", text: literal} }
func boolean(b bool) *node           { return &node{tag: "!!bool", text: strconv.FormatBool(b)} }
func null() *node                    { return &node{tag: "!!null", text: "null"} }
func array(items ...*node) *node     { return &node{kind: sequenceNode, items: items} }
func object(members ...member) *node { return &node{kind: mappingNode, members: members} }

// sampleDepth is the depth from which a sample has only required members. A
// schema may contain itself.
const sampleDepth = 4

// sample returns a value that meets the schema, with every declared property.
func (s *schema) sample(depth int) *node {
	if s == nil {
		return text("anything")
	}
	if len(s.values) > 0 {
		return s.values[0]
	}
	if s.first != nil && len(s.props) > 0 && depth < 2*sampleDepth {
		return s.first.sample(depth + 1)
	}
	switch s.firstType() {
	case "string":
		return text(s.sampleText())
	case "number", "integer":
		return number(strconv.FormatFloat(s.sampleNumber(), 'f', -1, 64))
	case "boolean":
		return boolean(true)
	case "null":
		return null()
	case "array":
		if s.items == nil || depth > 2*sampleDepth {
			return array()
		}
		return array(s.items.sample(depth + 1))
	default:
		return s.sampleObject(depth)
	}
}

func (s *schema) sampleObject(depth int) *node {
	o := object()
	for _, p := range s.props {
		if depth > sampleDepth && !slices.Contains(s.required, p.name) {
			continue
		}
		if depth > 2*sampleDepth {
			break
		}
		o.members = append(o.members, member{name: p.name, value: p.sampleMember(depth + 1)})
	}
	if s.open && len(s.props) == 0 {
		o.members = append(o.members, member{name: "anything", value: s.extra.sample(depth + 1)})
	}
	return o
}

// sampleMember returns a value that meets the schema of a property, and what is
// said of properties of its name only in prose.
func (p property) sampleMember(depth int) *node {
	if p.firstType() == "string" && len(p.values) == 0 && p.format == "" {
		switch p.name {
		case "created_at", "updated_at":
			return text("2026-11-30T23:59:59Z")
		case "limit_reset":
			return text("weekly")
		}
	}
	return p.sample(depth)
}

// firstType returns the first type that is not null. A schema without types is
// taken for an object if it declares properties, and otherwise for a string.
func (s *schema) firstType() string {
	for _, t := range s.types {
		if t != "null" {
			return t
		}
	}
	switch {
	case len(s.types) > 0:
		return "null"
	case len(s.props) > 0:
		return "object"
	}
	return "string"
}

// sampleNumber returns the least number from 1 on that minimum and multipleOf
// allow.
func (s *schema) sampleNumber() float64 {
	least, _ := s.limit("minimum").number()
	least = max(least, 1)
	if step, ok := s.limit("multipleOf").number(); ok && step > 0 {
		return math.Ceil(least/step) * step
	}
	return least
}

func (s *schema) sampleText() string {
	switch s.format {
	case "date-time":
		return "2029-11-30T23:59:59Z"
	case "date":
		return "2029-11-30"
	case "uri":
		return "https://example.com/callback"
	case "uuid":
		return "0df9e665-d932-5740-b2c7-b52af166bc11"
	}
	sample := "sample"
	if least, ok := s.limit("minLength").number(); ok && len(sample) < int(least) {
		sample = strings.Repeat("a", int(least))
	}
	if most, ok := s.limit("maxLength").number(); ok && len(sample) > int(most) {
		sample = sample[:int(most)]
	}
	return sample
}

// complete returns the object o with the declared properties that it lacks. It
// returns a sample if o is not an object.
func (s *schema) complete(o *node) *node {
	if o == nil || o.kind != mappingNode {
		return s.sample(0)
	}
	full := object(slices.Clone(o.members)...)
	for _, p := range s.props {
		if o.get(p.name) == nil {
			full.members = append(full.members, member{name: p.name, value: p.sample(1)})
		}
	}
	return full
}

// with returns n with the value at path replaced by v, or added as the last
// member.
func (n *node) with(path []string, v *node) *node {
	if len(path) == 0 {
		return v
	}
	changed := *n
	if n.kind == sequenceNode {
		i, _ := strconv.Atoi(path[0])
		changed.items = slices.Clone(n.items)
		changed.items[i] = n.items[i].with(path[1:], v)
		return &changed
	}
	changed.members = slices.Clone(n.members)
	i := slices.IndexFunc(n.members, func(m member) bool { return m.name == path[0] })
	if i < 0 {
		changed.members = append(changed.members, member{name: path[0], value: v})
		return &changed
	}
	changed.members[i].value = n.members[i].value.with(path[1:], v)
	return &changed
}

// without returns n without the member at path.
func (n *node) without(path []string) *node {
	last := len(path) - 1
	parent := n.find(path[:last])
	rest := *parent
	rest.members = slices.DeleteFunc(slices.Clone(parent.members), func(m member) bool { return m.name == path[last] })
	return n.with(path[:last], &rest)
}

// find returns the value at path, or nil. Unlike get it indexes arrays.
func (n *node) find(path []string) *node {
	for _, segment := range path {
		if n != nil && n.kind == sequenceNode {
			i, err := strconv.Atoi(segment)
			if err != nil || i < 0 || i >= len(n.items) {
				return nil
			}
			n = n.items[i]
			continue
		}
		n = n.get(segment)
	}
	return n
}

// pointerOf returns a path as a JSON pointer.
func pointerOf(path []string) string {
	pointer := ""
	for _, segment := range path {
		pointer += "/" + strictjson.EscapePointer(segment)
	}
	return pointer
}

// A place is one value in a sample, with its schema.
type place struct {
	path     []string
	required bool // of the object it is a member of
	unsure   bool // it is in an object whose schema is folded: alternatives may differ about it
	*schema
}

// places returns every value below the root that has a schema.
func (s *schema) places(sample *node, path []string) []place {
	var found []place
	if s == nil {
		return nil
	}
	for _, p := range s.props {
		at := append(slices.Clone(path), p.name)
		v := sample.get(p.name)
		if v == nil {
			continue
		}
		found = append(found, place{at, slices.Contains(s.required, p.name), s.folded, p.schema})
		found = append(found, p.placesWithin(s.folded, v, at)...)
	}
	if s.items != nil && sample.kind == sequenceNode {
		for i, item := range sample.items {
			at := append(slices.Clone(path), strconv.Itoa(i))
			found = append(found, place{at, false, s.folded, s.items})
			found = append(found, s.items.placesWithin(s.folded, item, at)...)
		}
	}
	return found
}

// placesWithin returns the places of sample, all of them unsure if the place
// around them is.
func (s *schema) placesWithin(unsure bool, sample *node, path []string) []place {
	found := s.places(sample, path)
	for i := range found {
		found[i].unsure = found[i].unsure || unsure
	}
	return found
}

// oneOfEachType returns a value of each JSON type except null.
func oneOfEachType() []struct {
	name  string
	value *node
} {
	return []struct {
		name  string
		value *node
	}{
		{"string", text("text")},
		{"integer", number("7")},
		{"number", number("1.5")},
		{"boolean", boolean(true)},
		{"array", array()},
		{"object", object()},
	}
}
