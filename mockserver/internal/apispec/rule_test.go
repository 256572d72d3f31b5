package apispec_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

// ruleIDs returns the ids in Rules, and the subjects that they begin with.
func ruleIDs(t *testing.T) (ids, subjects map[string]bool) {
	t.Helper()
	ids, subjects = map[string]bool{}, map[string]bool{}
	for _, r := range apispec.Rules {
		if ids[r.ID] {
			t.Errorf("rule %q appears twice", r.ID)
		}
		ids[r.ID] = true
		subject, _, _ := strings.Cut(r.ID, ".")
		subjects[subject] = true
	}
	return ids, subjects
}

// namedRules returns where the code of the fake names each rule: by a string
// literal of the form SUBJECT.WORDS with the subject of a rule, or by apispec.Injected.
func namedRules(t *testing.T, subjects map[string]bool) map[string]token.Position {
	t.Helper()
	named := map[string]token.Position{}
	for _, folder := range []string{"../..", "../form", "../operation", "../refusal"} {
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
				continue
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, filepath.Join(folder, e.Name()), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if id := ruleNamed(n, subjects); id != "" {
					named[id] = files.Position(n.Pos())
				}
				return true
			})
		}
	}
	return named
}

// looksLikeRule matches what has the form of a rule id.
var looksLikeRule = regexp.MustCompile(`^([a-z]+)\.[a-z-]+$`)

// ruleNamed returns the id of the rule that a node names, or "".
func ruleNamed(n ast.Node, subjects map[string]bool) string {
	switch n := n.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(n.Value)
		if m := looksLikeRule.FindStringSubmatch(text); err == nil && m != nil && subjects[m[1]] {
			return text
		}
	case *ast.SelectorExpr:
		if x, ok := n.X.(*ast.Ident); ok && x.Name == "apispec" && n.Sel.Name == "Injected" {
			return apispec.Injected
		}
	}
	return ""
}

func TestEveryRuleThatTheCodeNamesExists(t *testing.T) {
	t.Parallel()
	ids, subjects := ruleIDs(t)
	for id, at := range namedRules(t, subjects) {
		if !ids[id] {
			t.Errorf("%v: rule %q does not exist", at, id)
		}
	}
}

func TestEveryRuleIsNamedByTheCode(t *testing.T) {
	t.Parallel()
	ids, subjects := ruleIDs(t)
	named := namedRules(t, subjects)
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		if _, ok := named[id]; !ok {
			t.Errorf("nothing names rule %q", id)
		}
	}
}

func TestRulesAreComplete(t *testing.T) {
	t.Parallel()
	sources := []string{"doc", "family", "seen", "choice"}
	for _, r := range apispec.Rules {
		if !slices.Contains(sources, r.Source) {
			t.Errorf("%s: source %q, want one of %v", r.ID, r.Source, sources)
		}
		if !strings.HasSuffix(r.Text, ".") || strings.Contains(r.Text, "\n") {
			t.Errorf("%s: text %q, want sentences on one line", r.ID, r.Text)
		}
		if r.Settings != nil && (len(r.Settings) < 2 || slices.Contains(r.Settings, "")) {
			t.Errorf("%s: settings %q, want two or more", r.ID, r.Settings)
		}
	}
}
