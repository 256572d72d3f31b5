package contract

import (
	"fmt"
	"strings"
)

// guard finds what a document may not hold if judging is to open no file and no
// connection: the library resolves local references only, but its schema
// compiler follows any URL in $schema, $id and $dynamicRef.
func guard(tree *node, name string) []Finding {
	var fs []Finding
	tree.each("", func(pointer string, n *node) {
		if isData(pointer) {
			return
		}
		for _, m := range n.members {
			if m.value.kind != scalarNode {
				continue
			}
			switch m.name {
			case "$ref", "$dynamicRef", "$recursiveRef", "$schema", "$id", "jsonSchemaDialect":
				if outside(m.name, m.value.text) {
					fs = append(fs, Finding{
						Part: PartDocument, Kind: KindReference, Where: pointer + "/" + escapePointer(m.name),
						Want: "a reference within the document", Got: fmt.Sprintf("%q", m.value.text),
						Document: name, Line: m.line,
					})
				}
			}
			if m.name == "$ref" && !outside(m.name, m.value.text) && tree.at(m.value.text) == nil {
				fs = append(fs, Finding{
					Part: PartDocument, Kind: KindReference, Where: pointer + "/$ref",
					Want: "a reference to something in the document", Got: fmt.Sprintf("%q", m.value.text),
					Document: name, Line: m.line,
				})
			}
		}
	})
	return sorted(fs)
}

// isData reports whether a place of a document holds data, in which $ref is a
// name like any other.
func isData(pointer string) bool {
	return strings.Contains(pointer+"/", "/example/") && !strings.Contains(pointer+"/", "/properties/example/")
}

// outside reports whether a keyword refers out of its document. The dialects of
// JSON Schema and OpenAPI 3.1 themselves are known to the compiler.
func outside(keyword, target string) bool {
	switch keyword {
	case "$schema", "jsonSchemaDialect":
		return target != "https://json-schema.org/draft/2020-12/schema" && target != "https://spec.openapis.org/oas/3.1/dialect/base"
	case "$dynamicRef", "$recursiveRef":
		return !strings.HasPrefix(target, "#")
	case "$ref":
		return !strings.HasPrefix(target, "#/")
	default: // $id moves what references are relative to
		return true
	}
}
