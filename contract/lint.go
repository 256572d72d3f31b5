package contract

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/internal/library"
	"github.com/mockgates/mockgates/contract/internal/openapi"
	"github.com/mockgates/mockgates/internal/strictjson"
)

// Lint reports where a document does not conform to the OpenAPI 3.1 schema, and
// what [Load] would refuse in it. Findings have the part "document" and refer to
// it by name. An error means that the document is not YAML or not OpenAPI 3.1,
// that its references unfold to more than a million values or nest more than
// 1000 levels deep, or that ctx is done.
func Lint(ctx context.Context, doc []byte, name string) ([]Finding, error) {
	type result struct {
		findings []Finding
		err      error
	}
	done := make(chan result, 1)
	// The libraries take no context. Their work ends by itself, since the document
	// is bounded.
	go func() {
		findings, err := lint(ctx, doc, name)
		done <- result{findings, err}
	}()
	select {
	case r := <-done:
		return r.findings, r.err
	case <-ctx.Done():
		return nil, fmt.Errorf("%s: %w", name, context.Cause(ctx))
	}
}

// lint does the work of Lint. Between its steps it ends when ctx is done.
func lint(ctx context.Context, doc []byte, name string) ([]Finding, error) {
	parsed, tree, err := openapi.Parse(openapi.Source{Name: name, Text: doc})
	if err != nil {
		return nil, err
	}
	if version := tree.Get("openapi").String(); !strings.HasPrefix(version, "3.1.") {
		return nil, fmt.Errorf("%s: openapi %q: want 3.1", name, version)
	}
	if err := openapi.CheckUnfolding(tree, name); err != nil {
		return nil, err
	}
	fs := lintReferences(tree, name)
	names := lintNames(tree, name)
	fs = append(fs, names...)
	for _, f := range lintSchema(parsed, tree, name) {
		if len(names) == 0 || f.Where != "body" { // for a bad name the schema gives no place
			fs = append(fs, f)
		}
	}
	fs = append(fs, lintIDs(tree, name)...)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(fs) == 0 {
		if _, err := openapi.Compile(openapi.Source{Name: name, Text: doc}, openapi.Source{}); err != nil {
			fs = append(fs, Finding{
				Part: finding.PartDocument, Kind: finding.KindSchema, Where: "body",
				Want: "a document that compiles", Got: err.Error(), Document: name,
			})
		}
	}
	return finding.Sort(fs), nil
}

// lintReferences returns a finding for each reference that Load would refuse.
func lintReferences(tree *openapi.Node, name string) []Finding {
	var fs []Finding
	for _, r := range openapi.BadReferences(tree) {
		fs = append(fs, Finding{
			Part: finding.PartDocument, Kind: finding.KindReference, Where: r.Pointer, Want: r.Want, Got: fmt.Sprintf("%q", r.Target),
			Document: name, Line: r.Line,
		})
	}
	return fs
}

// lintSchema validates the document with the schema that the OpenAPI Initiative
// publishes for OpenAPI 3.1.
func lintSchema(doc library.Document, tree *openapi.Node, name string) []Finding {
	errs := doc.SchemaErrors()
	var failures []openapi.Failure
	for _, e := range errs {
		if e.Tree != nil {
			failures = append(failures, openapi.FailuresOf(e.Tree)...)
		}
	}
	var fs []Finding
	for _, f := range failures {
		pointer, line := positionOf(tree, f.Path)
		finding := Finding{
			Part: finding.PartDocument, Kind: finding.KindSchema, Where: pointer, Document: name, Line: line,
			Want: "a value that meets " + f.Keyword + " in the OpenAPI 3.1 schema", Got: "another",
		}
		if f.Keyword == "" {
			finding.Want, finding.Got = "no member of this name", "a member"
		}
		fs = append(fs, finding)
	}
	if len(fs) == 0 {
		for _, e := range errs {
			fs = append(fs, Finding{
				Part: finding.PartDocument, Kind: finding.KindSchema, Where: "body", Want: "a document that meets the OpenAPI 3.1 schema",
				Got: e.Reason, Document: name, Line: e.Line,
			})
		}
	}
	return fs
}

// positionOf returns a path of a document as a JSON pointer, and the line of the
// last value on it that exists. The pointer of the root is "body".
func positionOf(tree *openapi.Node, path []string) (pointer string, line int) {
	n, line := tree, 1
	for _, segment := range path {
		pointer += "/" + strictjson.EscapePointer(segment)
		if m := n.Member(segment); m.Value != nil {
			n, line = m.Value, m.Line
		} else if item := n.Find([]string{segment}); item != nil {
			n, line = item, item.Line
		}
	}
	return cmp.Or(pointer, "body"), line
}

// componentLetters are the characters that OpenAPI allows in the name of a
// component.
const componentLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"

// lintNames checks the characters in the names of components.
func lintNames(tree *openapi.Node, name string) []Finding {
	var fs []Finding
	components := tree.Get("components")
	if components == nil {
		return nil
	}
	for _, kind := range components.Members {
		if strings.HasPrefix(kind.Name, "x-") {
			continue
		}
		for _, m := range kind.Value.Members {
			if m.Name != "" && strings.Trim(m.Name, componentLetters) == "" {
				continue
			}
			fs = append(fs, Finding{
				Part: finding.PartDocument, Kind: finding.KindSchema, Where: "/components/" + kind.Name + "/" + strictjson.EscapePointer(m.Name),
				Want: "a name of letters, digits, dots, hyphens and underscores", Got: fmt.Sprintf("%q", m.Name),
				Document: name, Line: m.Line,
			})
		}
	}
	return fs
}

// lintIDs checks that each operation has an operationId of its own, because
// findings and reports identify operations by it.
func lintIDs(tree *openapi.Node, name string) []Finding {
	var fs []Finding
	seen := make(map[string]int)
	paths := tree.Get("paths")
	if paths == nil {
		return nil
	}
	for _, path := range paths.Members {
		for _, method := range path.Value.Members {
			if !openapi.IsMethod(method.Name) {
				continue
			}
			id := method.Value.Member("operationId")
			where := "/paths/" + strictjson.EscapePointer(path.Name) + "/" + method.Name + "/operationId"
			switch text := id.Value.String(); {
			case text == "":
				fs = append(fs, Finding{
					Part: finding.PartDocument, Kind: finding.KindRequired, Where: where, Want: "an operationId", Got: "none",
					Document: name, Line: method.Line,
				})
			case seen[text] > 0:
				fs = append(fs, Finding{
					Part: finding.PartDocument, Kind: finding.KindDuplicate, Where: where, Want: "a unique operationId",
					Got: fmt.Sprintf("%q, as on line %d", text, seen[text]), Document: name, Line: id.Line,
				})
			default:
				seen[text] = id.Line
			}
		}
	}
	return fs
}
