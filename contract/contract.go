package contract

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
)

// The names of the embedded documents, as findings and Print show them.
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

// A Scope says which of the embedded documents a Contract holds.
type Scope int

const (
	Documented Scope = iota // what ModelGates documents: two operations
	Companions              // what it does not: six operations
	All                     // both
)

// String is the scope in one lower-case word.
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

// A source is one document as it was handed in.
type source struct {
	name string
	text []byte
}

// sources returns the embedded documents of a scope, the documented one first.
func (s Scope) sources() ([]source, error) {
	documented, companion := source{documentedName, documentedYAML}, source{companionName, companionYAML}
	switch s {
	case Documented:
		return []source{documented}, nil
	case Companions:
		return []source{companion}, nil
	case All:
		return []source{documented, companion}, nil
	}
	return nil, fmt.Errorf("scope %v: want documented, companions or all", s)
}

// A Contract judges exchanges by the documents it was made from. It is
// compiled, never changes, and may be used by many goroutines at once.
type Contract struct {
	operations []*operation
}

// New compiles the embedded documents of a scope, with the rules that the API
// states in prose.
func New(scope Scope) (*Contract, error) {
	sources, err := scope.sources()
	if err != nil {
		return nil, err
	}
	c := new(Contract)
	for _, src := range sources {
		ops, err := compile(src, source{proseName, proseYAML})
		if err != nil {
			return nil, err
		}
		c.operations = append(c.operations, ops...)
	}
	return c, nil
}

// Load compiles any OpenAPI 3.1 document, YAML or JSON; findings call it name.
//
// It refuses what could make the judge fetch something or unfold without end:
// a reference out of the document, a $schema, $id or $dynamicRef with a URL, an
// alias. A member that is given twice is refused too.
func Load(doc []byte, name string) (*Contract, error) {
	ops, err := compile(source{name, doc}, source{})
	if err != nil {
		return nil, err
	}
	return &Contract{operations: ops}, nil
}

// An Operation is one documented method and path.
type Operation struct {
	ID        string // operationId
	Method    string // upper case
	Path      string // template below the base URL: "/keys/{hash}"
	Companion bool   // ours, and not documented by ModelGates
	Statuses  []int  // documented, in document order; "default" is not one
	Summary   string // one short line
}

// Operations returns the operations in document order, the documented ones
// before the companions.
func (c *Contract) Operations() []Operation {
	ops := make([]Operation, len(c.operations))
	for i, op := range c.operations {
		ops[i] = op.Operation
		ops[i].Statuses = slices.Clone(op.Statuses)
	}
	return ops
}

// Rows returns every documented (operation, status) pair, in document order.
func (c *Contract) Rows() []Row {
	var rows []Row
	for _, op := range c.operations {
		for _, status := range op.Statuses {
			rows = append(rows, Row{op.ID, status})
		}
	}
	return rows
}

// A Field is one declared member of a request body.
type Field struct {
	Name     string
	Types    []string // JSON types taken, without null; none means any
	Nullable bool     // takes null
	Required bool
	Enum     []string // strings allowed; none means any
	Format   string   // date-time, uri, uuid, double ...; "" means none
}

// Fields returns the declared members of an operation's request body, in
// document order. There are none for an operation that is not in the contract
// or takes no JSON body.
func (c *Contract) Fields(operation string) []Field {
	op := c.operation(operation)
	if op == nil || op.body == nil {
		return nil
	}
	s := op.body.jsonSchema()
	if s == nil {
		return nil
	}
	fields := make([]Field, 0, len(s.props))
	for _, p := range s.props {
		fields = append(fields, Field{
			Name:     p.name,
			Types:    slices.DeleteFunc(slices.Clone(p.types), func(t string) bool { return t == "null" }),
			Nullable: p.nullable(),
			Required: slices.Contains(s.required, p.name),
			Enum:     p.enum(),
			Format:   p.format,
		})
	}
	return fields
}

// operation returns the operation called id, nil if there is none.
func (c *Contract) operation(id string) *operation {
	for _, op := range c.operations {
		if op.ID == id {
			return op
		}
	}
	return nil
}

// Check judges one exchange. Departing from the contract is a Result; the error
// tells that Check could not judge.
//
// An exchange that no operation fits is judged by what the API says of such
// calls: 404 or 405 in the error envelope. The finding of kind path or method
// is about the request, and the caller knows whether the client meant it. The
// answer 204 without a body to OPTIONS on a known path, as browsers ask
// before a call, is no departure.
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
		return Result{Findings: sorted(findings)}, err
	}
	j := judgement{operation: r.operation, path: r.path, exchange: x}
	if err := j.request(); err != nil {
		return Result{}, fmt.Errorf("request of %s: %w", j.ID, err)
	}
	documented, err := j.response()
	if err != nil {
		return Result{}, fmt.Errorf("response of %s %d: %w", j.ID, x.Status, err)
	}
	return Result{
		Operation:  j.ID,
		Row:        Row{j.ID, x.Status},
		Documented: documented,
		Findings:   sorted(j.findings),
	}, nil
}
