package openapi

import (
	"fmt"
	"strings"
)

// maxUnfolded is the number of values to which the references of a document may
// unfold. The libraries copy what a reference leads to at each place that names
// it, so a document of 2 KB can take gigabytes.
const maxUnfolded = 1_000_000

// maxUnfoldedDepth is how deep the values of a document may nest, including those that
// references lead to.
const maxUnfoldedDepth = 1000

// An unfolding measures a document with each reference replaced by what it leads
// to. It visits every value once.
type unfolding struct {
	Tree  *Node
	sizes map[*Node]unfolded
}

// An unfolded is the measure of a value. Both numbers stop growing at their
// bounds.
type unfolded struct{ nodes, depth int }

// CheckUnfolding returns an error if a document unfolds beyond the bounds.
func CheckUnfolding(tree *Node, name string) error {
	u := unfolding{tree, map[*Node]unfolded{}}
	switch size := u.measure(tree, 0); {
	case size.nodes > maxUnfolded:
		return fmt.Errorf("%s: the references unfold to more than %d values", name, maxUnfolded)
	case size.depth > maxUnfoldedDepth:
		return fmt.Errorf("%s: the references nest more than %d levels deep", name, maxUnfoldedDepth)
	}
	return nil
}

// measure returns the measure of a value that is nested in level others. A reference
// back to a value around it counts as one, because the libraries stop there.
func (u *unfolding) measure(n *Node, level int) unfolded {
	if n == nil {
		return unfolded{}
	}
	if size, ok := u.sizes[n]; ok {
		return size
	}
	if level > maxUnfoldedDepth {
		return unfolded{1, maxUnfoldedDepth + 1}
	}
	u.sizes[n] = unfolded{1, 1} // of a reference back to n
	size := unfolded{1, 0}
	add := func(child *Node) {
		more := u.measure(child, level+1)
		size.nodes = min(size.nodes+more.nodes, maxUnfolded+1)
		size.depth = min(max(size.depth, more.depth), maxUnfoldedDepth)
	}
	for _, m := range n.Members {
		add(m.Value)
		if m.Name == "$ref" && m.Value.Kind == ScalarNode && strings.HasPrefix(m.Value.Text, "#/") {
			add(u.Tree.at(m.Value.Text))
		}
	}
	for _, item := range n.Items {
		add(item)
	}
	size.depth++
	u.sizes[n] = size
	return size
}
