package contract_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/contract"
)

func TestSelfTest_passes(t *testing.T) {
	t.Parallel()
	if err := newContract(t, contract.All).SelfTest(); err != nil {
		t.Error(err)
	}
}

func TestSelfTestCases_coverEveryDocumentedResponse(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.All)
	valid, mutants := make(map[contract.DocumentedResponse]int), make(map[contract.DocumentedResponse]int)
	names := make(map[string]bool)
	for _, test := range c.SelfTestCases() {
		if names[test.Name] {
			t.Errorf("two cases are called %q", test.Name)
		}
		names[test.Name] = true
		if test.Valid {
			valid[test.Response]++
		} else {
			mutants[test.Response]++
		}
	}
	responses := c.DocumentedResponses()
	if len(responses) != 11+32 {
		t.Errorf("%d documented responses, want 11 of ModelGates and 32 of companions; if an operation was added, update this count", len(responses))
	}
	for _, response := range responses {
		if valid[response] < 2 || mutants[response] < 20 {
			t.Errorf("%v has %d valid cases and %d mutants, want at least 2 and 20", response, valid[response], mutants[response])
		}
	}
	for _, name := range []string{
		"create-keys 201: every member", "create-keys 201: required members alone", "create-keys 201: with a charset",
		"create-keys 201: data.hash left out", "create-keys 201: data.limit of type string", "create-keys 201: data.name null",
		"create-keys 201: data.expires_at that is not a time", "create-keys 201: an empty body", "create-keys 201: the body null",
		"create-keys 201: as text/plain", "create-keys 201: without a content type", "create-keys 201: a duplicate member",
		"create-keys 201: with an undocumented status", "create-keys 201: data with an undeclared member",
		"create-keys 201: an undeclared member", "create-keys 201: data.usage of 1e400",
		"delete-keys 200: deleted outside its enum", "create-keys 500: with another error.code",
		"create-keys 429: with Retry-After of \"soon\"", "list-keys 200: data of too many items",
	} {
		if !names[name] {
			t.Errorf("there is no case %q", name)
		}
	}
}

func TestSelfTestCases_areDeterministic(t *testing.T) {
	t.Parallel()
	other, err := contract.New(contract.Documented)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(newContract(t, contract.Documented).SelfTestCases(), other.SelfTestCases()) {
		t.Error("two contracts of one scope have different self-test cases")
	}
}

func TestSelfTest_failsWithoutDocumentedResponses(t *testing.T) {
	t.Parallel()
	doc := `{"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{"/a":{"get":{"operationId":"a","responses":{"default":{"description":"d"}}}}}}`
	c, err := contract.Load([]byte(doc), "a.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SelfTest(); err == nil || !strings.Contains(err.Error(), "documents no response") {
		t.Errorf("got error %v, want one that says that no response is documented", err)
	}
}
