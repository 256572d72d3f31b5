package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/mockgates/mockgates"

// A room is what one folder of the house may use.
type room struct {
	folder  string
	allowed map[string]string // what it may import beyond the standard library, and why
	never   map[string]string // what it may not: a package of the standard library or a name in one, and why
}

// never is what no folder may use.
var never = map[string]string{
	"testing":   "a program that embeds the package is no test",
	"func init": "what a package does before it is called, nobody can order or test",
}

// house is the picture of doc.go's packages as a table. A new import is a
// decision, and is made here.
var house = []room{
	{
		folder:  "mockserver",
		allowed: map[string]string{"github.com/gorilla/mux": "the router of the fake"},
		never: map[string]string{
			"os":           "the actor reads no file and no variable; cmd does",
			"os/exec":      "no call runs code",
			"math/rand":    "what is random comes from the seed of a world",
			"math/rand/v2": "what is random comes from the seed of a world",
			"crypto/rand":  "what is random comes from the seed of a world",
			"time.Now":     "time comes from the world's clock; clock.go alone reads the machine's",
			"time.Since":   "it reads the machine's clock",
			"time.Until":   "it reads the machine's clock",
			"time.Sleep":   "a request waits on a timer and on its client",
		},
	},
	{
		folder: "contract",
		allowed: map[string]string{
			"github.com/pb33f/libopenapi":                             "reads OpenAPI documents",
			"github.com/pb33f/libopenapi/datamodel":                   "its settings",
			"github.com/pb33f/libopenapi/datamodel/high/base":         "its schemas",
			"github.com/pb33f/libopenapi/datamodel/high/v3":           "its documents",
			"github.com/pb33f/libopenapi-validator":                   "judges schemas",
			"github.com/pb33f/libopenapi-validator/config":            "its settings",
			"github.com/pb33f/libopenapi-validator/errors":            "its verdicts",
			"github.com/pb33f/libopenapi-validator/schema_validation": "its schemas",
			"go.yaml.in/yaml/v4":                                      "writes the merged specification",
			module + "/internal/strictjson":                           "bodies with duplicate members, and JSON pointers",
			module + "/internal/suggest":                              "the nearest path or property in a finding",
		},
		never: map[string]string{
			"net":                "the judge calls nobody",
			"os":                 "the judge is given what it reads",
			"http.DefaultClient": "the judge calls nobody",
			"http.Get":           "the judge calls nobody",
			"http.Client":        "the judge calls nobody",
			"time.Now":           "a verdict depends on the exchange alone",
		},
	},
	{
		folder: "fixtures",
		allowed: map[string]string{
			"github.com/brianvoe/gofakeit/v7": "names as people write them",
			module + "/internal/suggest":      "the nearest operation in an error",
			module + "/mockserver":            "what a key is",
		},
		never: map[string]string{
			"net/http": "props are data",
			"os":       "props are data",
			"time.Now": "equal seeds, equal bytes",
		},
	},
	{
		folder: "scenarios",
		allowed: map[string]string{
			"github.com/itchyny/gojq":                    "the command jq",
			"github.com/rogpeppe/go-internal/testscript": "the engine",
			"github.com/rogpeppe/go-internal/txtar":      "the form of its files",
			"golang.org/x/oauth2":                        "the command pkce is a real client",
			module + "/contract":                         "the judge",
			module + "/internal/suggest":                 "the nearest name in an error",
			module + "/mockserver":                       "the actor",
			module + "/fixtures":                         "the props",
		},
		never: map[string]string{
			"os.Exit": "a report carries an exit code; cmd exits",
		},
	},
	{
		folder: "cmd/mockgates",
		allowed: map[string]string{
			"github.com/alecthomas/kong": "the command line",
			"go.yaml.in/yaml/v4":         "the configuration file",
			module + "/contract":         "spec",
			module + "/fixtures":         "serve --populate",
			module + "/internal/suggest": "the nearest name in an error",
			module + "/mockserver":       "serve",
			module + "/scenarios":        "check",
		},
	},
}

// exceptions are the files that may do what their folder may not.
var exceptions = map[string]string{
	"mockserver/clock.go time.Now":  "the only reading of the machine's clock",
	"cmd/mockgates/main.go os.Exit": "the end of the program",
}

// TestHouse holds each folder to what it may use.
func TestHouse(t *testing.T) {
	t.Parallel()
	for _, r := range house {
		t.Run(r.folder, func(t *testing.T) {
			t.Parallel()
			used := map[string]bool{}
			for _, name := range sources(t, r.folder) {
				for _, use := range uses(t, name) {
					used[use] = true
					file := r.folder + "/" + filepath.Base(name)
					if exceptions[file+" "+use] != "" {
						continue
					}
					for _, list := range []map[string]string{never, r.never} {
						if why := list[use]; why != "" {
							t.Errorf("%s uses %s: %s", file, use, why)
						}
					}
					if foreign(use) && r.allowed[use] == "" {
						t.Errorf("%s imports %s; if it must, say why in the table", file, use)
					}
				}
			}
			for name := range r.allowed {
				if !used[name] {
					t.Errorf("%s is allowed to import %s and does not", r.folder, name)
				}
			}
		})
	}
}

// TestTimeIsReadInOneFile names the file, so that the rule cannot be kept by
// reading no time at all.
func TestTimeIsReadInOneFile(t *testing.T) {
	t.Parallel()
	var readers []string
	for _, name := range sources(t, "mockserver") {
		if slices.Contains(uses(t, name), "time.Now") {
			readers = append(readers, filepath.Base(name))
		}
	}
	if !slices.Equal(readers, []string{"clock.go"}) {
		t.Errorf("time.Now is in %v; want clock.go alone", readers)
	}
}

// sources are the files of a folder that are no tests.
func sources(t *testing.T, folder string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(folder), "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
	if len(names) == 0 {
		t.Fatalf("%s holds no source", folder)
	}
	return names
}

// uses are the packages that a file imports, the names it takes from those of
// the standard library, such as time.Now, and "func init" if it has one.
func uses(t *testing.T, name string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	known := map[string]string{} // package by the name it goes by in the file
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, imported)
		local := path.Base(imported)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		known[local] = imported
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.FuncDecl:
			if n.Recv == nil && n.Name.Name == "init" {
				list = append(list, "func init")
			}
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && known[x.Name] != "" && !foreign(known[x.Name]) {
				list = append(list, path.Base(known[x.Name])+"."+n.Sel.Name)
			}
		}
		return true
	})
	slices.Sort(list)
	return slices.Compact(list)
}

// foreign reports whether a package is none of the standard library.
func foreign(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return strings.Contains(first, ".") && strings.Contains(imported, "/")
}
