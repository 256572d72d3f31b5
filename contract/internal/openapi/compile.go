package openapi

import (
	"fmt"

	"github.com/mockgates/mockgates/contract/internal/library"
)

// A Source is the text of one document.
type Source struct {
	Name string
	Text []byte
}

// A Document is one parsed OpenAPI document.
type Document struct {
	Name    string
	tree    *Node
	reader  schemaReader
	model   library.Model
	headers headerReader
}

// Parse reads the YAML of a document. It does not build a model of it yet.
func Parse(src Source) (library.Document, *Node, error) {
	doc, err := library.Parse(src.Text)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", src.Name, err)
	}
	tree, err := treeOf(doc)
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
	d := &Document{Name: src.Name, tree: tree, reader: newSchemaReader(tree)}
	if d.model, err = doc.Model(); err != nil {
		return nil, fmt.Errorf("%s: %w", src.Name, err)
	}
	d.headers = newHeaderReader(d.model, tree, src)
	withOverlay := tree
	if overlay.Text != nil {
		if withOverlay, err = d.applyOverlay(src, overlay); err != nil {
			return nil, fmt.Errorf("%s on %s: %w", overlay.Name, src.Name, err)
		}
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

// applyOverlay reads the response headers of the overlay. It returns the tree of the
// document with the overlay applied.
func (d *Document) applyOverlay(src, overlay Source) (*Node, error) {
	doc, err := library.ParseWithOverlay(src.Text, overlay.Text)
	if err != nil {
		return nil, err
	}
	tree, err := treeOf(doc)
	if err != nil {
		return nil, err
	}
	model, err := doc.Model()
	if err != nil {
		return nil, err
	}
	d.headers = newHeaderReader(model, tree, overlay)
	return tree, nil
}
