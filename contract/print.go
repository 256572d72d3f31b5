package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Print returns the specification of a scope, as "yaml" or "json".
//
// The YAML of one document is that document, comments and all, so the lines of
// findings are lines of it. All is one document made of both, without comments.
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
	if format == "yaml" {
		return whole.appendYAML(nil, 0), nil
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, whole.appendJSON(nil), "", "  "); err != nil {
		return nil, err
	}
	return append(indented.Bytes(), '\n'), nil
}

// merge returns a with what b has and a has not. Where both have a value that
// is no mapping, a's stands.
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

// appendYAML appends the value as YAML in blocks, indented by two spaces a
// level. It begins where the text stands, behind a name or a dash.
func (n *node) appendYAML(b []byte, level int) []byte {
	switch {
	case n.kind == mappingNode && len(n.members) == 0:
		return append(b, "{}\n"...)
	case n.kind == sequenceNode && len(n.items) == 0:
		return append(b, "[]\n"...)
	case n.kind == mappingNode:
		for i, m := range n.members {
			if i > 0 {
				b = appendIndent(b, level)
			}
			b = append(appendPlain(b, m.name), ':')
			if m.value.kind == scalarNode || len(m.value.members)+len(m.value.items) == 0 {
				b = append(b, ' ')
			} else {
				b = appendIndent(append(b, '\n'), level+1)
			}
			b = m.value.appendYAML(b, level+1)
		}
		return b
	case n.kind == sequenceNode:
		for i, item := range n.items {
			if i > 0 {
				b = appendIndent(b, level)
			}
			b = item.appendYAML(append(b, "- "...), level+1)
		}
		return b
	case n.tag == "!!str":
		return append(appendPlain(b, n.text), '\n')
	default:
		return append(append(b, n.text...), '\n')
	}
}

func appendIndent(b []byte, level int) []byte {
	return append(b, bytes.Repeat([]byte("  "), level)...)
}

// appendPlain appends a string without quotes if YAML reads it as that string,
// and as a JSON string, which is YAML too, if it might not.
func appendPlain(b []byte, s string) []byte {
	if !isPlain(s) {
		return appendString(b, s)
	}
	return append(b, s...)
}

// isPlain is true only for what is surely plain: letters, digits and a few
// signs, a letter, slash or sign of a path first, and no word of YAML.
func isPlain(s string) bool {
	switch s {
	case "", "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		return false
	}
	for i, c := range s {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '/'
		inner := c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.' || c == '$' || c == ' ' && i < len(s)-1
		if !letter && (i == 0 || !inner) {
			return false
		}
	}
	return true
}
