package library

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/pb33f/libopenapi-validator/config"
	liberrors "github.com/pb33f/libopenapi-validator/errors"
	"github.com/pb33f/libopenapi-validator/parameters"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
	"github.com/pb33f/libopenapi/orderedmap"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// A Model is a document in the form that the validator works with.
type Model interface {
	// Operation returns an operation by its path template and its method in lower
	// case. It reports false if there is none. It must not be called while an
	// operation of the model checks a request.
	Operation(path, method string) (Operation, bool)

	// ResponseHeaders returns the headers of a response of an operation that have a
	// schema, in the order of the document.
	ResponseHeaders(path, method, status string) ([]Header, error)
}

// An Operation compiles the schemas of one operation and checks its parameters. It
// compiles a schema once, however many operations refer to it.
type Operation interface {
	// BadParameters returns the names of the parameters in a location, path, query or
	// header, whose values in the request are not valid. A name may be empty or occur
	// more than once. It may be called by several goroutines at once.
	BadParameters(r *http.Request, location string) []string

	// RequestSchemas returns the compiled schema of each media type of the request
	// body that has one, by its name in lower case.
	RequestSchemas() (map[string]*jsonschema.Schema, error)

	// ResponseSchemas is RequestSchemas for the response that is declared for a
	// status, or "default".
	ResponseSchemas(status string) (map[string]*jsonschema.Schema, error)
}

// A Header is a declared response header.
type Header struct {
	Name     string // as the document spells it
	Required bool
	Schema   *jsonschema.Schema
}

// model implements Model.
type model struct {
	document   *v3.Document
	compiler   *compiler
	parameters parameters.ParameterValidator
}

func newModel(doc *v3.Document) model {
	c := newCompiler(doc)
	return model{doc, c, parameters.NewParameterValidator(doc, config.WithExistingOpts(c.options))}
}

func (m model) Operation(path, method string) (Operation, bool) {
	op, ok := m.operation(path, method)
	if !ok {
		return nil, false
	}
	m.compiler.render(op.item.Parameters)
	m.compiler.render(op.Parameters)
	return op, true
}

// operation is Operation without the preparation of the parameters.
func (m model) operation(path, method string) (operation, bool) {
	if m.document.Paths == nil {
		return operation{}, false
	}
	item, ok := m.document.Paths.PathItems.Get(path)
	if !ok {
		return operation{}, false
	}
	op, ok := item.GetOperations().Get(method)
	return operation{m, path, item, op}, ok
}

func (m model) ResponseHeaders(path, method, status string) ([]Header, error) {
	op, ok := m.operation(path, method)
	if !ok {
		return nil, nil
	}
	response := op.response(status)
	if response == nil {
		return nil, nil
	}
	var headers []Header
	for name, header := range response.Headers.FromOldest() {
		if header.Schema == nil {
			continue
		}
		schema, err := m.compiler.compile(header.Schema, inHeader)
		if err != nil {
			return nil, fmt.Errorf("header %s: %w", name, err)
		}
		headers = append(headers, Header{Name: name, Required: header.Required, Schema: schema})
	}
	return headers, nil
}

// operation implements Operation.
type operation struct {
	model
	path string
	item *v3.PathItem
	*v3.Operation
}

func (o operation) BadParameters(r *http.Request, location string) []string {
	var errs []*liberrors.ValidationError
	switch v := o.parameters; location {
	case "path":
		_, errs = v.ValidatePathParamsWithPathItem(r, o.item, o.path)
	case "query":
		_, errs = v.ValidateQueryParamsWithPathItem(r, o.item, o.path)
	case "header":
		_, errs = v.ValidateHeaderParamsWithPathItem(r, o.item, o.path)
	}
	var names []string
	for _, e := range errs {
		names = append(names, e.ParameterName)
	}
	return names
}

func (o operation) RequestSchemas() (map[string]*jsonschema.Schema, error) {
	if o.RequestBody == nil {
		return nil, nil
	}
	return o.schemas(o.RequestBody.Content, inRequest)
}

func (o operation) ResponseSchemas(status string) (map[string]*jsonschema.Schema, error) {
	response := o.response(status)
	if response == nil {
		return nil, nil
	}
	return o.schemas(response.Content, inResponse)
}

// schemas compiles the schemas of JSON media types. A schema of another media type is
// not compiled, because no body is checked with it.
func (o operation) schemas(content *orderedmap.Map[string, *v3.MediaType], purpose direction) (map[string]*jsonschema.Schema, error) {
	compiled := make(map[string]*jsonschema.Schema)
	for name, media := range content.FromOldest() {
		key := strings.ToLower(name)
		if media.Schema == nil || !IsJSON(key) {
			continue
		}
		schema, err := o.compiler.compile(media.Schema, purpose)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		compiled[key] = schema
	}
	return compiled, nil
}

// IsJSON reports whether a media type, in lower case and without parameters, is JSON.
func IsJSON(mediaType string) bool {
	return mediaType == "application/json" || strings.HasPrefix(mediaType, "application/") && strings.HasSuffix(mediaType, "+json")
}

// response returns the response that the operation declares for a status, or nil.
func (o operation) response(status string) *v3.Response {
	if o.Responses == nil {
		return nil
	}
	if status == "default" {
		return o.Responses.Default
	}
	response, _ := o.Responses.Codes.Get(status)
	return response
}
