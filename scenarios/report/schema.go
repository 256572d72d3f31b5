package report

import (
	_ "embed"
	"slices"
)

//go:embed record.schema.json
var recordSchema []byte

// RecordSchema returns the JSON Schema (2020-12) of a line of a record.
func RecordSchema() []byte { return slices.Clone(recordSchema) }
