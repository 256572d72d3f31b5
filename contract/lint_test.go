package contract_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mockgates/mockgates/contract"
)

func TestEveryPrintedDocumentIsValid(t *testing.T) {
	t.Parallel()
	for _, scope := range []contract.Scope{contract.Documented, contract.Companions, contract.All} {
		want := newContract(t, scope).Operations()
		for _, format := range []string{"yaml", "json"} {
			text, err := contract.Print(scope, format)
			if err != nil {
				t.Fatalf("%v as %s: %v", scope, format, err)
			}
			findings, err := contract.Lint(text, "printed")
			if err != nil || len(findings) > 0 {
				t.Errorf("%v as %s: %v, error %v", scope, format, findings, err)
			}
			c, err := contract.Load(text, "printed")
			if err != nil {
				t.Fatalf("%v as %s: %v", scope, format, err)
			}
			if got := c.Operations(); len(got) != len(want) {
				t.Errorf("%v as %s has %d operations, want %d", scope, format, len(got), len(want))
			}
		}
	}
}

func TestPrintedYAMLAndJSONSayTheSame(t *testing.T) {
	t.Parallel()
	for _, scope := range []contract.Scope{contract.Documented, contract.Companions, contract.All} {
		fields := make([][]contract.Field, 0, 2)
		answers := make([][]contract.Canary, 0, 2)
		for _, format := range []string{"yaml", "json"} {
			text, err := contract.Print(scope, format)
			if err != nil {
				t.Fatal(err)
			}
			c, err := contract.Load(text, "printed")
			if err != nil {
				t.Fatal(err)
			}
			for _, op := range c.Operations() {
				fields = append(fields, c.Fields(op.ID))
			}
			answers = append(answers, c.Canaries())
		}
		half := len(fields) / 2
		if diff := cmp.Diff(fields[:half], fields[half:]); diff != "" {
			t.Errorf("%v: fields differ:\n%s", scope, diff)
		}
		if !reflect.DeepEqual(answers[0], answers[1]) {
			t.Errorf("%v: canaries differ", scope)
		}
	}
}

func TestUnknownFormatIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := contract.Print(contract.All, "xml"); err == nil || !strings.Contains(err.Error(), `"xml"`) {
		t.Errorf("error %v, want one that names the format", err)
	}
}

func TestLintFindsWhatIsWrong(t *testing.T) {
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
		{"an operation without a name", "      operationId: create-keys\n", "", "required /paths/~1keys/post/operationId", "    post:"},
		{"two operations of one name", "operationId: create-auth-keys-code", "operationId: create-keys", "duplicate-member /paths/~1auth~1keys~1code/post/operationId", "operationId: create-keys"},
		{"a reference to nothing", "schemas/API_Keys_createKeys_Response_201'", "schemas/None'", "reference /paths/~1keys/post/responses/201/content/application~1json/schema/$ref", "None"},
		{"a reference to a server", "'#/components/schemas/API_Keys_createKeys_Response_201'", "'http://127.0.0.1:1/s.yaml'", "reference /paths/~1keys/post/responses/201/content/application~1json/schema/$ref", "127.0.0.1"},
		{"a type that is none", "type: boolean", "type: booleen", "schema body", ""},
	} {
		broken := strings.Replace(string(text), test.old, test.replacement, -1)
		if test.name == "a parameter without a place" || test.name == "two operations of one name" {
			broken = strings.Replace(string(text), test.old, test.replacement, 1)
		}
		if broken == string(text) {
			t.Fatalf("%s: nothing was broken", test.name)
		}
		findings, err := contract.Lint([]byte(broken), "broken.yaml")
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		found := false
		for _, f := range findings {
			if f.Kind+" "+f.Where != test.want {
				continue
			}
			found = true
			if f.Part != contract.PartDocument || f.Document != "broken.yaml" {
				t.Errorf("%s: finding %+v is not of the document", test.name, f)
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

func TestLintCannotJudgeWhatIsNoOpenAPI31(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{"", "a: b", "\t{", "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n"} {
		if findings, err := contract.Lint([]byte(doc), "a.yaml"); err == nil {
			t.Errorf("%q was judged: %v", doc, findings)
		}
	}
}

func TestNearestIsTheClosestNameOrNone(t *testing.T) {
	t.Parallel()
	names := []string{"limit", "limit_reset", "name", "expires_at"}
	for _, test := range []struct{ name, want string }{
		{"limit", "limit"},
		{"limits", "limit"},
		{"limit_rest", "limit_reset"},
		{"expire_at", "expires_at"},
		{"nmae", ""}, // two letters of four
		{"nam", "name"},
		{"colour", ""},
		{"", ""},
	} {
		if got := contract.Nearest(test.name, names); got != test.want {
			t.Errorf("nearest of %q is %q, want %q", test.name, got, test.want)
		}
	}
	if got := contract.Nearest("a", nil); got != "" {
		t.Errorf("nearest of none is %q", got)
	}
}
