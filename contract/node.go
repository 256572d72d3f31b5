package contract

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/pb33f/libopenapi/datamodel"
)

// A node is one value of a YAML document, with its line. Methods of the nil node
// behave as those of a value that is not there.
type node struct {
	kind    nodeKind
	tag     string   // of a scalar: !!str, !!int, !!float, !!bool, !!null
	text    string   // of a scalar
	line    int      // from 1
	members []member // of a mapping, in document order
	items   []*node  // of a sequence
}

type member struct {
	name  string
	line  int // of the name
	value *node
}

type nodeKind byte

const (
	scalarNode nodeKind = iota
	mappingNode
	sequenceNode
)

// treeOf copies a parsed document into nodes, breadth first. It refuses duplicate
// names, and aliases, by which a small document can expand into a huge one.
func treeOf(info *datamodel.SpecInfo) (*node, error) {
	if info.RootNode == nil || len(info.RootNode.Content) == 0 {
		return nil, fmt.Errorf("the document is empty")
	}
	root := new(node)
	sources, targets := info.RootNode.Content[:1:1], []*node{root}
	for i := 0; i < len(sources); i++ {
		from, to := sources[i], targets[i]
		if from.Alias != nil {
			return nil, fmt.Errorf("line %d: aliases are not supported", from.Line)
		}
		to.tag, to.text, to.line = from.ShortTag(), from.Value, from.Line
		switch to.tag {
		case "!!map":
			to.kind = mappingNode
			seen := make(map[string]bool, len(from.Content)/2)
			for j := 0; j+1 < len(from.Content); j += 2 {
				key, child := from.Content[j], new(node)
				if seen[key.Value] {
					return nil, fmt.Errorf("line %d: duplicate member %q", key.Line, key.Value)
				}
				seen[key.Value] = true
				to.members = append(to.members, member{key.Value, key.Line, child})
				sources, targets = append(sources, from.Content[j+1]), append(targets, child)
			}
		case "!!seq":
			to.kind = sequenceNode
			for _, item := range from.Content {
				child := new(node)
				to.items = append(to.items, child)
				sources, targets = append(sources, item), append(targets, child)
			}
		}
	}
	return root, nil
}

// get returns the value at path, or nil.
func (n *node) get(path ...string) *node {
	for _, name := range path {
		n = n.member(name).value
	}
	return n
}

// member returns the member called name, or the zero member.
func (n *node) member(name string) member {
	if n != nil {
		for _, m := range n.members {
			if m.name == name {
				return m
			}
		}
	}
	return member{}
}

// at returns the value of a local reference such as "#/components/schemas/Key",
// or nil.
func (n *node) at(ref string) *node {
	pointer, local := strings.CutPrefix(ref, "#/")
	if !local {
		return nil
	}
	for segment := range strings.SplitSeq(pointer, "/") {
		n = n.get(strictjson.UnescapePointer(segment))
	}
	return n
}

// resolve follows the references of a value in the document n. It returns the
// value itself if it is not a reference, and nil if a reference leads nowhere.
func (n *node) resolve(at *node) *node {
	for range maxDepth { // bounded, because references may form a cycle
		ref := at.get("$ref")
		if ref == nil {
			return at
		}
		at = n.at(ref.string())
	}
	return nil
}

// names returns the text of a scalar, or of each item of a sequence.
func (n *node) names() []string {
	if n == nil {
		return nil
	}
	if n.kind == scalarNode {
		return []string{n.text}
	}
	var names []string
	for _, item := range n.items {
		names = append(names, item.text)
	}
	return names
}

// string returns the text of a scalar, and "" for anything else.
func (n *node) string() string {
	if n == nil || n.kind != scalarNode {
		return ""
	}
	return n.text
}

// isTrue reports whether the node is the boolean true.
func (n *node) isTrue() bool { return n != nil && n.tag == "!!bool" && n.text == "true" }

// number returns the value of a number. It reports false for anything else.
func (n *node) number() (float64, bool) {
	if n == nil || n.tag != "!!int" && n.tag != "!!float" {
		return 0, false
	}
	f, err := strconv.ParseFloat(n.text, 64)
	return f, err == nil
}

// jsonType returns the type of the value as JSON Schema names it: a number
// without a fraction is an integer.
func (n *node) jsonType() string {
	switch n.kind {
	case mappingNode:
		return "object"
	case sequenceNode:
		return "array"
	}
	switch n.tag {
	case "!!null":
		return "null"
	case "!!bool":
		return "boolean"
	case "!!int", "!!float":
		if f, ok := n.number(); ok && f == math.Trunc(f) {
			return "integer"
		}
		return "number"
	}
	return "string"
}

// same reports whether two nodes are the same scalar.
func (n *node) same(other *node) bool {
	f, isNumber := n.number()
	if g, ok := other.number(); ok && isNumber {
		return f == g
	}
	return n.kind == scalarNode && other.kind == scalarNode && n.tag == other.tag && n.text == other.text
}

// each calls f with n and with every value in it, with their JSON pointers.
func (n *node) each(pointer string, f func(pointer string, n *node)) {
	if n == nil {
		return
	}
	f(pointer, n)
	for _, m := range n.members {
		m.value.each(pointer+"/"+strictjson.EscapePointer(m.name), f)
	}
	for i, item := range n.items {
		item.each(pointer+"/"+strconv.Itoa(i), f)
	}
}

// json returns the value as JSON, with members in document order.
func (n *node) json() []byte { return n.appendJSON(nil) }

func (n *node) appendJSON(b []byte) []byte {
	switch {
	case n.kind == mappingNode:
		b = append(b, '{')
		for i, m := range n.members {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, m.name), ':')
			b = m.value.appendJSON(b)
		}
		return append(b, '}')
	case n.kind == sequenceNode:
		b = append(b, '[')
		for i, item := range n.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = item.appendJSON(b)
		}
		return append(b, ']')
	case n.tag == "!!raw": // JSON already
		return append(b, n.text...)
	case n.tag == "!!null":
		return append(b, "null"...)
	case (n.tag == "!!int" || n.tag == "!!float" || n.tag == "!!bool") && json.Valid([]byte(n.text)):
		return append(b, n.text...)
	default:
		return appendString(b, n.text)
	}
}

// appendString appends s as a JSON string, without HTML escapes.
func appendString(b []byte, s string) []byte {
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil { // impossible: any string can be encoded
		return strconv.AppendQuote(b, s)
	}
	return append(b, strings.TrimSuffix(text.String(), "\n")...)
}
