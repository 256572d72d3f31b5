package contract_test

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/contract"
)

func TestResult_namesTheDocumentedResponse(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.Documented)
	for _, test := range []struct {
		name string
		x    contract.Exchange
		want contract.Result
	}{
		{"a documented response", exchange(), contract.Result{Operation: "create-keys", Response: contract.DocumentedResponse{Operation: "create-keys", Status: 201}}},
		{"an undocumented status", exchange(answer(418, "")), contract.Result{Operation: "create-keys"}},
		{"no operation", exchange(call("GET", "/keys")), contract.Result{}},
	} {
		got, err := c.Check(test.x)
		if err != nil {
			t.Fatal(err)
		}
		got.Findings = nil
		if diff := gocmp.Diff(got, test.want); diff != "" {
			t.Errorf("%s (-got +want):\n%s", test.name, diff)
		}
	}
	if got := (contract.DocumentedResponse{Operation: "create-keys", Status: 201}).String(); got != "create-keys 201" {
		t.Errorf("got %q, want %q", got, "create-keys 201")
	}
}

func TestCheck_refusesAnIncompleteExchange(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.Documented)
	if _, err := c.Check(exchange(answer(0, ""))); err == nil {
		t.Error("an exchange without a status was checked")
	}
	if _, err := c.Check(exchange(call("", "/keys"))); err == nil {
		t.Error("an exchange without a method was checked")
	}
}

func TestFinding_givesPlaceAndLine(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.Documented)
	result, err := c.Check(exchange(send(`{"name":"x","limit_reset":"hourly"}`)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := contract.Print(contract.Documented, "yaml")
	if err != nil {
		t.Fatal(err)
	}
	f := result.Findings[0]
	if line := strings.Split(string(text), "\n")[f.Line-1]; strings.TrimSpace(line) != "enum:" {
		t.Errorf("line %d of the document is %q, want the enum", f.Line, line)
	}
	want := "request /limit_reset: enum\n  --> " + f.Rule() + "\n" +
		"  want: \"daily\", \"weekly\", \"monthly\" or null\n  got:  string of 6 characters"
	if f.String() != want {
		t.Errorf("got\n%s\nwant\n%s", f, want)
	}
}

func TestFinding_isComplete(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.All)
	cases := c.SelfTestCases()
	lines, seen := map[string][]string{}, map[string]bool{}
	for name, text := range contract.Documents() {
		lines[name] = strings.Split(text, "\n")
	}
	for i := 0; i < len(cases); i += 5 { // some of every response, to save time
		result, err := c.Check(cases[i].Exchange)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range result.Findings {
			undeclared := strings.HasPrefix(f.Where, "/*/") // inside an undeclared member, no rule has a line
			if f.Line == 0 && !undeclared || f.Document == "" || f.Want == "" || f.Got == "" {
				t.Errorf("%s: a finding lacks something: %+v", cases[i].Name, f)
			}
			if text := lines[f.Document]; f.Line > len(text) || f.Line > 0 && strings.TrimSpace(text[f.Line-1]) == "" {
				t.Errorf("%s: no document has text on line %d of %s", cases[i].Name, f.Line, f.Document)
			}
			seen[f.Document] = true
		}
	}
	for name := range lines {
		if !seen[name] {
			t.Errorf("no finding refers to %s", name)
		}
	}
}

func TestCheck_isDeterministic(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.Documented)
	x := exchange(
		call("POST", "/keys?b=1&a=2"), requestHeader("Authorization"),
		send(`{"limit":"5","limit_reset":5,"workspace_id":"w","expires_at":"e","creator_user_id":1,"a":1,"b":2,"c":3}`),
		answer(201, `{"data":{"usage":"0","name":null,"x":1,"y":2}}`))
	first, err := c.Check(x)
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Findings) < 20 {
		t.Fatalf("%d findings, want many", len(first.Findings))
	}
	order := func(a, b contract.Finding) int {
		return cmp.Or(strings.Compare(a.Part, b.Part), strings.Compare(a.Where, b.Where), strings.Compare(a.Kind, b.Kind))
	}
	if !slices.IsSortedFunc(first.Findings, order) {
		t.Errorf("findings are not sorted by part, place and kind: %v", first.Findings)
	}
	for range 50 { // the library's own order changes about once in four runs
		again, err := c.Check(x)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(again, first); diff != "" {
			t.Fatalf("equal exchanges have different findings (-got +want):\n%s", diff)
		}
	}
}

func TestCheck_isSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.All)
	cases := c.SelfTestCases()
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := worker; i < len(cases); i += 64 {
				shared := cases[i].Exchange
				result, err := c.Check(shared)
				if err != nil {
					t.Error(err)
				}
				if result.Conforms() != cases[i].Valid {
					t.Errorf("%s: conforms %v", cases[i].Name, result.Conforms())
				}
			}
		})
	}
	wg.Wait()
}

// TestCheck_firstChecksAtOnce checks the first exchanges of a new contract at the same
// time. What the library does when it meets a parameter for the first time would be a
// data race, so it must be done before.
func TestCheck_firstChecksAtOnce(t *testing.T) {
	t.Parallel()
	for range 4 {
		c, err := contract.Load([]byte(parameterDocument), "parameters.yaml")
		if err != nil {
			t.Fatal(err)
		}
		begin := make(chan struct{})
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				<-begin
				result, err := c.Check(contract.Exchange{
					Method: "GET", Path: "/things/7", Query: "size=3&tag=a&tag=b", RequestHeader: http.Header{"X-Mode": {"fast"}}, Status: 204,
				})
				if err != nil || !result.Conforms() {
					t.Errorf("findings %v, error %v; want none", result.Findings, err)
				}
			})
		}
		close(begin)
		wg.Wait()
	}
}

// parameterDocument declares parameters of each place and kind.
const parameterDocument = `openapi: 3.1.0
info: {title: parameters, version: "1"}
paths:
  /things/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer, minimum: 1}}
    get:
      operationId: get-thing
      parameters:
        - {name: size, in: query, schema: {type: integer, enum: [1, 2, 3]}}
        - {name: tag, in: query, schema: {type: array, items: {type: string, pattern: "^[a-z]$"}}}
        - {name: X-Mode, in: header, schema: {type: string, enum: [fast, slow]}}
      responses:
        "204": {description: done}
`

func TestCheck_doesNotChangeTheExchange(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.All)
	x, same := exchange(), exchange()
	if _, err := c.Check(x); err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(x, same); diff != "" {
		t.Errorf("the exchange was changed (-got +want):\n%s", diff)
	}
}
