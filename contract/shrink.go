package contract

import "slices"

// Shrink returns the smallest body it finds for which fails still reports true.
// It calls fails at most the given number of times. The body itself must fail.
//
// Members and items of a JSON text are left out, the largest parts first. Of any
// other text parts are cut out, first halves and then less.
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
	v, err := parseJSON(body)
	if err != nil {
		return false
	}
	root := nodeOf(&v)
	for _, path := range paths(root, nil) {
		if attempt(root.drop(path).json()) {
			return true
		}
	}
	return attempt(root.json()) // without white space
}

// nodeOf returns a parsed text as a node. Of duplicate members it keeps all.
func nodeOf(v *value) *node {
	items, members := v.Items(), v.Members()
	n := &node{tag: "!!raw", text: string(v.Raw())}
	switch v.Type().String() {
	case "object":
		n.kind = mappingNode
		for i := range members {
			n.members = append(n.members, member{name: members[i].Name, value: nodeOf(&members[i].Value)})
		}
	case "array":
		n.kind = sequenceNode
		for i := range items {
			n.items = append(n.items, nodeOf(&items[i]))
		}
	}
	return n
}

// paths returns the indexes that lead to each value below n, those above first.
func paths(n *node, above []int) [][]int {
	var list [][]int
	for i := range len(n.members) + len(n.items) {
		list = append(list, append(slices.Clone(above), i))
	}
	for i, m := range n.members {
		list = append(list, paths(m.value, append(slices.Clone(above), i))...)
	}
	for i, item := range n.items {
		list = append(list, paths(item, append(slices.Clone(above), i))...)
	}
	return list
}

// drop returns n without the member or the item at a path of indexes.
func (n *node) drop(path []int) *node {
	changed, i := *n, path[0]
	if n.kind == mappingNode {
		changed.members = slices.Clone(n.members)
		if len(path) == 1 {
			changed.members = slices.Delete(changed.members, i, i+1)
		} else {
			changed.members[i].value = n.members[i].value.drop(path[1:])
		}
		return &changed
	}
	changed.items = slices.Clone(n.items)
	if len(path) == 1 {
		changed.items = slices.Delete(changed.items, i, i+1)
	} else {
		changed.items[i] = n.items[i].drop(path[1:])
	}
	return &changed
}

// shrinkText tries a text that is not JSON without each of its parts. It reports
// whether one attempt succeeded.
func shrinkText(body []byte, attempt func([]byte) bool) bool {
	if _, err := parseJSON(body); err == nil {
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
