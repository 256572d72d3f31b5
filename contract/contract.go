package contract

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/internal/openapi"
	"github.com/mockgates/mockgates/internal/strictjson"
)

// The names of the embedded documents in findings.
const (
	documentedName = "modelgates.yaml"
	companionName  = "companion.yaml"
	proseName      = "prose.yaml"
)

var (
	//go:embed spec/modelgates.yaml
	documentedYAML []byte
	//go:embed spec/companion.yaml
	companionYAML []byte
	//go:embed spec/prose.yaml
	proseYAML []byte
)

// A Scope selects the embedded documents that a Contract is made from.
type Scope int

const (
	Documented Scope = iota // the two operations that ModelGates documents
	Companions              // the six companion operations
	All                     // both
)

// String returns the name of the scope in lower case.
func (s Scope) String() string {
	switch s {
	case Documented:
		return "documented"
	case Companions:
		return "companions"
	case All:
		return "all"
	}
	return fmt.Sprintf("Scope(%d)", int(s))
}

// sources returns the embedded documents of a scope, the documented one first.
func (s Scope) sources() ([]openapi.Source, error) {
	documented, companion := openapi.Source{Name: documentedName, Text: documentedYAML}, openapi.Source{Name: companionName, Text: companionYAML}
	switch s {
	case Documented:
		return []openapi.Source{documented}, nil
	case Companions:
		return []openapi.Source{companion}, nil
	case All:
		return []openapi.Source{documented, companion}, nil
	}
	return nil, fmt.Errorf("%v: want documented, companions or all", s)
}

// A Contract validates exchanges against the documents it was made from. It is
// immutable and safe for concurrent use.
type Contract struct {
	operations []*openapi.Operation
}

// New compiles the embedded documents of a scope, together with the rules that
// the API documentation states only in prose.
func New(scope Scope) (*Contract, error) {
	sources, err := scope.sources()
	if err != nil {
		return nil, err
	}
	compiled, errs := make([][]*openapi.Operation, len(sources)), make([]error, len(sources))
	var wait sync.WaitGroup
	for i, src := range sources {
		wait.Go(func() {
			compiled[i], errs[i] = openapi.Compile(src, openapi.Source{Name: proseName, Text: proseYAML})
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	c := &Contract{operations: slices.Concat(compiled...)}
	for _, op := range c.operations {
		op.ModelGates = true
	}
	return c, nil
}

// Load compiles an OpenAPI 3.1 document, in YAML or JSON. Findings refer to the
// document by name.
//
// Load refuses anything that could make validation fetch a resource or expand
// without bound: references to other documents, a $schema, $id or $dynamicRef
// with a URL, and YAML aliases. It also refuses duplicate members.
func Load(doc []byte, name string) (*Contract, error) {
	ops, err := openapi.Compile(openapi.Source{Name: name, Text: doc}, openapi.Source{})
	if err != nil {
		return nil, err
	}
	return &Contract{operations: ops}, nil
}

// Operations returns the operations in document order, the documented ones
// before the companions.
func (c *Contract) Operations() []Operation {
	ops := make([]Operation, len(c.operations))
	for i, op := range c.operations {
		ops[i] = publicOperation(op)
	}
	return ops
}

func publicOperation(op *openapi.Operation) Operation {
	return Operation{
		ID: op.ID, Method: op.Method, Path: op.Path, Companion: op.Companion,
		Statuses: slices.Clone(op.Statuses), Summary: op.Summary, Document: op.Document.Name,
	}
}

// DocumentedResponses returns every documented response, in document order. A
// "default" response is not among them.
func (c *Contract) DocumentedResponses() []DocumentedResponse {
	var list []DocumentedResponse
	for _, op := range c.operations {
		for _, status := range op.Statuses {
			list = append(list, DocumentedResponse{Operation: op.ID, Status: status})
		}
	}
	return list
}

// A Field is one declared property of a request body.
type Field struct {
	Name     string
	Types    []string // accepted JSON types without null; none means any
	Nullable bool     // accepts null
	Required bool
	Enum     []string // allowed strings; none means any
	Format   string   // date-time, uri, uuid, double ...; "" means none
}

// Fields returns the declared properties of an operation's request body, in
// document order. It returns nil for an unknown operation and for one that
// takes no JSON body.
func (c *Contract) Fields(operation string) []Field {
	op := c.operation(operation)
	if op == nil || op.Body == nil {
		return nil
	}
	s := op.Body.JSONSchema()
	if s == nil {
		return nil
	}
	fields := make([]Field, 0, len(s.Props))
	for _, p := range s.Props {
		fields = append(fields, Field{
			Name:     p.Name,
			Types:    slices.DeleteFunc(slices.Clone(p.Types), func(t string) bool { return t == "null" }),
			Nullable: p.Nullable(),
			Required: slices.Contains(s.Required, p.Name),
			Enum:     p.Enum(),
			Format:   p.Format,
		})
	}
	return fields
}

// A Property says where a document declares a property of a body.
type Property struct {
	Line     int  // of its name; 0 if it is not declared
	Required bool // of the object that it is in
}

// Property returns the property at a JSON pointer in the body of an operation's
// request or of its first success response; part says which. The pointer has no
// indexes of arrays: "/data/hash". If the property is not declared, the line is
// that of the nearest property around it.
func (c *Contract) Property(operation, part, pointer string) Property {
	if op := c.operation(operation); op != nil {
		return propertyOf(op, part, pointer)
	}
	return Property{}
}

func propertyOf(op *openapi.Operation, part, pointer string) Property {
	var s *openapi.Schema
	if part == finding.PartRequest && op.Body != nil {
		s = op.Body.JSONSchema()
	}
	if part == finding.PartResponse {
		i := slices.IndexFunc(op.Statuses, func(status int) bool { return status < 300 })
		if i >= 0 {
			s = op.Responses[strconv.Itoa(op.Statuses[i])].JSONSchema()
		}
	}
	var found Property
	for name := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if s != nil && s.Items != nil {
			s = s.Items
		}
		p := s.Prop(strictjson.UnescapePointer(name))
		if p == nil {
			return Property{Line: found.Line}
		}
		found = Property{p.Line, slices.Contains(s.Required, p.Name)}
		s = p.Schema
	}
	return found
}

// OperationByID returns the operation with the given operationId, and false if
// there is none.
func (c *Contract) OperationByID(id string) (Operation, bool) {
	if op := c.operation(id); op != nil {
		return publicOperation(op), true
	}
	return Operation{}, false
}

// operation returns the operation with the given operationId, or nil.
func (c *Contract) operation(id string) *openapi.Operation {
	for _, op := range c.operations {
		if op.ID == id {
			return op
		}
	}
	return nil
}

// Check validates one exchange. An exchange that does not conform is reported
// in the Result; an error means that the exchange could not be validated, and
// the Result then holds what could be validated. The error wraps ErrInconclusive if a
// response that may conform is beyond what Check reads. The response body is as
// it was sent: Check decodes the content codings gzip and deflate.
//
// If no operation matches, the response must be what the API documents for such
// a request: 404 or 405 with the error envelope. The request gets a finding of
// kind path or method; only the caller knows whether the client meant it. A 200,
// or a 204 without a body, in response to OPTIONS on a known path, as in a CORS
// preflight, conforms.
func (c *Contract) Check(x Exchange) (Result, error) {
	if x.Method == "" {
		return Result{}, errors.New("the exchange has no method")
	}
	if x.Status < 100 || x.Status > 999 {
		return Result{}, fmt.Errorf("the exchange has status %d, want 100 to 999", x.Status)
	}
	r := c.route(x.Method, x.Path)
	if r.operation == nil {
		findings, err := c.checkUnrouted(x, r)
		return Result{Findings: finding.Sort(findings)}, err
	}
	check := checker{Operation: r.operation, path: r.path, exchange: x}
	if err := check.request(); err != nil {
		return Result{}, fmt.Errorf("request of %s: %w", check.ID, err)
	}
	err := check.response()
	if err != nil {
		err = fmt.Errorf("response of %s %d: %w", check.ID, x.Status, err)
	}
	result := Result{Operation: check.ID, Findings: finding.Sort(check.findings)}
	if err == nil && slices.Contains(check.Statuses, x.Status) {
		result.Response = DocumentedResponse{Operation: check.ID, Status: x.Status}
	}
	return result, err
}
