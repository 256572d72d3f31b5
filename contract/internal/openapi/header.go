package openapi

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mockgates/mockgates/contract/internal/library"
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
	model  library.Model
	tree   *Node
	reader schemaReader
	source Source // that the lines of headers refer to
}

// newHeaderReader returns a reader of the headers in a document, which is given as the
// library's model and as a tree. src declares the headers: the overlay if there is
// one, and otherwise the document.
func newHeaderReader(model library.Model, tree *Node, src Source) headerReader {
	return headerReader{model: model, tree: tree, reader: newSchemaReader(tree), source: src}
}

// headers returns the headers declared for one documented response.
func (h *headerReader) headers(path, method, status string) ([]Header, error) {
	compiled, err := h.model.ResponseHeaders(path, method, status)
	if err != nil {
		return nil, err
	}
	declared := h.tree.resolve(h.tree.Get("paths", path, method, "responses", status)).Get("headers")
	headers := make([]Header, len(compiled))
	for i, c := range compiled {
		headers[i] = Header{
			Name:     c.Name,
			Key:      http.CanonicalHeaderKey(c.Name),
			Required: c.Required,
			Document: h.source.Name,
			Line:     h.source.lineOf(c.Name),
			Schema:   h.reader.read(h.tree.resolve(declared.Get(c.Name)).Get("schema"), 0),
			compiled: c.Schema,
		}
	}
	return headers, nil
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
