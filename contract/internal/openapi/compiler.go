package openapi

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/pb33f/libopenapi-validator/cache"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi-validator/helpers"
	"github.com/pb33f/libopenapi-validator/parameters"
	"github.com/pb33f/libopenapi-validator/schema_validation"
	"github.com/pb33f/libopenapi/datamodel/high/base"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
	"github.com/pb33f/libopenapi/orderedmap"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mockgates/mockgates/contract/internal/jsonbody"
)

// The directions in which a schema is used.
const (
	inRequest  = schema_validation.SchemaValidationPurposeRequestBody
	inResponse = schema_validation.SchemaValidationPurposeResponseBody
	inHeader   = schema_validation.SchemaValidationPurposeGeneric
)

// A compiler has the library compile the schemas of a document, each of them once.
//
// The compiled schema decides whether a value meets it. The library's validator of
// whole requests and responses is not used. By default libopenapi-validator
// (v0.14.0) accepts:
//
//   - a response body that is only whitespace or null, whatever the schema
//     requires, and an empty request;
//   - undeclared members, and duplicate members, since it sees only the last one;
//   - any request body without a Content-Type, which it does not read at all;
//   - invalid UTF-8 and any depth of nesting;
//   - any Authorization header: its check of security requirements compares only
//     the prefix Bearer;
//   - any value of a response header that is not required;
//   - a path without a slash after the base path, /api/v1keys.
//
// Package contract checks all of these itself. The validator's strict mode would
// refuse undeclared members, but it also reports about 20 undeclared members in a
// valid create-keys response, in an order that changes from run to run. Its
// messages quote the body, and making them takes several times as long as the
// validation. Finally, its schema compiler follows a URL in $schema, $id or
// $dynamicRef; BadReferences refuses these.
//
// TestValidatorAlone in package contract shows these gaps. When an upgrade closes one,
// the test fails.
type compiler struct {
	options *config.ValidationOptions
	version float32
	schemas map[uint64]*jsonschema.Schema // by the library's hash of text and direction
}

func newCompiler(model *v3.Document) *compiler {
	return &compiler{
		options: config.NewValidationOptions(
			config.WithFormatAssertions(), config.WithoutSecurityValidation(), config.WithRegexCache(new(sync.Map)),
		),
		version: helpers.VersionToFloat(model.Version),
		schemas: make(map[uint64]*jsonschema.Schema),
	}
}

// compile compiles a schema for one direction.
func (c *compiler) compile(proxy *base.SchemaProxy, direction schema_validation.SchemaValidationPurpose) (*jsonschema.Schema, error) {
	schema := proxy.Schema()
	if schema == nil || schema.GoLow() == nil {
		return nil, errors.Join(errors.New("the schema cannot be read"), proxy.GetBuildError())
	}
	key := schema_validation.SchemaCacheKey(schema.GoLow().Hash(), c.version, direction)
	if compiled := c.schemas[key]; compiled != nil {
		return compiled, nil
	}
	compiled, err := schema_validation.CompileSchemaForValidation(schema, direction, c.options, c.version)
	if err != nil {
		return nil, err
	}
	c.schemas[key] = compiled.CompiledSchema
	return compiled.CompiledSchema, nil
}

// render renders the schemas of parameters, and gives the text to the library.
//
// libopenapi-validator (v0.14.0) needs the text of a schema for each value that it
// checks, but stores the text under one key and looks it up under another, so it
// renders the schema each time. The first time this changes nodes of the document,
// which is a data race if two exchanges are checked at once.
func (c *compiler) render(params []*v3.Parameter) {
	for _, p := range params {
		if p.Schema != nil {
			c.renderSchema(p.Schema.Schema())
		}
		for content := orderedmap.First(p.Content); content != nil; content = content.Next() {
			if schema := content.Value().Schema; schema != nil {
				c.renderSchema(schema.Schema())
			}
		}
	}
}

// renderSchema renders a schema, and that of its items: the library checks the items of
// a list one by one.
func (c *compiler) renderSchema(schema *base.Schema) {
	if schema == nil || schema.GoLow() == nil {
		return
	}
	key := schema.GoLow().Hash()
	if _, done := c.options.SchemaCache.Load(key); done {
		return // a schema may refer to itself
	}
	text := parameters.GetRenderedSchema(schema, c.options)
	c.options.SchemaCache.Store(key, &cache.SchemaCacheEntry{RenderedInline: []byte(text)})
	if schema.Items != nil && schema.Items.IsA() {
		c.renderSchema(schema.Items.A.Schema())
	}
}

// A Failure is one place in a body and one keyword of the schema that the value
// there does not meet.
type Failure struct {
	Path    []string // from the root of the body
	Keyword string
}

// Failures returns where a body does not meet the schema of its media type, sorted
// by place. It returns none if the body meets the schema or there is no schema. The
// error is one of the library without a place.
func (m *Media) Failures(body *jsonbody.Value) ([]Failure, error) {
	if m.compiled == nil {
		return nil, nil
	}
	err := m.compiled.Validate(jsonbody.Decoded(body))
	if err == nil {
		return nil, nil
	}
	tree, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return nil, err
	}
	return FailuresOf(tree), nil
}

// FailuresOf returns the leaves of a tree of errors, sorted.
func FailuresOf(root *jsonschema.ValidationError) []Failure {
	var failures []Failure
	tree := []*jsonschema.ValidationError{root}
	for len(tree) > 0 {
		e := tree[len(tree)-1]
		tree = append(tree[:len(tree)-1], e.Causes...)
		if len(e.Causes) > 0 {
			continue
		}
		keyword := ""
		if path := e.ErrorKind.KeywordPath(); len(path) > 0 {
			keyword = path[len(path)-1]
		}
		failures = append(failures, Failure{e.InstanceLocation, keyword})
	}
	slices.SortFunc(failures, func(a, b Failure) int {
		if d := slices.Compare(a.Path, b.Path); d != 0 {
			return d
		}
		return strings.Compare(a.Keyword, b.Keyword)
	})
	return failures
}
