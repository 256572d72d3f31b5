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

// A header is one response header that is declared.
type header struct {
	name     string // as the document spells it
	key      string // in canonical form
	required bool
	document string // that holds the rule
	line     int
	words    *schema // for what was wanted
	verdict  *base.Schema
}

// A headerJudge judges response headers. The validator does so only for those
// that are required, and none of the API's is.
type headerJudge struct {
	model     *v3.Document
	tree      *node
	reader    reader
	source    source // to which lines of headers refer
	validator schema_validation.SchemaValidator
}

// newHeaderJudge reads the headers of doc. They stand in src, which is the
// overlay if there is one.
func newHeaderJudge(doc libopenapi.Document, src source) (*headerJudge, error) {
	tree, err := treeOf(doc.GetSpecInfo())
	if err != nil {
		return nil, err
	}
	model, err := doc.BuildV3Model()
	if err != nil {
		return nil, err
	}
	return &headerJudge{
		model:  &model.Model,
		tree:   tree,
		reader: reader{root: tree, refs: make(map[string]*schema)},
		source: src,
		validator: schema_validation.NewSchemaValidatorWithLogger(
			silent(), config.WithFormatAssertions()),
	}, nil
}

// headers returns the headers of one documented answer.
func (h *headerJudge) headers(path, method, status string) []header {
	item, ok := h.model.Paths.PathItems.Get(path)
	if !ok {
		return nil
	}
	op, ok := item.GetOperations().Get(method)
	if !ok || op.Responses == nil {
		return nil
	}
	answer := op.Responses.Default
	if status != "default" {
		answer, _ = op.Responses.Codes.Get(status)
	}
	if answer == nil || answer.Headers == nil {
		return nil
	}
	declared := h.tree.resolve(h.tree.get("paths", path, method, "responses", status)).get("headers")
	var headers []header
	for name, model := range answer.Headers.FromOldest() {
		if model.Schema == nil {
			continue
		}
		headers = append(headers, header{
			name:     name,
			key:      http.CanonicalHeaderKey(name),
			required: model.Required,
			document: h.source.name,
			line:     h.source.lineOf(name),
			words:    h.reader.read(h.tree.resolve(declared.get(name)).get("schema"), 0),
			verdict:  model.Schema.Schema(),
		})
	}
	return headers
}

// lineOf returns the first line that introduces the member called name.
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

// headers judges the headers of the answer: those that came must be as
// declared, and those that are required must come.
func (j *judgement) headers(answer *content) {
	for _, h := range answer.headers {
		where := "header " + h.name
		sent := j.exchange.ResponseHeader[h.key]
		finding := Finding{
			Part: PartResponse, Kind: KindHeader, Where: where,
			Want: h.want(), Document: h.document, Line: h.line,
		}
		switch {
		case len(sent) == 0 && h.required:
			finding.Got = "no such header"
		case len(sent) > 1:
			finding.Got = count(len(sent), "header") + " of this name"
		case len(sent) == 1 && !j.document.headers.valid(h, sent[0]):
			finding.Got = textWords(sent[0])
		default:
			continue
		}
		j.findings = append(j.findings, finding)
	}
}

// want says in words what the header holds.
func (h header) want() string {
	words := h.words.words()
	if least, ok := h.words.limit("minimum").number(); ok {
		words += ", at least " + strconv.FormatFloat(least, 'f', -1, 64)
	}
	return words
}

// valid reports whether the text of a header is what its schema takes. Where an
// integer is wanted, only digits are one.
func (h *headerJudge) valid(declared header, text string) bool {
	var v any = text
	if declared.words.takes("integer") && !declared.words.takes("string") {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(n, 10) == text {
			v = float64(n)
		}
	}
	ok, _ := h.validator.ValidateSchemaObject(declared.verdict, v)
	return ok
}

// textWords says what a text is like that was sent outside a body.
func textWords(text string) string {
	if _, err := strconv.ParseInt(text, 10, 64); err == nil {
		return "a whole number out of range"
	}
	return "a text of " + count(len(text), "byte")
}
