package contract

import (
	"slices"
	"strconv"
	"strings"

	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// An operation is an Operation with everything needed to validate it.
type operation struct {
	modelgates bool // of the embedded documents, whose prose is known
	Operation
	segments      []string            // of Path
	item          *v3.PathItem        // for the library's validator
	document      *document           // that specifies the operation
	line          int                 // of the method
	params        []parameter         // of the path and of the operation
	credential    int                 // line that requires a bearer token; 0 if none does
	body          *content            // of the request; nil if none is declared
	responses     map[string]*content // by status, or "default"
	responsesLine int                 // of the keyword responses
}

// A content is a declared body: of a request, or of one response.
type content struct {
	line     int
	required bool // of a request
	media    []media
	headers  []header // of a response
	example  *node    // of the first media type; nil if there is none
}

type media struct {
	name string // media type in lower case: "application/json"
	json bool
	*schema
}

// A parameter is a query, path or header parameter.
type parameter struct {
	name, in string
	line     int
	required bool
	*schema
}

// operations reads every operation of the document. Everything but schemas is
// read from withOverlay, the same document with the overlay applied.
func (d *document) operations(withOverlay *node) []*operation {
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
			if isMethod(method.name) {
				ops = append(ops, d.operation(path, item, method, withOverlay.get("paths", path.name, method.name)))
			}
		}
	}
	return ops
}

// operation reads one operation. withOverlay is the operation in the document
// with the overlay applied.
func (d *document) operation(path member, item *v3.PathItem, method member, withOverlay *node) *operation {
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
		op.body = d.content(body, withOverlay.get("requestBody"))
	}
	responses := method.value.member("responses")
	op.responsesLine = responses.line
	if responses.value == nil {
		return op
	}
	for _, r := range responses.value.members {
		response := d.content(r, withOverlay.get("responses", r.name))
		response.headers = d.headers.headers(path.name, method.name, r.name)
		op.responses[r.name] = response
		if status, err := strconv.Atoi(r.name); err == nil {
			op.Statuses = append(op.Statuses, status)
		}
	}
	return op
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

// credential returns the line that requires a bearer token: the required header
// parameter Authorization, or a security requirement with no alternative
// without one. It returns 0 if no token is required.
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

// content reads a request body or a response. Everything but schemas is read
// from withOverlay.
func (d *document) content(m member, withOverlay *node) *content {
	withOverlay = d.tree.resolve(withOverlay)
	c := &content{line: m.line, required: withOverlay.get("required").isTrue()}
	types := d.tree.resolve(m.value).get("content")
	if types == nil {
		return c
	}
	for i, t := range types.members {
		s := t.value.member("schema")
		name := strings.ToLower(t.name)
		isJSON := name == "application/json" || strings.HasPrefix(name, "application/") && strings.HasSuffix(name, "+json")
		c.media = append(c.media, media{name: name, json: isJSON, schema: d.reader.read(s.value, s.line)})
		if i == 0 {
			c.example = withOverlay.get("content", t.name, "example")
		}
	}
	return c
}

// jsonSchema returns the schema of the first JSON media type, or nil.
func (c *content) jsonSchema() *schema {
	for _, m := range c.media {
		if m.json {
			return m.schema
		}
	}
	return nil
}

// mediaTypes returns the names of the declared media types.
func (c *content) mediaTypes() []string {
	names := make([]string, len(c.media))
	for i, m := range c.media {
		names[i] = m.name
	}
	return names
}
