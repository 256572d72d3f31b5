package contract

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

// A header is one declared response header.
type header struct {
	name     string // as the document spells it
	key      string // in canonical form
	required bool
	document string // that states the rule
	line     int
	schema   *schema      // for the wording of findings
	model    *base.Schema // for the library's validator
}

// A headerValidator validates response headers. The library's validator looks
// only at required ones, and none of the API's are.
type headerValidator struct {
	model     *v3.Document
	tree      *node
	reader    schemaReader
	source    source // that the lines of headers refer to
	validator schema_validation.SchemaValidator
}

// newHeaderValidator returns the validator of the headers in doc, whose tree is
// given. The headers are declared in src, which is the overlay if there is one.
func newHeaderValidator(doc libopenapi.Document, tree *node, src source) (*headerValidator, error) {
	model, err := doc.BuildV3Model()
	if err != nil {
		return nil, err
	}
	return &headerValidator{
		model:  &model.Model,
		tree:   tree,
		reader: newSchemaReader(tree),
		source: src,
		validator: schema_validation.NewSchemaValidatorWithLogger(
			silent(), config.WithFormatAssertions()),
	}, nil
}

// headers returns the headers declared for one documented response.
func (h *headerValidator) headers(path, method, status string) []header {
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
	if response == nil || response.Headers == nil {
		return nil
	}
	declared := h.tree.resolve(h.tree.get("paths", path, method, "responses", status)).get("headers")
	var headers []header
	for name, model := range response.Headers.FromOldest() {
		if model.Schema == nil {
			continue
		}
		headers = append(headers, header{
			name:     name,
			key:      http.CanonicalHeaderKey(name),
			required: model.Required,
			document: h.source.name,
			line:     h.source.lineOf(name),
			schema:   h.reader.read(h.tree.resolve(declared.get(name)).get("schema"), 0),
			model:    model.Schema.Schema(),
		})
	}
	return headers
}

// lineOf returns the first line that introduces the member called name, or 0.
func (s source) lineOf(name string) int {
	line := 0
	for text := range bytes.Lines(s.text) {
		line++
		if strings.HasPrefix(strings.TrimSpace(string(text)), name+":") {
			return line
		}
	}
	return 0
}

// valid reports whether the value of a header meets its schema. An integer must
// be written in its shortest form: "+5" and "05" are not valid.
func (h *headerValidator) valid(declared header, text string) bool {
	if declared.key == retryAfter {
		return isRetryAfter(text)
	}
	var v any = text
	if declared.schema.takes("integer") && !declared.schema.takes("string") {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(n, 10) == text {
			v = float64(n)
		}
	}
	ok, _ := h.validator.ValidateSchemaObject(declared.model, v)
	return ok
}

// checkHeaders checks that the headers of the response are valid, and that the
// required ones are there.
func (c *checker) checkHeaders(response *content) {
	for _, h := range response.headers {
		got := ""
		switch sent := c.exchange.ResponseHeader[h.key]; {
		case len(sent) == 0 && h.required:
			got = "no such header"
		case len(sent) > 1:
			got = count(len(sent), "header") + " of this name"
		case len(sent) == 1 && !c.document.headers.valid(h, sent[0]):
			got = describeText(sent[0])
		default:
			continue
		}
		c.findings = append(c.findings, Finding{
			Part: PartResponse, Kind: KindHeader, Where: "header " + h.name,
			Want: h.describe(), Got: got, Document: h.document, Line: h.line,
		})
	}
}

// describeText describes a text that was sent outside a body.
func describeText(text string) string {
	if _, err := strconv.ParseInt(text, 10, 64); err == nil {
		return "an integer out of range"
	}
	return "a text of " + count(len(text), "byte")
}

// describeWithMinimum describes what a schema accepts, including its minimum.
func describeWithMinimum(s *schema) string {
	words := s.describe()
	if least := s.limit("minimum"); least != nil {
		words += ", at least " + least.text
	}
	return words
}
