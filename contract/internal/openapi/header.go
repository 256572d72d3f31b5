package openapi

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"github.com/pb33f/libopenapi"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi-validator/schema_validation"
	"github.com/pb33f/libopenapi/datamodel/high/base"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// A Header is one declared response header.
type Header struct {
	Name     string // as the document spells it
	Key      string // in canonical form
	Required bool
	Document string // that states the rule
	Line     int
	Schema   *Schema      // for the wording of findings
	model    *base.Schema // for the library's validator
}

// A HeaderValidator validates response headers. The library's validator looks
// only at required ones, and none of the API's are.
type HeaderValidator struct {
	model     *v3.Document
	tree      *Node
	reader    schemaReader
	source    Source // that the lines of headers refer to
	validator schema_validation.SchemaValidator
}

// newHeaderValidator returns the validator of the headers in doc, whose tree is
// given. The headers are declared in src, which is the overlay if there is one.
func newHeaderValidator(doc libopenapi.Document, tree *Node, src Source) (*HeaderValidator, error) {
	model, err := doc.BuildV3Model()
	if err != nil {
		return nil, err
	}
	return &HeaderValidator{
		model:  &model.Model,
		tree:   tree,
		reader: newSchemaReader(tree),
		source: src,
		validator: schema_validation.NewSchemaValidatorWithLogger(
			silent(), config.WithFormatAssertions()),
	}, nil
}

// headers returns the headers declared for one documented response.
func (h *HeaderValidator) headers(path, method, status string) []Header {
	item, ok := h.model.Paths.PathItems.Get(path)
	if !ok {
		return nil
	}
	op, ok := item.GetOperations().Get(method)
	if !ok || op.Responses == nil {
		return nil
	}
	response := op.Responses.Default
	if status != "default" {
		response, _ = op.Responses.Codes.Get(status)
	}
	if response == nil {
		return nil
	}
	declared := h.tree.resolve(h.tree.Get("paths", path, method, "responses", status)).Get("headers")
	var headers []Header
	for name, model := range response.Headers.FromOldest() {
		if model.Schema == nil {
			continue
		}
		headers = append(headers, Header{
			Name:     name,
			Key:      http.CanonicalHeaderKey(name),
			Required: model.Required,
			Document: h.source.Name,
			Line:     h.source.lineOf(name),
			Schema:   h.reader.read(h.tree.resolve(declared.Get(name)).Get("schema"), 0),
			model:    model.Schema.Schema(),
		})
	}
	return headers
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
func (h *HeaderValidator) Valid(declared Header, text string) bool {
	var v any = text
	if declared.Schema.Takes("integer") && !declared.Schema.Takes("string") {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(n, 10) == text {
			v = float64(n)
		}
	}
	ok, _ := h.validator.ValidateSchemaObject(declared.model, v)
	return ok
}
