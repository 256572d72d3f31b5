package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// goFolders returns the Go files of the module by folder: the tests, or all
// others. Files and folders are slash-separated paths from the root. Like the go
// command it skips testdata, hidden folders and nested modules.
func goFolders(t *testing.T, tests bool) map[string][]string {
	t.Helper()
	root := os.DirFS(filepath.Join("..", ".."))
	folders := map[string][]string{}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && skipFolder(root, name):
			return fs.SkipDir
		case !entry.IsDir() && path.Ext(name) == ".go" && strings.HasSuffix(name, "_test.go") == tests:
			folders[path.Dir(name)] = append(folders[path.Dir(name)], name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) == 0 {
		t.Fatal("no Go files found")
	}
	return folders
}

// skipFolder reports whether a folder is not part of the module.
func skipFolder(root fs.FS, name string) bool {
	base := path.Base(name)
	if base == "testdata" || base == "vendor" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return true
	}
	_, err := fs.Stat(root, path.Join(name, "go.mod"))
	return err == nil
}

// usesOf returns what a file uses: the packages that it imports, the names that
// it selects from packages of the standard library, such as time.Now, and
// "func init" if it declares one. The list is sorted.
func usesOf(t *testing.T, file string) []string {
	t.Helper()
	name := filepath.Join("..", "..", filepath.FromSlash(file))
	parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	imports := map[string]string{} // import path by the name of the package in the file
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, imported)
		local := path.Base(imported)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		imports[local] = imported
	}
	ast.Inspect(parsed, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.FuncDecl:
			if n.Recv == nil && n.Name.Name == "init" {
				list = append(list, "func init")
			}
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && imports[x.Name] != "" && isStandard(imports[x.Name]) {
				list = append(list, path.Base(imports[x.Name])+"."+n.Sel.Name)
			}
		}
		return true
	})
	slices.Sort(list)
	return slices.Compact(list)
}

// isStandard reports whether a use is of the standard library: the path of a
// package whose first element has no dot, or a name such as time.Now.
func isStandard(use string) bool {
	first, rest, _ := strings.Cut(use, "/")
	return !strings.Contains(first, ".") || rest == ""
}
