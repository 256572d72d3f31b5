package openapi

import "slices"

// foldDepth is how deep alternatives with a property in common are folded. A schema
// may contain itself.
const foldDepth = 4

// either folds the alternatives of oneOf or anyOf into one schema that accepts
// whatever any of them accepts. It requires no property, because the
// alternatives may require different ones.
func (r *schemaReader) either(branches []*Node) *Schema {
	alternatives := make([]*Schema, len(branches))
	for i, n := range branches {
		alternatives[i] = r.read(n, n.Line)
	}
	return fold(alternatives, 0)
}

func fold(alternatives []*Schema, depth int) *Schema {
	all := &Schema{line: alternatives[0].line, Open: true, Folded: true, First: alternatives[0], Lines: make(map[string]int)}
	anyType, anyValue := false, false
	for _, a := range alternatives {
		anyType = anyType || len(a.Types) == 0
		for _, t := range a.Types {
			if !slices.Contains(all.Types, t) {
				all.Types = append(all.Types, t)
			}
		}
		onlyNull := len(a.Types) == 1 && a.Types[0] == "null"
		anyValue = anyValue || len(a.Values) == 0 && !onlyNull
		all.Values = append(all.Values, a.Values...)
		rest := *a // a copy, because a may be a component that others refer to
		rest.Types, rest.Values, rest.Required, rest.Props = nil, nil, nil, nil
		all.join(&rest)
	}
	if anyType {
		all.Types = nil
	}
	if anyValue {
		all.Values = nil
	}
	for _, a := range alternatives {
		for _, p := range a.Props {
			if all.Prop(p.Name) == nil {
				all.add(Property{p.Name, p.Line, foldProperty(alternatives, p, depth)})
			}
		}
	}
	return all
}

// foldProperty folds what each alternative says about one property.
func foldProperty(alternatives []*Schema, p Property, depth int) *Schema {
	var declared []*Schema
	for _, a := range alternatives {
		if other := a.Prop(p.Name); other != nil {
			declared = append(declared, other.Schema)
		}
	}
	if len(declared) == 1 || depth == foldDepth {
		return p.Schema
	}
	return fold(declared, depth+1)
}
