package contract_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/finding"
)

func TestLint_findsEachMistake(t *testing.T) {
	t.Parallel()
	text, err := contract.Print(contract.Documented, "yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, old, replacement string
		want                   string // kind and where of one finding
		text                   string // in the line it names
	}{
		{"the component name as it was published", "API_Keys_createKeys", "API Keys_createKeys", "schema /components/schemas/API Keys_createKeys_Response_201", "    API Keys_createKeys_Response_201:"},
		{"a parameter without a place", "in: header", "inn: header", "schema /paths/~1keys/post/parameters/0", "- name: Authorization"},
		{"an unknown member of the document", "servers:\n", "sorvers:\n", "schema /sorvers", "sorvers:"},
		{"an operation without an operationId", "      operationId: create-keys\n", "", "required /paths/~1keys/post/operationId", "    post:"},
		{"two operations with one operationId", "operationId: create-auth-keys-code", "operationId: create-keys", "duplicate-member /paths/~1auth~1keys~1code/post/operationId", "operationId: create-keys"},
		{"a reference to nothing", "schemas/API_Keys_createKeys_Response_201'", "schemas/None'", "reference /paths/~1keys/post/responses/201/content/application~1json/schema/$ref", "None"},
		{"a reference to a server", "'#/components/schemas/API_Keys_createKeys_Response_201'", "'http://127.0.0.1:1/s.yaml'", "reference /paths/~1keys/post/responses/201/content/application~1json/schema/$ref", "127.0.0.1"},
		{"an unknown type", "type: boolean", "type: booleen", "schema body", ""},
	} {
		broken := strings.Replace(string(text), test.old, test.replacement, -1)
		if test.name == "a parameter without a place" || test.name == "two operations with one operationId" {
			broken = strings.Replace(string(text), test.old, test.replacement, 1)
		}
		if broken == string(text) {
			t.Fatalf("%s: the replacement changed nothing", test.name)
		}
		findings, err := contract.Lint(t.Context(), []byte(broken), "broken.yaml")
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		found := false
		for _, f := range findings {
			if f.Kind+" "+f.Where != test.want {
				continue
			}
			found = true
			if f.Part != finding.PartDocument || f.Document != "broken.yaml" {
				t.Errorf("%s: finding %+v is not about the document", test.name, f)
			}
			if line := strings.Split(broken, "\n")[max(f.Line, 1)-1]; !strings.Contains(line, test.text) {
				t.Errorf("%s: line %d is %q, want %q in it", test.name, f.Line, line, test.text)
			}
		}
		if !found {
			t.Errorf("%s: no finding %q among %v", test.name, test.want, findings)
		}
	}
}

func TestLint_refusesWhatIsNotOpenAPI31(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{"", "a: b", "\t{", "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n"} {
		if findings, err := contract.Lint(t.Context(), []byte(doc), "a.yaml"); err == nil {
			t.Errorf("%q: got findings %v, want an error", doc, findings)
		}
	}
}

func TestLint_refusesWhatUnfoldsWithoutBound(t *testing.T) {
	t.Parallel()
	var unfolding bytes.Buffer // each schema names the next one twice
	unfolding.WriteString("openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    S25: {type: string}\n")
	for i := range 25 {
		next := fmt.Sprintf("{$ref: '#/components/schemas/S%d'}", i+1)
		fmt.Fprintf(&unfolding, "    S%d: {oneOf: [%s, %s]}\n", i, next, next)
	}
	if findings, err := contract.Lint(t.Context(), unfolding.Bytes(), "chain.yaml"); err == nil || !strings.Contains(err.Error(), "unfold") {
		t.Errorf("findings %v, error %v; want one about the references", findings, err)
	}
	if _, err := contract.Load(unfolding.Bytes(), "chain.yaml"); err == nil || !strings.Contains(err.Error(), "unfold") {
		t.Errorf("Load: error %v; want one about the references", err)
	}
}

func TestLint_endsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if findings, err := contract.Lint(ctx, printed(t, contract.Documented, "yaml"), "modelgates.yaml"); !errors.Is(err, context.Canceled) {
		t.Errorf("findings %v, error %v; want %v", findings, err, context.Canceled)
	}
}
