package contract

import "slices"

// foldDepth is how deep alternatives that share a member are folded; a schema
// may hold itself.
const foldDepth = 4

// either folds alternatives into one schema that takes what any of them takes.
// It requires nothing, for the alternatives may differ in that.
func (r *reader) either(branches []*node) *schema {
	alternatives := make([]*schema, len(branches))
	for i, n := range branches {
		alternatives[i] = r.read(n, n.line)
	}
	return fold(alternatives, 0)
}

func fold(alternatives []*schema, depth int) *schema {
	all := &schema{line: alternatives[0].line, open: true, choice: true, first: alternatives[0], lines: make(map[string]int)}
	anyType, anyValue := false, false
	for _, a := range alternatives {
		anyType = anyType || len(a.types) == 0
		for _, t := range a.types {
			if !slices.Contains(all.types, t) {
				all.types = append(all.types, t)
			}
		}
		onlyNull := len(a.types) == 1 && a.types[0] == "null"
		anyValue = anyValue || len(a.values) == 0 && !onlyNull
		all.values = append(all.values, a.values...)
		rest := *a // a copy: it may be a component that others refer to
		rest.types, rest.values, rest.required, rest.props = nil, nil, nil, nil
		all.join(&rest)
	}
	if anyType {
		all.types = nil
	}
	if anyValue {
		all.values = nil
	}
	for _, a := range alternatives {
		for _, p := range a.props {
			if all.prop(p.name) == nil {
				all.add(property{p.name, p.line, foldMember(alternatives, p, depth)})
			}
		}
	}
	return all
}

// foldMember folds what each alternative says of one member.
func foldMember(alternatives []*schema, p property, depth int) *schema {
	var said []*schema
	for _, a := range alternatives {
		if other := a.prop(p.name); other != nil {
			said = append(said, other.schema)
		}
	}
	if len(said) == 1 || depth == foldDepth {
		return p.schema
	}
	return fold(said, depth+1)
}
