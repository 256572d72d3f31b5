package cli

import (
	"fmt"
	"os"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/mockgates/mockgates/internal/suggest"
)

// readConfig reads a configuration file: a YAML mapping whose keys are names of
// flags. It refuses keys that are not known, and duplicate ones.
func readConfig(path string, known []string) (map[string]*yaml.Node, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
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
