package openapi

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/mockgates/mockgates/contract/internal/library"
	"github.com/mockgates/mockgates/internal/strictjson"
)

// A Node is one value of a YAML document, with its line. The nil Node stands for a
// value that is not there.
type Node struct {
	Kind    nodeKind
	Tag     string   // of a scalar: !!str, !!int, !!float, !!bool, !!null
	Text    string   // of a scalar
	Line    int      // from 1
	Members []Member // of a mapping, in document order
	Items   []*Node  // of a sequence
}

// A Member is one member of a mapping.
type Member struct {
	Name  string
	Line  int // of the name
	Value *Node
}

type nodeKind byte

// The kinds of nodes.
const (
	ScalarNode nodeKind = iota
	MappingNode
	SequenceNode
)

// treeOf copies a parsed document into nodes, breadth first. It refuses duplicate
// names, and aliases, by which a small document can expand into a huge one.
func treeOf(doc library.Document) (*Node, error) {
	source, err := doc.Root()
	if err != nil {
		return nil, err
	}
	root := new(Node)
	sources, targets := []*yaml.Node{source}, []*Node{root}
	for i := 0; i < len(sources); i++ {
		from, to := sources[i], targets[i]
		if from.Alias != nil {
			return nil, fmt.Errorf("line %d: aliases are not supported", from.Line)
		}
		to.Tag, to.Text, to.Line = from.ShortTag(), from.Value, from.Line
		switch to.Tag {
		case "!!map":
			to.Kind = MappingNode
			seen := make(map[string]bool, len(from.Content)/2)
			for j := 0; j+1 < len(from.Content); j += 2 {
				key, child := from.Content[j], new(Node)
				if seen[key.Value] {
					return nil, fmt.Errorf("line %d: duplicate member %q", key.Line, key.Value)
				}
				seen[key.Value] = true
				to.Members = append(to.Members, Member{key.Value, key.Line, child})
				sources, targets = append(sources, from.Content[j+1]), append(targets, child)
			}
		case "!!seq":
			to.Kind = SequenceNode
			for _, item := range from.Content {
				child := new(Node)
				to.Items = append(to.Items, child)
				sources, targets = append(sources, item), append(targets, child)
			}
		}
	}
	return root, nil
}

// Get returns the value at path, or nil.
func (n *Node) Get(path ...string) *Node {
	for _, name := range path {
		n = n.Member(name).Value
	}
	return n
}

// Member returns the member called name, or the zero member.
func (n *Node) Member(name string) Member {
	if n != nil {
		for _, m := range n.Members {
			if m.Name == name {
				return m
			}
		}
	}
	return Member{}
}

// at returns the value of a local reference such as "#/components/schemas/Key",
// or nil.
func (n *Node) at(ref string) *Node {
	pointer, local := strings.CutPrefix(ref, "#/")
	if !local {
		return nil
	}
	for segment := range strings.SplitSeq(pointer, "/") {
		n = n.Get(strictjson.UnescapePointer(segment))
	}
	return n
}

// maxReferences is the number of references that are followed in a row.
const maxReferences = 1000

// resolve follows the references of a value in the document n. It returns the
// value itself if it is not a reference, and nil if a reference leads nowhere.
func (n *Node) resolve(at *Node) *Node {
	for range maxReferences { // bounded, because references may form a cycle
		ref := at.Get("$ref")
		if ref == nil {
			return at
		}
		at = n.at(ref.String())
	}
	return nil
}

// names returns the text of a scalar, or of each item of a sequence.
func (n *Node) names() []string {
	if n == nil {
		return nil
	}
	if n.Kind == ScalarNode {
		return []string{n.Text}
	}
	var names []string
	for _, item := range n.Items {
		names = append(names, item.Text)
	}
	return names
}

// String returns the text of a scalar, and "" for anything else.
func (n *Node) String() string {
	if n == nil || n.Kind != ScalarNode {
		return ""
	}
	return n.Text
}

// IsTrue reports whether the node is the boolean true.
func (n *Node) IsTrue() bool { return n != nil && n.Tag == "!!bool" && n.Text == "true" }

// Number returns the value of a number. It reports false for anything else.
func (n *Node) Number() (float64, bool) {
	if n == nil || n.Tag != "!!int" && n.Tag != "!!float" {
		return 0, false
	}
	f, err := strconv.ParseFloat(n.Text, 64)
	return f, err == nil
}

// JSONType returns the type of the value as JSON Schema names it: a number
// without a fraction is an integer.
func (n *Node) JSONType() string {
	switch n.Kind {
	case MappingNode:
		return "object"
	case SequenceNode:
		return "array"
	}
	switch n.Tag {
	case "!!null":
		return "null"
	case "!!bool":
		return "boolean"
	case "!!int", "!!float":
		if f, ok := n.Number(); ok && f == math.Trunc(f) {
			return "integer"
		}
		return "number"
	}
	return "string"
}

// Same reports whether two nodes are the same scalar.
func (n *Node) Same(other *Node) bool {
	f, isNumber := n.Number()
	if g, ok := other.Number(); ok && isNumber {
		return f == g
	}
	return n.Kind == ScalarNode && other.Kind == ScalarNode && n.Tag == other.Tag && n.Text == other.Text
}

// Each calls f with n and with every value in it, with their JSON pointers.
func (n *Node) Each(pointer string, f func(pointer string, n *Node)) {
	if n == nil {
		return
	}
	f(pointer, n)
	for _, m := range n.Members {
		m.Value.Each(pointer+"/"+strictjson.EscapePointer(m.Name), f)
	}
	for i, item := range n.Items {
		item.Each(pointer+"/"+strconv.Itoa(i), f)
	}
}

// JSON returns the value as JSON, with members in document order.
func (n *Node) JSON() []byte { return n.appendJSON(nil) }

func (n *Node) appendJSON(b []byte) []byte {
	switch {
	case n.Kind == MappingNode:
		b = append(b, '{')
		for i, m := range n.Members {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, m.Name), ':')
			b = m.Value.appendJSON(b)
		}
		return append(b, '}')
	case n.Kind == SequenceNode:
		b = append(b, '[')
		for i, item := range n.Items {
			if i > 0 {
				b = append(b, ',')
			}
			b = item.appendJSON(b)
		}
		return append(b, ']')
	case n.Tag == "!!raw": // JSON already
		return append(b, n.Text...)
	case n.Tag == "!!null":
		return append(b, "null"...)
	case (n.Tag == "!!int" || n.Tag == "!!float" || n.Tag == "!!bool") && json.Valid([]byte(n.Text)):
		return append(b, n.Text...)
	default:
		return appendString(b, n.Text)
	}
}

// appendString appends s as a JSON string, without HTML escapes.
func appendString(b []byte, s string) []byte {
	if !strings.ContainsFunc(s, isEscaped) { // nearly always, in a fraction of the time
		return append(append(append(b, '"'), s...), '"')
	}
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil { // impossible: any string can be encoded
		return strconv.AppendQuote(b, s)
	}
	return append(b, strings.TrimSuffix(text.String(), "\n")...)
}

// isEscaped reports whether JSON may write a character other than as itself.
func isEscaped(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }
