package contract_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mockgates/mockgates/contract"
)

// specification returns the specification of a scope, decoded.
func specification(t *testing.T, scope contract.Scope) map[string]any {
	t.Helper()
	text, err := contract.Print(scope, "json")
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func dig(v any, path ...string) any {
	for _, name := range path {
		o, _ := v.(map[string]any)
		v = o[name]
	}
	return v
}

// components returns the components of a scope in the notation of the tables.
func components(t *testing.T, scope contract.Scope) map[string]object {
	t.Helper()
	got := make(map[string]object)
	for name, raw := range dig(specification(t, scope), "components", "schemas").(map[string]any) {
		schema := raw.(map[string]any)
		o := object{Own: notation(schema)}
		o.Title, _ = schema["title"].(string)
		var required []string
		for _, r := range list(schema["required"]) {
			required = append(required, r.(string))
		}
		o.Required = strings.Join(required, " ")
		if members, ok := schema["properties"].(map[string]any); ok {
			o.Members = make(map[string]string)
			for _, member := range slices.Sorted(maps.Keys(members)) {
				o.Members[member] = notation(members[member].(map[string]any))
			}
		}
		got[name] = o
	}
	return got
}

func list(v any) []any { l, _ := v.([]any); return l }

func notation(schema map[string]any) string {
	if ref, ok := schema["$ref"].(string); ok {
		return "->" + strings.TrimPrefix(ref, "#/components/schemas/")
	}
	words, _ := schema["type"].(string)
	for i, t := range list(schema["type"]) {
		if i > 0 {
			words += ","
		}
		words += t.(string)
	}
	if items, ok := schema["items"].(map[string]any); ok {
		words += " of " + notation(items)
	}
	if format, ok := schema["format"]; ok {
		words += fmt.Sprint(" ", format)
	}
	if constant, ok := schema["const"]; ok {
		words += fmt.Sprint(" const ", constant)
	}
	for i, v := range list(schema["enum"]) {
		words += map[bool]string{true: " =", false: ","}[i == 0] + fmt.Sprint(v)
	}
	if extra, ok := schema["additionalProperties"].(map[string]any); ok && extra["description"] == "Any type" {
		words += " map"
	}
	return words
}

// Compiled once, because a Contract is immutable.
var (
	documented = sync.OnceValues(func() (*contract.Contract, error) { return contract.New(contract.Documented) })
	companions = sync.OnceValues(func() (*contract.Contract, error) { return contract.New(contract.Companions) })
	all        = sync.OnceValues(func() (*contract.Contract, error) { return contract.New(contract.All) })
)

// newContract returns the contract of a scope.
func newContract(t testing.TB, scope contract.Scope) *contract.Contract {
	t.Helper()
	c, err := map[contract.Scope]func() (*contract.Contract, error){
		contract.Documented: documented, contract.Companions: companions, contract.All: all,
	}[scope]()
	if err != nil {
		t.Fatal(err)
	}
	return c
}
