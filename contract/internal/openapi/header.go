package openapi

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// A Header is one declared response header.
type Header struct {
	Name     string // as the document spells it
	Key      string // in canonical form
	Required bool
	Document string // that states the rule
	Line     int
	Schema   *Schema // for the wording of findings
	compiled *jsonschema.Schema
}

// A headerReader reads the declarations of response headers. The library's validator
// looks only at required headers, and those of the API are optional.
type headerReader struct {
	model    *v3.Document
	tree     *Node
	reader   schemaReader
	source   Source // that the lines of headers refer to
	compiler *compiler
}

// newHeaderReader returns a reader of the headers in a document, which is given as the
// library's model and as a tree. src declares the headers: the overlay if there is
// one, and otherwise the document.
func newHeaderReader(model *v3.Document, tree *Node, src Source) *headerReader {
	return &headerReader{model: model, tree: tree, reader: newSchemaReader(tree), source: src, compiler: newCompiler(model)}
}

// headers returns the headers declared for one documented response.
func (h *headerReader) headers(path, method, status string) ([]Header, error) {
	item, ok := h.model.Paths.PathItems.Get(path)
	if !ok {
		return nil, nil
	}
	op, ok := item.GetOperations().Get(method)
	if !ok {
		return nil, nil
	}
	response := responseOf(op, status)
	if response == nil {
		return nil, nil
	}
	declared := h.tree.resolve(h.tree.Get("paths", path, method, "responses", status)).Get("headers")
	var headers []Header
	for name, model := range response.Headers.FromOldest() {
		if model.Schema == nil {
			continue
		}
		compiled, err := h.compiler.compile(model.Schema, inHeader)
		if err != nil {
			return nil, fmt.Errorf("header %s: %w", name, err)
		}
		headers = append(headers, Header{
			Name:     name,
			Key:      http.CanonicalHeaderKey(name),
			Required: model.Required,
			Document: h.source.Name,
			Line:     h.source.lineOf(name),
			Schema:   h.reader.read(h.tree.resolve(declared.Get(name)).Get("schema"), 0),
			compiled: compiled,
		})
	}
	return headers, nil
}

// responseOf returns the response that an operation declares for a status, or nil.
func responseOf(op *v3.Operation, status string) *v3.Response {
	if op.Responses == nil {
		return nil
	}
	if status == "default" {
		return op.Responses.Default
	}
	response, _ := op.Responses.Codes.Get(status)
	return response
}

// lineOf returns the first line that introduces the member called name, or 0.
func (s Source) lineOf(name string) int {
	line := 0
	for text := range bytes.Lines(s.Text) {
		line++
		if strings.HasPrefix(strings.TrimSpace(string(text)), name+":") {
			return line
		}
	}
	return 0
}

// Valid reports whether the value of a header meets its schema. An integer must
// be written in its shortest form: "+5" and "05" are not valid.
func (h Header) Valid(text string) bool {
	var v any = text
	if h.Schema.Takes("integer") && !h.Schema.Takes("string") {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(n, 10) == text {
			v = float64(n)
		}
	}
	return h.compiled.Validate(v) == nil
}
