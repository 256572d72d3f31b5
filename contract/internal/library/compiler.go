package library

import (
	"errors"
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
)

// A direction is what a schema is used for.
type direction = schema_validation.SchemaValidationPurpose

// The directions.
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
// $dynamicRef; openapi.BadReferences refuses these.
//
// TestValidatorAlone shows these gaps. When an upgrade closes one,
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
func (c *compiler) compile(proxy *base.SchemaProxy, purpose direction) (*jsonschema.Schema, error) {
	schema := proxy.Schema()
	if schema == nil || schema.GoLow() == nil {
		return nil, errors.Join(errors.New("the schema cannot be read"), proxy.GetBuildError())
	}
	key := schema_validation.SchemaCacheKey(schema.GoLow().Hash(), c.version, purpose)
	if compiled := c.schemas[key]; compiled != nil {
		return compiled, nil
	}
	compiled, err := schema_validation.CompileSchemaForValidation(schema, purpose, c.options, c.version)
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
