package library

import (
	"errors"
	"log/slog"

	"github.com/pb33f/libopenapi"
	"github.com/pb33f/libopenapi-validator/schema_validation"
	"github.com/pb33f/libopenapi/datamodel"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

// A Document is one parsed OpenAPI document.
type Document interface {
	// Root returns the parsed YAML.
	Root() (*yaml.Node, error)

	// SchemaErrors returns where the document does not meet the schema that the
	// OpenAPI Initiative publishes for its version.
	SchemaErrors() []SchemaError

	// Model returns the model of the document, for validation.
	Model() (Model, error)
}

// A SchemaError is one error of the validator about a document.
type SchemaError struct {
	Reason string
	Line   int
	Tree   *jsonschema.ValidationError // nil if the validator gives none
}

// document implements Document.
type document struct{ libopenapi.Document }

// Parse parses the YAML of a document. It does not build a model of it yet.
func Parse(text []byte) (Document, error) {
	doc, err := libopenapi.NewDocumentWithConfiguration(text, &datamodel.DocumentConfiguration{
		Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, err
	}
	return document{doc}, nil
}

// ParseWithOverlay parses a document after an overlay is applied to it.
func ParseWithOverlay(text, overlay []byte) (Document, error) {
	result, err := libopenapi.ApplyOverlayFromBytesToSpecBytes(text, overlay)
	if err != nil {
		return nil, err
	}
	return document{result.OverlayDocument}, nil
}

func (d document) Root() (*yaml.Node, error) {
	root := d.GetSpecInfo().RootNode
	if root == nil || len(root.Content) == 0 {
		return nil, errors.New("the document is empty")
	}
	return root.Content[0], nil
}

func (d document) SchemaErrors() []SchemaError {
	ok, errs := schema_validation.ValidateOpenAPIDocument(d.Document)
	if ok {
		return nil
	}
	list := make([]SchemaError, len(errs))
	for i, e := range errs {
		list[i] = SchemaError{Reason: e.Reason, Line: e.SpecLine}
		for _, of := range e.SchemaValidationErrors {
			if of.OriginalJsonSchemaError != nil {
				list[i].Tree = of.OriginalJsonSchemaError
				break // the others hold the same tree
			}
		}
	}
	return list
}

func (d document) Model() (Model, error) {
	built, err := d.BuildV3Model()
	if err != nil {
		return nil, err
	}
	return newModel(&built.Model), nil
}
