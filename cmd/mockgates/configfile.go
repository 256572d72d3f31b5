package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v4"

	"github.com/mockgates/mockgates/internal/suggest"
)

// parseConfigFile parses a configuration file: a YAML mapping whose keys are
// names of flags. It refuses unknown and duplicate keys. path is for errors.
func parseConfigFile(data []byte, path string, known []string) (map[string]*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	values := map[string]*yaml.Node{}
	if len(doc.Content) == 0 || doc.Content[0].Kind == yaml.ScalarNode && doc.Content[0].Tag == "!!null" {
		return values, nil // empty, or only comments
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s:%d: want a mapping of flags to values, such as addr: 127.0.0.1:8080", path, root.Line)
	}
	for i := 0; i < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		switch {
		case !slices.Contains(known, key.Value):
			return nil, fmt.Errorf("%s:%d: unknown key %q%s", path, key.Line, key.Value, suggest.Hint(key.Value, known))
		case values[key.Value] != nil:
			return nil, fmt.Errorf("%s:%d: duplicate key %q", path, key.Line, key.Value)
		}
		values[key.Value] = value
	}
	return values, nil
}

// flagValue returns the value of a flag in the form that kong takes from a
// resolver: a string, or a list of strings for a repeatable flag. The file may
// give a repeatable flag a single value or a list, and --rule also a mapping.
func flagValue(node *yaml.Node, flag *kong.Flag) (any, error) {
	node = dereference(node)
	switch {
	case node.Kind == yaml.ScalarNode && node.Tag != "!!null":
		if !repeatable(flag) {
			return node.Value, nil
		}
		return []string{node.Value}, nil
	case node.Kind == yaml.SequenceNode && repeatable(flag):
		return listValue(node)
	case node.Kind == yaml.MappingNode && flag.Name == "rule":
		return pairs(node), nil
	case repeatable(flag):
		return nil, errors.New("want a single value or a list")
	}
	return nil, errors.New("want a single value")
}

// listValue returns the items of a sequence.
func listValue(node *yaml.Node) ([]string, error) {
	list := []string{}
	for _, item := range node.Content {
		if item = dereference(item); item.Kind != yaml.ScalarNode {
			return nil, fmt.Errorf("line %d: list item is not a single value", item.Line)
		}
		list = append(list, item.Value)
	}
	return list, nil
}

// pairs returns the entries of a mapping as KEY=VALUE.
func pairs(node *yaml.Node) []string {
	list := []string{}
	for i := 0; i < len(node.Content); i += 2 {
		list = append(list, node.Content[i].Value+"="+dereference(node.Content[i+1]).Value)
	}
	return list
}

// dereference returns the node that an alias refers to; another node unchanged.
func dereference(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}
