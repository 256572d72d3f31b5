package contract

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/pb33f/libopenapi"
	"github.com/pb33f/libopenapi-validator/schema_validation"
)

// Lint says where a document departs from the OpenAPI 3.1 schema, or holds what
// [Load] refuses. Findings call it name and have the part "document". The
// error tells that there was nothing to judge: no YAML, or no OpenAPI 3.1.
func Lint(doc []byte, name string) ([]Finding, error) {
	parsed, tree, err := parse(source{name, doc})
	if err != nil {
		return nil, err
	}
	if version := tree.get("openapi").string(); !strings.HasPrefix(version, "3.1.") {
		return nil, fmt.Errorf("%s: openapi %q: want 3.1", name, version)
	}
	fs := guard(tree, name)
	names := lintNames(tree, name)
	fs = append(fs, names...)
	for _, f := range lintSchema(parsed, tree, name) {
		if len(names) == 0 || f.Where != "body" { // the schema cannot say where a bad name is
			fs = append(fs, f)
		}
	}
	fs = append(fs, lintIDs(tree, name)...)
	if len(fs) == 0 {
		if _, err := compile(source{name, doc}, source{}); err != nil {
			fs = append(fs, Finding{
				Part: PartDocument, Kind: KindSchema, Where: "body",
				Want: "a document that compiles", Got: err.Error(), Document: name,
			})
		}
	}
	return sorted(fs), nil
}

// lintSchema judges the document by the schema that the OpenAPI Initiative
// publishes for OpenAPI 3.1.
func lintSchema(doc libopenapi.Document, tree *node, name string) []Finding {
	ok, errs := schema_validation.ValidateOpenAPIDocument(doc)
	if ok {
		return nil
	}
	var fs []Finding
	for _, f := range failuresOf(errs) {
		n, line, pointer := tree, 1, ""
		for _, segment := range f.path {
			if pointer += "/" + escapePointer(segment); n == nil {
				continue
			}
			if m := n.member(segment); m.value != nil {
				n, line = m.value, m.line
				continue
			}
			for i, item := range n.items {
				if fmt.Sprint(i) == segment {
					n, line = item, item.line
				}
			}
		}
		if pointer == "" {
			pointer = "body"
		}
		finding := Finding{
			Part: PartDocument, Kind: KindSchema, Where: pointer, Document: name, Line: line,
			Want: "what the OpenAPI 3.1 schema says of " + f.keyword, Got: "something else",
		}
		if f.keyword == "" {
			finding.Want, finding.Got = "nothing of this name", "a member"
		}
		fs = append(fs, finding)
	}
	if len(fs) == 0 {
		for _, e := range errs {
			fs = append(fs, Finding{
				Part: PartDocument, Kind: KindSchema, Where: "body", Want: "a document by the OpenAPI 3.1 schema",
				Got: e.Reason, Document: name, Line: e.SpecLine,
			})
		}
	}
	return fs
}

// componentLetters are what the name of a component is made of.
const componentLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"

// lintNames wants the names of components to be of the letters that OpenAPI 3.1
// allows.
func lintNames(tree *node, name string) []Finding {
	var fs []Finding
	components := tree.get("components")
	if components == nil {
		return nil
	}
	for _, kind := range components.members {
		if strings.HasPrefix(kind.name, "x-") {
			continue
		}
		for _, m := range kind.value.members {
			if m.name != "" && strings.Trim(m.name, componentLetters) == "" {
				continue
			}
			fs = append(fs, Finding{
				Part: PartDocument, Kind: KindSchema, Where: "/components/" + kind.name + "/" + escapePointer(m.name),
				Want: "a name of letters, digits, dots, hyphens and underscores", Got: fmt.Sprintf("%q", m.name),
				Document: name, Line: m.line,
			})
		}
	}
	return fs
}

// lintIDs wants each operation to have an operationId of its own: the judge
// names operations by it.
func lintIDs(tree *node, name string) []Finding {
	var fs []Finding
	seen := make(map[string]int)
	paths := tree.get("paths")
	if paths == nil {
		return nil
	}
	for _, path := range paths.members {
		for _, method := range path.value.members {
			if !isMethod(method.name) {
				continue
			}
			id := method.value.member("operationId")
			where := "/paths/" + escapePointer(path.name) + "/" + method.name + "/operationId"
			switch text := id.value.string(); {
			case text == "":
				fs = append(fs, Finding{
					Part: PartDocument, Kind: KindRequired, Where: where, Want: "an operationId", Got: "none",
					Document: name, Line: method.line,
				})
			case seen[text] > 0:
				fs = append(fs, Finding{
					Part: PartDocument, Kind: KindDuplicate, Where: where, Want: "an operationId of its own",
					Got: fmt.Sprintf("%q, as on line %d", text, seen[text]), Document: name, Line: id.line,
				})
			default:
				seen[text] = id.line
			}
		}
	}
	return fs
}

// silent is a logger that says nothing, for libraries that want one.
func silent() *slog.Logger { return slog.New(slog.DiscardHandler) }
