package contract

import (
	"slices"

	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/contract/internal/openapi"
)

// Shrink returns the smallest body it finds for which fails still reports true.
// It calls fails at most tries times. The body itself must fail.
//
// From JSON it leaves out members and items, the outer ones first. From any other
// text it cuts parts, first halves and then smaller ones.
func Shrink(body []byte, tries int, fails func([]byte) bool) []byte {
	attempt := func(smaller []byte) bool {
		if tries <= 0 || len(smaller) >= len(body) {
			return false
		}
		tries--
		if !fails(smaller) {
			return false
		}
		body = smaller
		return true
	}
	for tries > 0 && (shrinkJSON(body, attempt) || shrinkText(body, attempt)) {
	}
	return body
}

// shrinkJSON tries the text without each of its members and items. It reports
// whether one attempt succeeded.
func shrinkJSON(body []byte, attempt func([]byte) bool) bool {
	v, err := jsonbody.Parse(body)
	if err != nil {
		return false
	}
	root := nodeOf(&v)
	for _, path := range paths(root, nil) {
		if attempt(drop(root, path).JSON()) {
			return true
		}
	}
	return attempt(root.JSON()) // without white space
}

// nodeOf returns a parsed text as a node, with all duplicate members.
func nodeOf(v *jsonbody.Value) *openapi.Node {
	items, members := v.Items(), v.Members()
	n := &openapi.Node{Tag: "!!raw", Text: string(v.Raw())}
	switch v.Type().String() {
	case "object":
		n.Kind = openapi.MappingNode
		for i := range members {
			n.Members = append(n.Members, openapi.Member{Name: members[i].Name, Value: nodeOf(&members[i].Value)})
		}
	case "array":
		n.Kind = openapi.SequenceNode
		for i := range items {
			n.Items = append(n.Items, nodeOf(&items[i]))
		}
	}
	return n
}

// paths returns the indexes that lead to each value below n. Those of the members and
// items of a value come before those of what is in them.
func paths(n *openapi.Node, above []int) [][]int {
	var list [][]int
	for i := range len(n.Members) + len(n.Items) {
		list = append(list, append(slices.Clone(above), i))
	}
	for i, m := range n.Members {
		list = append(list, paths(m.Value, append(slices.Clone(above), i))...)
	}
	for i, item := range n.Items {
		list = append(list, paths(item, append(slices.Clone(above), i))...)
	}
	return list
}

// drop returns n without the member or the item at a path of indexes.
func drop(n *openapi.Node, path []int) *openapi.Node {
	changed, i := *n, path[0]
	if n.Kind == openapi.MappingNode {
		changed.Members = slices.Clone(n.Members)
		if len(path) == 1 {
			changed.Members = slices.Delete(changed.Members, i, i+1)
		} else {
			changed.Members[i].Value = drop(n.Members[i].Value, path[1:])
		}
		return &changed
	}
	changed.Items = slices.Clone(n.Items)
	if len(path) == 1 {
		changed.Items = slices.Delete(changed.Items, i, i+1)
	} else {
		changed.Items[i] = drop(n.Items[i], path[1:])
	}
	return &changed
}

// shrinkText tries the text without each of its parts, unless it is JSON. It reports
// whether one attempt succeeded.
func shrinkText(body []byte, attempt func([]byte) bool) bool {
	if _, err := jsonbody.Parse(body); err == nil {
		return false
	}
	for size := len(body); size > 0; size /= 2 {
		for at := 0; at+size <= len(body); at += size {
			if attempt(slices.Delete(slices.Clone(body), at, at+size)) {
				return true
			}
		}
	}
	return false
}
