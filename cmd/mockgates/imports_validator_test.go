package main

// validating is what the packages of the validator may not use.
var validating = map[string]string{
	"net":                "the validator opens no connections",
	"os":                 "the validator reads only what it is given",
	"http.DefaultClient": "the validator opens no connections",
	"http.Get":           "the validator opens no connections",
	"http.Client":        "the validator opens no connections",
	"time.Now":           "a result depends only on the exchanges",
}

// validatorRules are the rules of folders, those of the validator.
var validatorRules = map[string]folderRule{
	"contract/internal/jsonbody": {
		forbidden: validating,
	},
	"contract/internal/library": {
		allowed: map[string]string{
			"github.com/pb33f/libopenapi":                             "reads OpenAPI documents",
			"github.com/pb33f/libopenapi/datamodel":                   "its settings",
			"github.com/pb33f/libopenapi/datamodel/high/base":         "its schemas",
			"github.com/pb33f/libopenapi/datamodel/high/v3":           "its documents",
			"github.com/pb33f/libopenapi/orderedmap":                  "its maps",
			"github.com/pb33f/libopenapi-validator/cache":             "the texts of schemas, for its messages",
			"github.com/pb33f/libopenapi-validator/config":            "the settings of the validator",
			"github.com/pb33f/libopenapi-validator/errors":            "the errors of the validator",
			"github.com/pb33f/libopenapi-validator/helpers":           "its versions",
			"github.com/pb33f/libopenapi-validator/parameters":        "validates parameters",
			"github.com/pb33f/libopenapi-validator/schema_validation": "compiles schemas, and lints documents",
			"github.com/santhosh-tekuri/jsonschema/v6":                "the compiled schemas, and their errors",
			"go.yaml.in/yaml/v4":                                      "the parsed document",
		},
		forbidden: validating,
	},
	"contract/internal/openapi": {
		allowed: map[string]string{
			"github.com/santhosh-tekuri/jsonschema/v6": "the compiled schemas, and their errors",
			"go.yaml.in/yaml/v4":                       "the parsed document",
			module + "/contract/internal/jsonbody":     "JSON values and their types",
			module + "/contract/internal/library":      "the library's model of the document",
		},
		forbidden: validating,
	},
	"contract/internal/samples": {
		allowed: map[string]string{
			module + "/contract/internal/jsonbody": "numbers of things in words",
			module + "/contract/internal/openapi":  "the schemas",
		},
		forbidden: validating,
	},
	"contract/finding": {
		forbidden: validating,
	},
	"contract": {
		allowed: map[string]string{
			module + "/contract/finding":           "what Check takes and returns",
			"go.yaml.in/yaml/v4":                   "writes the merged specification",
			module + "/contract/internal/jsonbody": "the bodies of exchanges",
			module + "/contract/internal/library":  "a parsed document, to lint",
			module + "/contract/internal/openapi":  "the specification",
			module + "/contract/internal/samples":  "request cases and mutants",
		},
		forbidden: validating,
	},
	"contract/relations": {
		allowed: map[string]string{
			module + "/contract":                   "checks the exchanges",
			module + "/contract/finding":           "the findings that it adds",
			module + "/contract/internal/jsonbody": "the bodies of exchanges",
		},
		forbidden: validating,
	},
	"contract/lies": {
		allowed: map[string]string{
			module + "/contract":         "exchanges and findings",
			module + "/contract/finding": "the kinds of findings",
		},
		forbidden: validating,
	},
}
