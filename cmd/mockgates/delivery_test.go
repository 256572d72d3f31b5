package main

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/mockgates/mockgates/cmd/internal/cli"
	"go.yaml.in/yaml/v4"
)

// deliveryFiles are the files that show the program in CI systems and containers.
func deliveryFiles(t *testing.T) []string {
	t.Helper()
	names := []string{"action.yml", "compose.example.yaml", "Dockerfile", "docs/ci.md", "docs/docker.md"}
	for _, pattern := range []string{"examples/ci/*", "examples/compose/*"} {
		found, err := filepath.Glob(fromRoot(pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(found), err)
		}
		for _, path := range found {
			names = append(names, filepath.ToSlash(filepath.Join(filepath.Dir(pattern), filepath.Base(path))))
		}
	}
	return names
}

// invocation matches a command of mockgates on a line, or in a list of YAML, and
// what follows it.
var invocation = regexp.MustCompile(`(?m)(?:/?mockgates"?,? |mockgates:[a-z0-9]+ |command: \[|args: \[)"?([a-z]+)"?(.*)$`)

// TestDelivery_flagsExist checks each flag and each MOCKGATES variable in the files
// with the command line of the program.
func TestDelivery_flagsExist(t *testing.T) {
	t.Parallel()
	root := modelOf(t).Node
	var all []string
	commands := map[string][]string{}
	for _, node := range append(root.Leaves(false), root) {
		for _, group := range node.AllFlags(false) {
			for _, flag := range group {
				name, _, _ := strings.Cut(commandPath(node), " ")
				commands[name] = append(commands[name], "--"+flag.Name)
				all = append(all, cli.Variable(flag.Name))
			}
		}
	}
	flags, variables := 0, 0
	for _, name := range deliveryFiles(t) {
		text := readFile(t, name)
		for _, m := range invocation.FindAllStringSubmatch(text, -1) {
			known, ok := commands[m[1]]
			if !ok {
				continue // a program of another name, or prose
			}
			own, _, _ := strings.Cut(m[2], " -- ")
			for _, flag := range regexp.MustCompile(`--[a-z][a-z-]*`).FindAllString(own, -1) {
				flags++
				if !slices.Contains(known, flag) {
					t.Errorf("%s: mockgates %s has no flag %s", name, m[1], flag)
				}
			}
		}
		for _, v := range regexp.MustCompile(`\bMOCKGATES_[A-Z_]+`).FindAllString(text, -1) {
			variables++
			if !slices.Contains(all, v) {
				t.Errorf("%s: no flag has the variable %s", name, v)
			}
		}
	}
	if flags < 8 || variables < 4 {
		t.Errorf("%d flags and %d variables found; want at least 8 and 4", flags, variables)
	}
}

// TestDelivery_filesParse parses the YAML files.
func TestDelivery_filesParse(t *testing.T) {
	t.Parallel()
	for _, name := range deliveryFiles(t) {
		if ext := filepath.Ext(name); ext != ".yml" && ext != ".yaml" {
			continue
		}
		var document map[string]any
		if err := yaml.Unmarshal([]byte(readFile(t, name)), &document); err != nil || len(document) == 0 {
			t.Errorf("%s: %d keys, %v", name, len(document), err)
		}
	}
}

// TestDelivery_workflowsGiveInputsOfTheAction checks the inputs in the workflow of
// GitHub with those of the action.
func TestDelivery_workflowsGiveInputsOfTheAction(t *testing.T) {
	t.Parallel()
	var action struct {
		Inputs map[string]any `yaml:"inputs"`
	}
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				Uses string            `yaml:"uses"`
				With map[string]string `yaml:"with"`
			} `yaml:"steps"`
		} `yaml:"jobs"`
	}
	for name, into := range map[string]any{"action.yml": &action, "examples/ci/github.yml": &workflow} {
		if err := yaml.Unmarshal([]byte(readFile(t, name)), into); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	used := 0
	for job, j := range workflow.Jobs {
		for _, step := range j.Steps {
			if !strings.HasPrefix(step.Uses, "mockgates/mockgates@") {
				continue
			}
			used++
			for input := range step.With {
				if _, ok := action.Inputs[input]; !ok {
					t.Errorf("job %s gives the input %q, which action.yml does not have", job, input)
				}
			}
			if flag, _, _ := strings.Cut(strings.TrimSpace(step.With["args"]), "\n"); flag != "" {
				flag, _, _ = strings.Cut(flag, "=")
				if !hasFlag(modelOf(t).Node, step.With["command"], strings.TrimPrefix(flag, "--")) {
					t.Errorf("job %s: mockgates %s has no flag %s", job, step.With["command"], flag)
				}
			}
		}
	}
	if used != 3 {
		t.Errorf("the action is used %d times; want 3", used)
	}
}

// hasFlag reports whether a command has a flag.
func hasFlag(root *kong.Node, command, name string) bool {
	for _, node := range root.Children {
		if node.Name == command {
			return slices.ContainsFunc(node.Flags, func(f *kong.Flag) bool { return f.Name == name })
		}
	}
	return false
}
