package contract_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.yaml.in/yaml/v4"

	"github.com/mockgates/mockgates/contract"
)

// printed returns what Print returns, and fails the test on an error.
func printed(t testing.TB, scope contract.Scope, format string) []byte {
	t.Helper()
	text, err := contract.Print(scope, format)
	if err != nil {
		t.Fatalf("Print(%v, %q): %v", scope, format, err)
	}
	return text
}

func TestPrint_givesValidDocuments(t *testing.T) {
	t.Parallel()
	for _, scope := range []contract.Scope{contract.Documented, contract.Companions, contract.All} {
		t.Run(scope.String(), func(t *testing.T) {
			t.Parallel()
			text := printed(t, scope, "yaml")
			findings, err := contract.Lint(t.Context(), text, "printed")
			if err != nil || len(findings) > 0 {
				t.Errorf("findings %v, error %v", findings, err)
			}
			if scope != contract.All {
				return // the text is that of an embedded document, which New compiles
			}
			c, err := contract.Load(text, "printed")
			if err != nil {
				t.Fatal(err)
			}
			byID := cmpopts.SortSlices(func(a, b contract.Operation) bool { return a.ID < b.ID }) // a merged document groups them by path
			if diff := cmp.Diff(c.Operations(), newContract(t, scope).Operations(), byID, cmpopts.IgnoreFields(contract.Operation{}, "Document")); diff != "" {
				t.Errorf("operations (-printed +embedded):\n%s", diff)
			}
		})
	}
}

// TestPrint_yamlAndJSONSayTheSame reads both forms as YAML, of which JSON is a
// part, and compares each value, with members in their order.
func TestPrint_yamlAndJSONSayTheSame(t *testing.T) {
	t.Parallel()
	for _, scope := range []contract.Scope{contract.Documented, contract.Companions, contract.All} {
		forms := make(map[string][]string)
		for _, format := range []string{"yaml", "json"} {
			var root yaml.Node
			if err := yaml.Unmarshal(printed(t, scope, format), &root); err != nil {
				t.Fatalf("%v as %s: %v", scope, format, err)
			}
			forms[format] = scalars(&root, "", nil)
		}
		if len(forms["yaml"]) < 300 {
			t.Errorf("%v has %d values, want at least 300", scope, len(forms["yaml"]))
		}
		if diff := cmp.Diff(forms["yaml"], forms["json"]); diff != "" {
			t.Errorf("%v (-yaml +json):\n%s", scope, diff)
		}
	}
}

// scalars appends a line for each scalar of a document: its path, type and text.
func scalars(n *yaml.Node, path string, lines []string) []string {
	switch n.Kind {
	case yaml.ScalarNode:
		return append(lines, path+" "+n.ShortTag()+" "+n.Value)
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			lines = scalars(n.Content[i+1], path+"/"+n.Content[i].Value, lines)
		}
	default:
		for _, item := range n.Content {
			lines = scalars(item, path+"/-", lines)
		}
	}
	return append(lines, path)
}

func TestPrint_quotesWhatYAMLWouldReadOtherwise(t *testing.T) {
	t.Parallel()
	text := string(printed(t, contract.All, "yaml"))
	if !strings.HasPrefix(text, "openapi: 3.1.0\n") {
		t.Errorf("the document begins with %.20q, want its first member first", text)
	}
	for _, line := range []string{`"201":`, `$ref: '#/components/`} {
		if !strings.Contains(text, line) {
			t.Errorf("no line contains %s", line)
		}
	}
	if strings.Contains(text, "#/components") && strings.Contains(text, "\n#") {
		t.Error("the merged document has comments")
	}
}

func TestPrint_refusesAnUnknownFormat(t *testing.T) {
	t.Parallel()
	if _, err := contract.Print(contract.All, "xml"); err == nil || !strings.Contains(err.Error(), `"xml"`) {
		t.Errorf("got error %v, want one that names the format", err)
	}
}
