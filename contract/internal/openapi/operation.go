package openapi

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mockgates/mockgates/contract/internal/library"
)

// An Operation is one documented method and path, with everything needed to
// validate its exchanges.
type Operation struct {
	ModelGates    bool                // an embedded document specifies it, so its prose is checked too
	ID            string              // operationId, or method and path
	Method        string              // upper case
	Path          string              // template below the base URL
	Companion     bool                // the document marks it as a companion operation
	Statuses      []int               // documented ones, in document order, without "default"
	Summary       string              // one short line
	Segments      []string            // of Path
	Alias         []string            // segments of another path of the operation, without parameters; nil for none
	Document      *Document           // that specifies the operation
	Line          int                 // of the method
	Params        []Parameter         // of the path and of the operation
	Credential    int                 // line that requires a bearer token; 0 if none does
	Body          *Content            // of the request; nil if none is declared
	Responses     map[string]*Content // by status, or "default"
	ResponsesLine int                 // line of the keyword responses
	model         library.Operation
}

// A Content is a declared body: of a request, or of one response.
type Content struct {
	Line     int
	Required bool // of a request
	Media    []Media
	Headers  []Header // of a response
	Example  *Node    // of the first media type; nil if there is none
}

// A Media is a declared media type of a body.
type Media struct {
	Name string // in lower case: "application/json"
	JSON bool
	*Schema
	compiled *jsonschema.Schema // nil if the media type is not JSON or has no schema
}

// A Parameter is a query, path or header parameter.
type Parameter struct {
	Name, In string
	Line     int
	Required bool
	*Schema
}

// operations reads every operation of the document. Everything but schemas is
// read from withOverlay, the same document with the overlay applied.
func (d *Document) operations(withOverlay *Node) ([]*Operation, error) {
	var ops []*Operation
	paths := d.tree.Get("paths")
	if paths == nil {
		return nil, nil
	}
	for _, path := range paths.Members {
		for _, method := range path.Value.Members {
			if !IsMethod(method.Name) {
				continue
			}
			model, ok := d.model.Operation(path.Name, method.Name)
			if !ok {
				continue
			}
			op := d.operation(path, method, withOverlay.Get("paths", path.Name, method.Name))
			op.model = model
			if err := d.compile(op, method.Name); err != nil {
				return nil, fmt.Errorf("operation %q: %w", op.ID, err)
			}
			ops = append(ops, op)
		}
	}
	return ops, nil
}

// compile reads the headers of the responses and compiles the schemas of the bodies. A
// schema that does not compile is reported here, when the document is loaded, and not
// while an exchange is checked.
func (d *Document) compile(op *Operation, method string) error {
	if op.Body != nil {
		compiled, err := op.model.RequestSchemas()
		if err != nil {
			return fmt.Errorf("request: %w", err)
		}
		op.Body.use(compiled)
	}
	for status, response := range op.Responses {
		var err error
		if response.Headers, err = d.headers.headers(op.Path, method, status); err != nil {
			return fmt.Errorf("response %s: %w", status, err)
		}
		compiled, err := op.model.ResponseSchemas(status)
		if err != nil {
			return fmt.Errorf("response %s: %w", status, err)
		}
		response.use(compiled)
	}
	return nil
}

// use gives each media type its compiled schema.
func (c *Content) use(compiled map[string]*jsonschema.Schema) {
	for i := range c.Media {
		if m := &c.Media[i]; m.Schema != nil {
			m.compiled = compiled[m.Name]
		}
	}
}

// BadParameters returns the names of the parameters in a location, path, query or
// header, whose values in the request are not valid according to the library's
// validator. A name may be empty or occur more than once.
func (op *Operation) BadParameters(r *http.Request, location string) []string {
	return op.model.BadParameters(r, location)
}

// operation reads one operation. withOverlay is the operation in the document
// with the overlay applied.
func (d *Document) operation(path, method Member, withOverlay *Node) *Operation {
	op := &Operation{
		ID:        method.Value.Get("operationId").String(),
		Method:    strings.ToUpper(method.Name),
		Path:      path.Name,
		Companion: method.Value.Get("x-mockgates-source").String() == "companion",
		Summary:   method.Value.Get("summary").String(),
		Segments:  strings.Split(path.Name, "/"),
		Document:  d,
		Line:      method.Line,
		Responses: make(map[string]*Content),
	}
	if alias := method.Value.Get("x-mockgates-alias").String(); alias != "" {
		op.Alias = strings.Split(alias, "/")
	}
	if op.ID == "" {
		op.ID = op.Method + " " + op.Path
	}
	op.Params = append(d.parameters(method.Value), d.parameters(path.Value)...)
	op.Credential = d.credential(op, method.Value)
	if body := method.Value.Member("requestBody"); body.Value != nil {
		op.Body = d.content(body, withOverlay.Get("requestBody"))
	}
	responses := method.Value.Member("responses")
	op.ResponsesLine = responses.Line
	if responses.Value == nil {
		return op
	}
	for _, r := range responses.Value.Members {
		op.Responses[r.Name] = d.content(r, withOverlay.Get("responses", r.Name))
		if status, err := strconv.Atoi(r.Name); err == nil {
			op.Statuses = append(op.Statuses, status)
		}
	}
	return op
}

// IsMethod reports whether a member of a path item with this name is an operation.
func IsMethod(name string) bool {
	switch name {
	case "get", "put", "post", "delete", "options", "head", "patch", "trace":
		return true
	}
	return false
}

func (d *Document) parameters(n *Node) []Parameter {
	var params []Parameter
	for _, item := range listOf(n, "parameters") {
		p := d.tree.resolve(item)
		s := p.Member("schema")
		params = append(params, Parameter{
			Name:     p.Get("name").String(),
			In:       p.Get("in").String(),
			Line:     item.Line,
			Required: p.Get("required").IsTrue(),
			Schema:   d.reader.read(s.Value, s.Line),
		})
	}
	return params
}

// credential returns the line that requires a bearer token: that of the required
// header parameter Authorization, or of a security requirement all of whose
// alternatives take one. It returns 0 if no token is required.
func (d *Document) credential(op *Operation, n *Node) int {
	for _, p := range op.Params {
		if p.In == "header" && strings.EqualFold(p.Name, "Authorization") && p.Required {
			return p.Line
		}
	}
	security := n.Member("security")
	if security.Value == nil {
		security = d.tree.Member("security")
	}
	if security.Value == nil || len(security.Value.Items) == 0 {
		return 0
	}
	for _, alternative := range security.Value.Items {
		bearer := slices.ContainsFunc(alternative.Members, func(m Member) bool {
			scheme := d.tree.resolve(d.tree.Get("components", "securitySchemes", m.Name))
			return strings.EqualFold(scheme.Get("scheme").String(), "bearer")
		})
		if !bearer {
			return 0
		}
	}
	return security.Line
}

// content reads a request body or a response. Everything but schemas is read
// from withOverlay.
func (d *Document) content(m Member, withOverlay *Node) *Content {
	withOverlay = d.tree.resolve(withOverlay)
	c := &Content{Line: m.Line, Required: withOverlay.Get("required").IsTrue()}
	types := d.tree.resolve(m.Value).Get("content")
	if types == nil {
		return c
	}
	for i, t := range types.Members {
		s := t.Value.Member("schema")
		name := strings.ToLower(t.Name)
		c.Media = append(c.Media, Media{Name: name, JSON: library.IsJSON(name), Schema: d.reader.read(s.Value, s.Line)})
		if i == 0 {
			c.Example = withOverlay.Get("content", t.Name, "example")
		}
	}
	return c
}

// JSONSchema returns the schema of the first JSON media type, or nil.
func (c *Content) JSONSchema() *Schema {
	for _, m := range c.Media {
		if m.JSON {
			return m.Schema
		}
	}
	return nil
}

// MediaTypes returns the names of the declared media types.
func (c *Content) MediaTypes() []string {
	names := make([]string, len(c.Media))
	for i, m := range c.Media {
		names[i] = m.Name
	}
	return names
}
