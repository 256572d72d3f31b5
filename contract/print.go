package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/mockgates/mockgates/contract/internal/openapi"
	"go.yaml.in/yaml/v4"
)

// Documents returns the texts of the documents that findings of a contract from [New]
// refer to, by the names that findings have.
func Documents() map[string]string {
	return map[string]string{documentedName: string(documentedYAML), companionName: string(companionYAML), proseName: string(proseYAML)}
}

// Print returns the specification of a scope in a format, "yaml" or "json".
//
// For a scope of one document the YAML is its text with its comments, so the lines
// in findings are the lines of it. For the scope All it is one document that merges
// both, without comments.
func Print(scope Scope, format string) ([]byte, error) {
	if format != "yaml" && format != "json" {
		return nil, fmt.Errorf("format %q: want yaml or json", format)
	}
	sources, err := scope.sources()
	if err != nil {
		return nil, err
	}
	if len(sources) == 1 && format == "yaml" {
		return slices.Clone(sources[0].Text), nil
	}
	var whole *openapi.Node
	for _, src := range sources {
		_, tree, err := openapi.Parse(src)
		if err != nil {
			return nil, err
		}
		whole = merge(whole, tree)
	}
	var text bytes.Buffer
	if format == "yaml" {
		enc := yaml.NewEncoder(&text)
		enc.SetIndent(2)
		if err := enc.Encode(yamlOf(whole)); err != nil {
			return nil, err
		}
		return text.Bytes(), enc.Close()
	}
	if err := json.Indent(&text, whole.JSON(), "", "  "); err != nil {
		return nil, err
	}
	text.WriteByte('\n')
	return text.Bytes(), nil
}

// merge returns a with the members that only b has. Where both have a value that is
// not a mapping, a's is kept.
func merge(a, b *openapi.Node) *openapi.Node {
	if a == nil {
		return b
	}
	if a.Kind != openapi.MappingNode || b.Kind != openapi.MappingNode {
		return a
	}
	merged := *a
	merged.Members = slices.Clone(a.Members)
	for _, m := range b.Members {
		i := slices.IndexFunc(merged.Members, func(have openapi.Member) bool { return have.Name == m.Name })
		if i < 0 {
			merged.Members = append(merged.Members, m)
			continue
		}
		merged.Members[i].Value = merge(merged.Members[i].Value, m.Value)
	}
	return &merged
}

// yamlOf returns the value in the form that the YAML library writes, with members
// in document order.
func yamlOf(n *openapi.Node) *yaml.Node {
	switch n.Kind {
	case openapi.MappingNode:
		to := &yaml.Node{Kind: yaml.MappingNode}
		for _, m := range n.Members {
			to.Content = append(to.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: m.Name}, yamlOf(m.Value))
		}
		return to
	case openapi.SequenceNode:
		to := &yaml.Node{Kind: yaml.SequenceNode}
		for _, item := range n.Items {
			to.Content = append(to.Content, yamlOf(item))
		}
		return to
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: n.Tag, Value: n.Text}
}
