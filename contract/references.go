package contract

import (
	"fmt"
	"strings"

	"github.com/mockgates/mockgates/internal/strictjson"
)

// badReferences returns a finding for each reference that a document must not
// contain, so that validation never opens a file or a connection. The library
// resolves only local references, but its schema compiler follows any URL in
// $schema, $id and $dynamicRef.
func badReferences(tree *node, name string) []Finding {
	var fs []Finding
	tree.each("", func(pointer string, n *node) {
		if inExample(pointer) {
			return
		}
		for _, m := range n.members {
			want := ""
			switch {
			case m.value.kind != scalarNode || !isReference(m.name):
			case leavesDocument(m.name, m.value.text):
				want = "a reference within the document"
			case m.name == "$ref" && tree.at(m.value.text) == nil:
				want = "a reference to something in the document"
			}
			if want == "" {
				continue
			}
			fs = append(fs, Finding{
				Part: PartDocument, Kind: KindReference, Where: pointer + "/" + strictjson.EscapePointer(m.name),
				Want: want, Got: fmt.Sprintf("%q", m.value.text),
				Document: name, Line: m.line,
			})
		}
	})
	return sorted(fs)
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
// resource. The dialects of JSON Schema and OpenAPI 3.1 are built into the
// schema compiler.
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
