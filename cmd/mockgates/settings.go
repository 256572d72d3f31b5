package main

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v4"

	"github.com/mockgates/mockgates/internal/suggest"
)

// An environ is the environment, by name.
type environ map[string]string

// newEnviron reads NAME=VALUE pairs; of several for a name, the last.
func newEnviron(pairs []string) environ {
	e := environ{}
	for _, pair := range pairs {
		if name, value, ok := strings.Cut(pair, "="); ok {
			e[name] = value
		}
	}
	return e
}

const variablePrefix = "MOCKGATES_"

// variable is the name of a flag's environment variable.
func variable(flag string) string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// A settings finds the values of flags that are not on the command line: in
// the environment, then in the configuration file. It is a kong.Resolver.
type settings struct {
	env    environ
	opened bool                  // the file was looked for
	path   string                // of the file; "" if there is none
	file   map[string]*yaml.Node // by flag
	origin map[string]string     // where the value of a flag was found, by flag
}

// Validate is part of kong.Resolver; Resolve has refused what is wrong.
func (s *settings) Validate(*kong.Application) error { return nil }

// Resolve returns the value of a flag, or nil to leave it at its default.
func (s *settings) Resolve(ctx *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	if text := s.env[variable(flag.Name)]; text != "" {
		s.origin[flag.Name] = variable(flag.Name)
		if !repeatable(flag) {
			return text, nil
		}
		return lines(text), nil
	}
	node := s.file[flag.Name]
	if node == nil {
		return nil, nil
	}
	s.origin[flag.Name] = fmt.Sprintf("%s:%d", s.path, node.Line)
	return valueOf(node, flag)
}

// repeatable reports whether a flag may be given more than once.
func repeatable(flag *kong.Flag) bool { return flag.Target.Kind() == reflect.Slice }

// lines are the values of a flag that may be repeated: one a line. Empty lines
// and the spaces around a value are left out.
func lines(text string) []string {
	list := []string{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// open reads the configuration file, if there is one and it was not read yet.
func (s *settings) open(ctx *kong.Context) error {
	if s.opened {
		return nil
	}
	s.opened, s.origin = true, map[string]string{}
	s.path = s.env[variable("config")]
	for _, part := range ctx.Path {
		if part.Flag != nil && part.Flag.Name == "config" {
			s.path, _ = ctx.FlagValue(part.Flag).(string)
		}
	}
	if s.path == "" {
		return nil
	}
	data, err := os.ReadFile(s.path)
	if err == nil {
		s.file, err = parseSettings(data, s.path, flagNames(ctx.Model))
	}
	if err != nil {
		return &fileError{err}
	}
	return nil
}

// A fileError is what is wrong with the configuration file as a whole. It is no
// matter of the flag that happens to be resolved when the file is read.
type fileError struct{ error }

func (e *fileError) Unwrap() error { return e.error }

// parseSettings reads the configuration file: one mapping, whose keys are names
// of flags. It refuses a key that no command has, and one that is repeated.
func parseSettings(data []byte, path string, known []string) (map[string]*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	values := map[string]*yaml.Node{}
	if len(doc.Content) == 0 || doc.Content[0].Kind == yaml.ScalarNode && doc.Content[0].Tag == "!!null" {
		return values, nil // nothing in it but comments
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s:%d: want keys and values, such as addr: 127.0.0.1:8080", path, root.Line)
	}
	for i := 0; i < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		switch {
		case !slices.Contains(known, key.Value):
			return nil, fmt.Errorf("%s:%d: key %q is no flag%s", path, key.Line, key.Value, didYouMean(key.Value, known))
		case values[key.Value] != nil:
			return nil, fmt.Errorf("%s:%d: key %q is there twice", path, key.Line, key.Value)
		}
		values[key.Value] = value
	}
	return values, nil
}

// valueOf is the value of a flag as the file has it: a scalar, or for a flag
// that may be repeated also a list, or a mapping, which is a list of KEY=VALUE.
func valueOf(node *yaml.Node, flag *kong.Flag) (any, error) {
	node = resolved(node)
	list := []string{}
	switch {
	case node.Kind == yaml.ScalarNode && node.Tag != "!!null":
		if !repeatable(flag) {
			return node.Value, nil
		}
		return []string{node.Value}, nil
	case node.Kind == yaml.SequenceNode && repeatable(flag):
		for _, item := range node.Content {
			if item = resolved(item); item.Kind != yaml.ScalarNode {
				return nil, fmt.Errorf("item in line %d is no plain value", item.Line)
			}
			list = append(list, item.Value)
		}
		return list, nil
	case node.Kind == yaml.MappingNode && flag.Name == "choice":
		for i := 0; i < len(node.Content); i += 2 {
			list = append(list, node.Content[i].Value+"="+resolved(node.Content[i+1]).Value)
		}
		return list, nil
	case repeatable(flag):
		return nil, errors.New("want a value or a list of values")
	}
	return nil, errors.New("want one value")
}

// resolved is the node that an alias stands for, or else node itself.
func resolved(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// explain adds to an error about a flag where its value came from.
func (s *settings) explain(err error) error {
	if whole, ok := errors.AsType[*fileError](err); ok {
		return whole
	}
	for flag, origin := range s.origin {
		if rest, ok := strings.CutPrefix(err.Error(), "--"+flag); ok && strings.IndexAny(rest, ": ") == 0 {
			return fmt.Errorf("%w (from %s)", err, origin)
		}
	}
	return err
}

// warnings tell of variables that look like a mistyped variable of a flag. They
// are no errors: a cluster puts variables of its own into every container.
func (s *settings) warnings(model *kong.Application) []string {
	known, list := []string{"CONFIG"}, []string(nil)
	for _, flag := range flagNames(model) {
		known = append(known, strings.TrimPrefix(variable(flag), variablePrefix))
	}
	for name := range s.env {
		rest, ok := strings.CutPrefix(name, variablePrefix)
		if !ok || slices.Contains(known, rest) {
			continue
		}
		if near := suggest.Nearest(rest, known); near != "" {
			list = append(list, fmt.Sprintf("%s is no variable of mockgates; did you mean %s%s?", name, variablePrefix, near))
		}
	}
	slices.Sort(list)
	return list
}

// flagNames are the names of the flags of all commands that can be set outside
// of the command line, sorted.
func flagNames(model *kong.Application) []string {
	var names []string
	_ = kong.Visit(model, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok && flag.Name != "help" && flag.Name != "config" {
			names = append(names, flag.Name)
		}
		return next(nil)
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// didYouMean is the end of a message that refuses name: the nearest of names,
// or all of them where none is near.
func didYouMean(name string, names []string) string {
	if near := suggest.Nearest(name, names); near != "" {
		return "; did you mean " + near + "?"
	}
	return "; want one of " + strings.Join(names, ", ")
}
