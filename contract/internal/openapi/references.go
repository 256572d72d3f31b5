package openapi

import (
	"strings"

	"github.com/mockgates/mockgates/internal/strictjson"
)

// A BadReference is a reference that a document must not contain.
type BadReference struct {
	Pointer string // JSON pointer of the reference
	Target  string // what it names
	Want    string // what it must name
	Line    int
}

// BadReferences returns the references that a document must not contain, in
// document order, so that validation never opens a file or a connection. The library
// resolves only local references, but its schema compiler follows any URL in
// $schema, $id and $dynamicRef.
func BadReferences(tree *Node) []BadReference {
	var bad []BadReference
	tree.Each("", func(pointer string, n *Node) {
		if inExample(pointer) {
			return
		}
		for _, m := range n.Members {
			want := ""
			switch {
			case m.Value.Kind != ScalarNode || !isReference(m.Name):
			case leavesDocument(m.Name, m.Value.Text):
				want = "a reference within the document"
			case m.Name == "$ref" && tree.at(m.Value.Text) == nil:
				want = "a reference to something in the document"
			}
			if want != "" {
				bad = append(bad, BadReference{pointer + "/" + strictjson.EscapePointer(m.Name), m.Value.Text, want, m.Line})
			}
		}
	})
	return bad
}

// inExample reports whether a JSON pointer leads into an example, where $ref is
// an ordinary member.
func inExample(pointer string) bool {
	return strings.Contains(pointer+"/", "/example/") && !strings.Contains(pointer+"/", "/properties/example/")
}

// isReference reports whether the value of a keyword names a resource.
func isReference(keyword string) bool {
	switch keyword {
	case "$ref", "$dynamicRef", "$recursiveRef", "$schema", "$id", "jsonSchemaDialect":
		return true
	}
	return false
}

// leavesDocument reports whether a keyword with this value refers to another
// resource. The schema compiler knows the dialects of JSON Schema and OpenAPI 3.1.
func leavesDocument(keyword, target string) bool {
	switch keyword {
	case "$schema", "jsonSchemaDialect":
		return target != "https://json-schema.org/draft/2020-12/schema" && target != "https://spec.openapis.org/oas/3.1/dialect/base"
	case "$dynamicRef", "$recursiveRef":
		return !strings.HasPrefix(target, "#")
	case "$ref":
		return !strings.HasPrefix(target, "#/")
	default: // $id changes what other references are relative to
		return true
	}
}
