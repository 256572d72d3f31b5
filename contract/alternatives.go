package contract

import "slices"

// foldDepth bounds how deep alternatives that share a property are folded. A
// schema may contain itself.
const foldDepth = 4

// either folds the alternatives of oneOf or anyOf into one schema that accepts
// whatever any of them accepts. It requires no property, because the
// alternatives may require different ones.
func (r *schemaReader) either(branches []*node) *schema {
	alternatives := make([]*schema, len(branches))
	for i, n := range branches {
		alternatives[i] = r.read(n, n.line)
	}
	return fold(alternatives, 0)
}

func fold(alternatives []*schema, depth int) *schema {
	all := &schema{line: alternatives[0].line, open: true, folded: true, first: alternatives[0], lines: make(map[string]int)}
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
		rest := *a // a copy, because a may be a component that others refer to
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
				all.add(property{p.name, p.line, foldProperty(alternatives, p, depth)})
			}
		}
	}
	return all
}

// foldProperty folds what each alternative says about one property.
func foldProperty(alternatives []*schema, p property, depth int) *schema {
	var declared []*schema
	for _, a := range alternatives {
		if other := a.prop(p.name); other != nil {
			declared = append(declared, other.schema)
		}
	}
	if len(declared) == 1 || depth == foldDepth {
		return p.schema
	}
	return fold(declared, depth+1)
}
