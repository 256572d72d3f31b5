package openapi

import (
	"errors"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mockgates/mockgates/contract/internal/jsonbody"
)

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
