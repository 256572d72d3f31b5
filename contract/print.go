package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"
)

// Print returns the specification of a scope in a format, "yaml" or "json".
//
// The YAML of one document is its text, with its comments, so the lines of
// findings are its lines. The scope All is one document that merges both, without
// comments.
func Print(scope Scope, format string) ([]byte, error) {
	if format != "yaml" && format != "json" {
		return nil, fmt.Errorf("format %q: want yaml or json", format)
	}
	sources, err := scope.sources()
	if err != nil {
		return nil, err
	}
	if len(sources) == 1 && format == "yaml" {
		return slices.Clone(sources[0].text), nil
	}
	var whole *node
	for _, src := range sources {
		_, tree, err := parse(src)
		if err != nil {
			return nil, err
		}
		whole = merge(whole, tree)
	}
	var text bytes.Buffer
	if format == "yaml" {
		enc := yaml.NewEncoder(&text)
		enc.SetIndent(2)
		if err := enc.Encode(whole.yaml()); err != nil {
			return nil, err
		}
		return text.Bytes(), enc.Close()
	}
	if err := json.Indent(&text, whole.json(), "", "  "); err != nil {
		return nil, err
	}
	text.WriteByte('\n')
	return text.Bytes(), nil
}

// merge returns a with the members that only b has. Where both have a value
// other than a mapping, the result is a's.
func merge(a, b *node) *node {
	if a == nil {
		return b
	}
	if a.kind != mappingNode || b.kind != mappingNode {
		return a
	}
	merged := *a
	merged.members = slices.Clone(a.members)
	for _, m := range b.members {
		i := slices.IndexFunc(merged.members, func(have member) bool { return have.name == m.name })
		if i < 0 {
			merged.members = append(merged.members, m)
			continue
		}
		merged.members[i].value = merge(merged.members[i].value, m.value)
	}
	return &merged
}

// yaml returns the value in the form that the YAML library writes, with members
// in document order.
func (n *node) yaml() *yaml.Node {
	switch n.kind {
	case mappingNode:
		to := &yaml.Node{Kind: yaml.MappingNode}
		for _, m := range n.members {
			to.Content = append(to.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: m.name}, m.value.yaml())
		}
		return to
	case sequenceNode:
		to := &yaml.Node{Kind: yaml.SequenceNode}
		for _, item := range n.items {
			to.Content = append(to.Content, item.yaml())
		}
		return to
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: n.tag, Value: n.text}
}
