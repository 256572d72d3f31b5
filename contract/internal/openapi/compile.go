package openapi

import (
	"fmt"
	"log/slog"

	"github.com/pb33f/libopenapi"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi-validator/parameters"
	"github.com/pb33f/libopenapi/datamodel"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// A Source is the text of one document.
type Source struct {
	Name string
	Text []byte
}

// A Document is one parsed OpenAPI document.
type Document struct {
	Name       string
	Parameters parameters.ParameterValidator // of the library
	tree       *Node
	reader     schemaReader
	model      *v3.Document
	compiler   *compiler
	headers    *headerReader
}

// Parse reads the YAML of a document. It does not build a model of it yet.
func Parse(src Source) (libopenapi.Document, *Node, error) {
	doc, err := libopenapi.NewDocumentWithConfiguration(src.Text, &datamodel.DocumentConfiguration{
		Logger: silent(),
	})
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", src.Name, err)
	}
	tree, err := treeOf(doc.GetSpecInfo())
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", src.Name, err)
	}
	return doc, tree, nil
}

// Compile builds the operations of a document, with the overlay applied unless
// it is empty. Lines are those of the document without the overlay.
func Compile(src, overlay Source) ([]*Operation, error) {
	doc, tree, err := Parse(src)
	if err != nil {
		return nil, err
	}
	if err := CheckUnfolding(tree, src.Name); err != nil {
		return nil, err
	}
	if bad := BadReferences(tree); len(bad) > 0 {
		return nil, fmt.Errorf("%s:%d: %s: %q, want %s", src.Name, bad[0].Line, bad[0].Pointer, bad[0].Target, bad[0].Want)
	}
	model, err := doc.BuildV3Model()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", src.Name, err)
	}
	c := newCompiler(&model.Model)
	d := &Document{
		Name:       src.Name,
		Parameters: parameters.NewParameterValidator(&model.Model, config.WithExistingOpts(c.options)),
		tree:       tree,
		reader:     newSchemaReader(tree),
		model:      &model.Model,
		compiler:   c,
	}
	withOverlay, err := d.applyOverlay(src, overlay)
	if err != nil {
		return nil, err
	}
	ops, err := d.operations(withOverlay)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", src.Name, err)
	}
	if len(ops) == 0 {
		return nil, fmt.Errorf("%s: the document has no operation", src.Name)
	}
	return ops, nil
}

// applyOverlay sets the reader of response headers and returns the tree of
// the document with the overlay applied, or without it if it is empty.
func (d *Document) applyOverlay(src, overlay Source) (*Node, error) {
	if overlay.Text == nil {
		d.headers = newHeaderReader(d.model, d.tree, src)
		return d.tree, nil
	}
	result, err := libopenapi.ApplyOverlayFromBytesToSpecBytes(src.Text, overlay.Text)
	if err != nil {
		return nil, fmt.Errorf("%s on %s: %w", overlay.Name, src.Name, err)
	}
	tree, err := treeOf(result.OverlayDocument.GetSpecInfo())
	if err != nil {
		return nil, fmt.Errorf("%s on %s: %w", overlay.Name, src.Name, err)
	}
	model, err := result.OverlayDocument.BuildV3Model()
	if err != nil {
		return nil, fmt.Errorf("%s on %s: %w", overlay.Name, src.Name, err)
	}
	d.headers = newHeaderReader(&model.Model, tree, overlay)
	return tree, nil
}

// silent returns a logger that discards everything.
func silent() *slog.Logger { return slog.New(slog.DiscardHandler) }
