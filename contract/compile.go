package contract

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi/datamodel"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// An operation is an Operation with all that is needed to judge it.
type operation struct {
	Operation
	segments   []string            // of Path
	item       *v3.PathItem        // for the validator
	document   *document           // the operation stands in
	line       int                 // of the method
	params     []parameter         // of the path and of the operation
	credential int                 // line that asks for a bearer token; 0 if none does
	body       *content            // of the request; nil if none is declared
	responses  map[string]*content // by status, or "default"
	respLine   int                 // of the word responses
}

// A content is a body that is declared, of a request or of one status.
type content struct {
	line     int
	required bool // of a request
	media    []media
	headers  []header // of a response
	example  *node    // of the first media type
}

type media struct {
	name string // media type, lower case: "application/json"
	json bool
	*schema
}

// A parameter is one of the query, the path or a header.
type parameter struct {
	name, in string
	line     int
	required bool
	*schema
}

// A document is one parsed OpenAPI document.
type document struct {
	name      string
	tree      *node
	reader    reader
	model     *v3.Document
	validator validator.Validator
	headers   *headerJudge
}

// parse reads and guards a document, and builds nothing of it yet.
func parse(src source) (libopenapi.Document, *node, error) {
	doc, err := libopenapi.NewDocumentWithConfiguration(src.text, &datamodel.DocumentConfiguration{
		Logger: silent(),
	})
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", src.name, err)
	}
	tree, err := treeOf(doc.GetSpecInfo())
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", src.name, err)
	}
	return doc, tree, nil
}

// compile builds the operations of a document, with the overlay applied if it
// is not empty. Lines are those of the document itself.
func compile(src, overlay source) ([]*operation, error) {
	doc, tree, err := parse(src)
	if err != nil {
		return nil, err
	}
	if refused := guard(tree, src.name); len(refused) > 0 {
		return nil, fmt.Errorf("%s: %s: %s, want %s", refused[0].Rule(), refused[0].Where, refused[0].Got, refused[0].Want)
	}
	model, err := doc.BuildV3Model()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", src.name, err)
	}
	v, errs := validator.NewValidator(doc, config.WithFormatAssertions(), config.WithoutSecurityValidation())
	if len(errs) > 0 {
		return nil, fmt.Errorf("%s: %w", src.name, errors.Join(errs...))
	}
	d := &document{
		name:      src.name,
		tree:      tree,
		reader:    reader{root: tree, refs: make(map[string]*schema)},
		model:     &model.Model,
		validator: v,
	}
	stated := tree // with what is stated in the overlay
	if overlay.text != nil {
		applied, err := libopenapi.ApplyOverlayFromBytesToSpecBytes(src.text, overlay.text)
		if err != nil {
			return nil, fmt.Errorf("%s on %s: %w", overlay.name, src.name, err)
		}
		if stated, err = treeOf(applied.OverlayDocument.GetSpecInfo()); err != nil {
			return nil, fmt.Errorf("%s on %s: %w", overlay.name, src.name, err)
		}
		if d.headers, err = newHeaderJudge(applied.OverlayDocument, overlay); err != nil {
			return nil, fmt.Errorf("%s on %s: %w", overlay.name, src.name, err)
		}
	} else if d.headers, err = newHeaderJudge(doc, src); err != nil {
		return nil, fmt.Errorf("%s: %w", src.name, err)
	}
	ops := d.operations(stated)
	if len(ops) == 0 {
		return nil, fmt.Errorf("%s: there is no operation in it", src.name)
	}
	for _, op := range ops {
		if err := op.probe(); err != nil {
			return nil, fmt.Errorf("%s: operation %q: %w", src.name, op.ID, err)
		}
	}
	return ops, nil
}

// operations reads every operation of the document. What is not a schema is
// read from stated, the same document with the overlay applied.
func (d *document) operations(stated *node) []*operation {
	var ops []*operation
	paths := d.tree.get("paths")
	if paths == nil {
		return nil
	}
	for _, path := range paths.members {
		item, ok := d.model.Paths.PathItems.Get(path.name)
		if !ok {
			continue
		}
		for _, method := range path.value.members {
			if !isMethod(method.name) {
				continue
			}
			op := &operation{
				Operation: Operation{
					ID:        method.value.get("operationId").string(),
					Method:    strings.ToUpper(method.name),
					Path:      path.name,
					Companion: method.value.get("x-mockgates-source").string() == "companion",
					Summary:   method.value.get("summary").string(),
				},
				segments:  strings.Split(path.name, "/"),
				item:      item,
				document:  d,
				line:      method.line,
				responses: make(map[string]*content),
			}
			if op.ID == "" {
				op.ID = op.Method + " " + op.Path
			}
			op.params = append(d.parameters(method.value), d.parameters(path.value)...)
			op.credential = d.credential(op, method.value)
			if body := method.value.member("requestBody"); body.value != nil {
				op.body = d.content(body, stated.get("paths", path.name, method.name, "requestBody"))
			}
			responses := method.value.member("responses")
			op.respLine = responses.line
			if responses.value != nil {
				for _, r := range responses.value.members {
					answer := d.content(r, stated.get("paths", path.name, method.name, "responses", r.name))
					answer.headers = d.headers.headers(path.name, method.name, r.name)
					op.responses[r.name] = answer
					if status, err := strconv.Atoi(r.name); err == nil {
						op.Statuses = append(op.Statuses, status)
					}
				}
			}
			ops = append(ops, op)
		}
	}
	return ops
}

// isMethod reports whether a name in a path item introduces an operation.
func isMethod(name string) bool {
	switch name {
	case "get", "put", "post", "delete", "options", "head", "patch", "trace":
		return true
	}
	return false
}

func (d *document) parameters(n *node) []parameter {
	var params []parameter
	for _, item := range listOf(n, "parameters") {
		p := d.tree.resolve(item)
		s := p.member("schema")
		params = append(params, parameter{
			name:     p.get("name").string(),
			in:       p.get("in").string(),
			line:     item.line,
			required: p.get("required").isTrue(),
			schema:   d.reader.read(s.value, s.line),
		})
	}
	return params
}

// credential returns the line that asks for a bearer token: the required header
// parameter Authorization, or a security requirement that has no way around it.
func (d *document) credential(op *operation, n *node) int {
	for _, p := range op.params {
		if p.in == "header" && strings.EqualFold(p.name, "Authorization") && p.required {
			return p.line
		}
	}
	security := n.member("security")
	if security.value == nil {
		security = d.tree.member("security")
	}
	if security.value == nil || len(security.value.items) == 0 {
		return 0
	}
	for _, alternative := range security.value.items {
		bearer := slices.ContainsFunc(alternative.members, func(m member) bool {
			scheme := d.tree.resolve(d.tree.get("components", "securitySchemes", m.name))
			return strings.EqualFold(scheme.get("scheme").string(), "bearer")
		})
		if !bearer {
			return 0
		}
	}
	return security.line
}

// content reads a request body or a response. What is not a schema comes from
// stated.
func (d *document) content(m member, stated *node) *content {
	c := &content{line: m.line, required: d.tree.resolve(stated).get("required").isTrue()}
	n := d.tree.resolve(m.value)
	if types := n.get("content"); types != nil {
		for i, t := range types.members {
			s := t.value.member("schema")
			name := strings.ToLower(t.name)
			isJSON := name == "application/json" || strings.HasPrefix(name, "application/") && strings.HasSuffix(name, "+json")
			c.media = append(c.media, media{name: name, json: isJSON, schema: d.reader.read(s.value, s.line)})
			if i == 0 {
				c.example = d.tree.resolve(stated).get("content", t.name, "example")
			}
		}
	}
	return c
}

// jsonSchema returns the schema of the first JSON media type, nil if there is none.
func (c *content) jsonSchema() *schema {
	for _, m := range c.media {
		if m.json {
			return m.schema
		}
	}
	return nil
}
