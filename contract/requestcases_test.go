package contract_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/mockgates/mockgates/contract"
)

func TestRequestCases_getTheVerdictInTheirName(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.All)
	// What the specification says about create-keys, by case. The validator knows
	// no bounds but those in the specification.
	valid := []string{
		"every member", "required members alone", "limit null", "limit_reset null", "limit_reset as daily",
		"creator_user_id null", "expires_at null", "expires_at with an offset of two hours", "limit of -1",
		"name of 0 characters", "an undeclared member", "workspace_id left out", "space around the body",
		"a body of the largest size", "arrays nested to the greatest depth",
	}
	invalid := []string{
		"name left out", "name null", "name of type integer", "limit of type string", "limit of 1e400",
		"limit_reset outside its enum", "limit_reset in capitals, outside its enum", "workspace_id null", "include_byok_in_limit null",
		"workspace_id that is not a UUID", "expires_at without seconds", "expires_at on a day that does not exist", "an empty body", "the body null",
		"an array for a body", "a string for a body", "a truncated body", "garbage after the body", "two bodies", "a duplicate member",
		"a byte order mark before the body", "bytes that are not UTF-8", "arrays nested one deeper", "a body one byte larger",
	}
	seen := make(map[string]bool)
	for _, test := range c.RequestCases("create-keys") {
		if seen[test.Name] {
			t.Errorf("two cases are called %q", test.Name)
		}
		seen[test.Name] = true
		result, err := c.Check(exchange(send(string(test.Body)), answer(500, failed)))
		if err != nil {
			t.Fatalf("%s: %v", test.Name, err)
		}
		if slices.Contains(valid, test.Name) && !result.Conforms() {
			t.Errorf("%s: got %v, want it valid", test.Name, result.Findings)
		}
		if slices.Contains(invalid, test.Name) && result.Conforms() {
			t.Errorf("%s: got no finding, want it invalid", test.Name)
		}
		if test.Kind == contract.CaseType && result.Conforms() {
			t.Errorf("%s: got no finding, want it invalid", test.Name)
		}
		if test.Kind == contract.CaseSample && !result.Conforms() {
			t.Errorf("%s: got %v, want it valid", test.Name, result.Findings)
		}
	}
	for _, name := range slices.Concat(valid, invalid) {
		if !seen[name] {
			t.Errorf("there is no case %q", name)
		}
	}
}

func TestRequestCases_coverEachMember(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.All)
	for _, op := range c.Operations() {
		kinds := make(map[string][]string)
		for _, test := range c.RequestCases(op.ID) {
			kinds[test.Pointer] = append(kinds[test.Pointer], test.Kind)
		}
		for _, field := range c.Fields(op.ID) {
			want := []string{contract.CaseLeftOut, contract.CaseNull, contract.CaseType}
			if len(field.Enum) > 0 {
				want = append(want, contract.CaseEnum)
			}
			if field.Format == "date-time" || field.Format == "uri" || field.Format == "uuid" {
				want = append(want, contract.CaseFormat)
			}
			for _, kind := range want {
				if !slices.Contains(kinds["/"+field.Name], kind) {
					t.Errorf("%s: there is no case of kind %s for %s", op.ID, kind, field.Name)
				}
			}
		}
	}
	if cases := c.RequestCases("list-keys"); cases != nil {
		t.Errorf("%d cases for an operation without a body", len(cases))
	}
	if cases := c.RequestCases("no-operation"); cases != nil {
		t.Errorf("%d cases for no operation", len(cases))
	}
}

func TestRequestCases_areDeterministic(t *testing.T) {
	t.Parallel()
	one := newContract(t, contract.Documented)
	other, err := contract.New(contract.Documented)
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range one.Operations() {
		if !reflect.DeepEqual(one.RequestCases(op.ID), other.RequestCases(op.ID)) {
			t.Errorf("%s: two contracts of one scope have different cases", op.ID)
		}
	}
}
