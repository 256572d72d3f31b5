package openapi

import (
	"slices"
	"strconv"

	"github.com/mockgates/mockgates/internal/strictjson"
)

// Samples are nodes, so members keep their order and numbers their text. They are
// immutable: With and Without return changed copies. The functions below make the
// nodes of JSON values; Number takes the text of a number.

func Text(s string) *Node            { return &Node{Tag: "!!str", Text: s} }
func Number(literal string) *Node    { return &Node{Tag: "!!float", Text: literal} }
func Boolean(b bool) *Node           { return &Node{Tag: "!!bool", Text: strconv.FormatBool(b)} }
func Null() *Node                    { return &Node{Tag: "!!null", Text: "null"} }
func Array(items ...*Node) *Node     { return &Node{Kind: SequenceNode, Items: items} }
func Object(members ...Member) *Node { return &Node{Kind: MappingNode, Members: members} }

// With returns n with v at path, instead of the value there or as a new last member.
func (n *Node) With(path []string, v *Node) *Node {
	if len(path) == 0 {
		return v
	}
	changed := *n
	if n.Kind == SequenceNode {
		i, _ := strconv.Atoi(path[0])
		changed.Items = slices.Clone(n.Items)
		changed.Items[i] = n.Items[i].With(path[1:], v)
		return &changed
	}
	changed.Members = slices.Clone(n.Members)
	i := slices.IndexFunc(n.Members, func(m Member) bool { return m.Name == path[0] })
	if i < 0 {
		changed.Members = append(changed.Members, Member{Name: path[0], Value: v})
		return &changed
	}
	changed.Members[i].Value = n.Members[i].Value.With(path[1:], v)
	return &changed
}

// Without returns n without the member at path.
func (n *Node) Without(path []string) *Node {
	last := len(path) - 1
	parent := n.Find(path[:last])
	rest := *parent
	rest.Members = slices.DeleteFunc(slices.Clone(parent.Members), func(m Member) bool { return m.Name == path[last] })
	return n.With(path[:last], &rest)
}

// Find returns the value at path, or nil. Unlike Get it also indexes arrays.
func (n *Node) Find(path []string) *Node {
	for _, segment := range path {
		if n != nil && n.Kind == SequenceNode {
			i, err := strconv.Atoi(segment)
			if err != nil || i < 0 || i >= len(n.Items) {
				return nil
			}
			n = n.Items[i]
			continue
		}
		n = n.Get(segment)
	}
	return n
}

// PointerOf returns a path as a JSON pointer.
func PointerOf(path []string) string {
	pointer := ""
	for _, segment := range path {
		pointer += "/" + strictjson.EscapePointer(segment)
	}
	return pointer
}
