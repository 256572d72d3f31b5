package cli

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v4"

	"github.com/mockgates/mockgates/internal/suggest"
)

// An Environ holds environment variables by name.
type Environ map[string]string

// NewEnviron parses NAME=VALUE pairs. Of several pairs with one name the last
// wins.
func NewEnviron(pairs []string) Environ {
	e := Environ{}
	for _, pair := range pairs {
		if name, value, ok := strings.Cut(pair, "="); ok {
			e[name] = value
		}
	}
	return e
}

const variablePrefix = "MOCKGATES_"

// Variable returns the name of a flag's environment variable.
func Variable(flag string) string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// A flagResolver finds the values of flags that are not on the command line: in
// the environment, or else in the configuration file. It is a kong.Resolver.
type flagResolver struct {
	env    Environ
	loaded bool                  // loadFile was called
	path   string                // of the configuration file; "" for none
	file   map[string]*yaml.Node // values in the file, by flag
	origin map[string]string     // variable or line of the file that a value comes from, by flag
}

// Validate implements kong.Resolver. Resolve does the validation.
func (r *flagResolver) Validate(*kong.Application) error { return nil }

// Resolve returns the value of a flag, or nil for its default.
func (r *flagResolver) Resolve(ctx *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if err := r.loadFile(ctx); err != nil {
		return nil, err
	}
	if text, set := r.env[Variable(flag.Name)]; text != "" || set && holdsSecret(flag) {
		r.origin[flag.Name] = Variable(flag.Name)
		if !Repeatable(flag) {
			return text, nil
		}
		return lines(text), nil
	}
	node := r.file[flag.Name]
	if node == nil {
		return nil, nil
	}
	r.origin[flag.Name] = fmt.Sprintf("%s:%d", r.path, node.Line)
	return flagValue(node, flag)
}

// Repeatable reports whether a flag may be given more than once.
func Repeatable(flag *kong.Flag) bool { return flag.Target.Kind() == reflect.Slice }

// lines splits the variable of a repeatable flag into its values, one per line.
// It drops empty lines and the spaces around a value.
func lines(text string) []string {
	list := []string{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// loadFile reads the configuration file, if there is one, on its first call.
func (r *flagResolver) loadFile(ctx *kong.Context) error {
	if r.loaded {
		return nil
	}
	r.loaded, r.origin = true, map[string]string{}
	r.path = r.env[Variable("config")]
	for _, part := range ctx.Path {
		if part.Flag != nil && part.Flag.Name == "config" {
			r.path, _ = ctx.FlagValue(part.Flag).(string)
		}
	}
	if r.path == "" {
		return nil
	}
	var err error
	if r.file, err = readConfig(r.path, flagNames(ctx.Model)); err != nil {
		return &configFileError{err}
	}
	return nil
}

// A configFileError is an error of the configuration file as a whole. Kong adds
// to it the flag that it happens to resolve first; addOrigin removes that.
type configFileError struct{ error }

func (e *configFileError) Unwrap() error { return e.error }

// addOrigin adds to an error about a flag the variable or the line of the file
// that its value comes from.
func (r *flagResolver) addOrigin(err error) error {
	if fileErr, ok := errors.AsType[*configFileError](err); ok {
		return fileErr
	}
	for flag, origin := range r.origin {
		if rest, ok := strings.CutPrefix(err.Error(), "--"+flag); ok && strings.IndexAny(rest, ": ") == 0 {
			return fmt.Errorf("%w (from %s)", err, origin)
		}
	}
	return err
}

// warnings returns a warning for each variable whose name is close to that of a
// flag's variable. Other unknown variables are ignored, because Kubernetes adds
// some to every container, such as MOCKGATES_SERVICE_PORT.
func (r *flagResolver) warnings(model *kong.Application) []string {
	known, list := []string{"CONFIG"}, []string(nil)
	for _, flag := range flagNames(model) {
		known = append(known, strings.TrimPrefix(Variable(flag), variablePrefix))
	}
	for name := range r.env {
		rest, ok := strings.CutPrefix(name, variablePrefix)
		if !ok || slices.Contains(known, rest) {
			continue
		}
		if near := suggest.Nearest(rest, known); near != "" {
			list = append(list, fmt.Sprintf("unknown variable %s; did you mean %s%s?", name, variablePrefix, near))
		}
	}
	slices.Sort(list)
	return list
}

// flagNames returns the names of all flags of all commands that can be set in
// the environment and the configuration file, sorted.
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

// flagValue returns the value of a flag in the form that kong takes from a
// resolver: a string, or a list of strings for a repeatable flag. The file may
// give a repeatable flag a single value or a list, and --rule also a mapping.
func flagValue(node *yaml.Node, flag *kong.Flag) (any, error) {
	node = dereference(node)
	switch {
	case node.Kind == yaml.ScalarNode && node.Tag != "!!null":
		if !Repeatable(flag) {
			return node.Value, nil
		}
		return []string{node.Value}, nil
	case node.Kind == yaml.SequenceNode && Repeatable(flag):
		return listValue(node)
	case node.Kind == yaml.MappingNode && flag.Name == "rule":
		return pairs(node), nil
	case Repeatable(flag):
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
