package openapi

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// chain returns a document whose schemas each name the next one several times.
func chain(schemas, references int) string {
	var b strings.Builder
	b.WriteString("openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n")
	for i := range schemas {
		next := fmt.Sprintf("{$ref: '#/components/schemas/S%d'}", i+1)
		fmt.Fprintf(&b, "    S%d: {oneOf: [%s]}\n", i, strings.TrimSuffix(strings.Repeat(next+", ", references), ", "))
	}
	fmt.Fprintf(&b, "    S%d: {type: string}\n", schemas)
	return b.String()
}

// TestCheckUnfolding checks that a document is refused before a library unfolds it, and
// that each of its values is measured at most once.
func TestCheckUnfolding(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text, want string // of the error; "" for none
	}{
		{"the documented specification", string(embedded(t, "modelgates.yaml")), ""},
		{"the companion specification", string(embedded(t, "companion.yaml")), ""},
		{"a short chain of references", chain(5, 2), ""},
		{"a chain that doubles 25 times", chain(25, 2), "more than 1000000 values"},
		{"a chain that is too deep", chain(600, 1), "more than 1000 levels deep"},
		{"references in a circle", strings.Replace(chain(5, 2), "{type: string}", "{$ref: '#/components/schemas/S0'}", 1), ""},
	} {
		_, tree, err := Parse(Source{"test.yaml", []byte(test.text)})
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		nodes := 0
		tree.Each("", func(string, *Node) { nodes++ })
		u := unfolding{tree, map[*Node]unfolded{}}
		u.measure(tree, 0)
		if len(u.sizes) > nodes {
			t.Errorf("%s: %d values measured; want at most the %d of the document", test.name, len(u.sizes), nodes)
		}
		err = CheckUnfolding(tree, "test.yaml")
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: error %v; want %q", test.name, err, test.want)
		}
	}
}

// embedded returns one of the embedded documents.
func embedded(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile("../../spec/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
