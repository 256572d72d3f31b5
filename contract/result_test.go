package contract_test

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/contract"
)

func TestResultNamesTheRow(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.Documented)
	for _, test := range []struct {
		name string
		x    contract.Exchange
		want contract.Result
	}{
		{"a documented row", exchange(), contract.Result{Operation: "create-keys", Row: contract.Row{Operation: "create-keys", Status: 201}, Documented: true}},
		{"an undocumented status", exchange(answer(418, "")), contract.Result{Operation: "create-keys", Row: contract.Row{Operation: "create-keys", Status: 418}}},
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
	if got := (contract.Row{Operation: "create-keys", Status: 201}).String(); got != "create-keys 201" {
		t.Errorf("row %q, want %q", got, "create-keys 201")
	}
}

func TestExchangeWithoutAnswerCannotBeJudged(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.Documented)
	if _, err := c.Check(exchange(answer(0, ""))); err == nil {
		t.Error("an exchange without a status was judged")
	}
	if _, err := c.Check(exchange(call("", "/keys"))); err == nil {
		t.Error("an exchange without a method was judged")
	}
}

func TestFindingSaysWhereWhatAndWhichLine(t *testing.T) {
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
		t.Errorf("finding reads\n%s\nwant\n%s", f, want)
	}
}

func TestEveryRuleHasALine(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.All)
	canaries := c.Canaries()
	for i := 0; i < len(canaries); i += 5 { // some of every row; all take long
		canary := canaries[i]
		result, err := c.Check(canary.Exchange)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range result.Findings {
			if f.Line == 0 || f.Document == "" || f.Want == "" || f.Got == "" {
				t.Errorf("%s: a finding lacks something: %+v", canary.Name, f)
			}
		}
	}
}

func TestEqualExchangesGetEqualFindings(t *testing.T) {
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
		t.Errorf("findings are not in order of part, place and kind: %v", first.Findings)
	}
	for range 200 {
		again, err := c.Check(x)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(again, first); diff != "" {
			t.Fatalf("equal exchanges, other findings:\n%s", diff)
		}
	}
}

func TestCheckMayBeCalledByMany(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.All)
	canaries := c.Canaries()
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := worker; i < len(canaries); i += 64 {
				shared := canaries[i].Exchange
				result, err := c.Check(shared)
				if err != nil {
					t.Error(err)
				}
				if result.Conforms() != canaries[i].Good {
					t.Errorf("%s: conforms %v", canaries[i].Name, result.Conforms())
				}
			}
		})
	}
	wg.Wait()
}

func TestCheckChangesNothingInTheExchange(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.All)
	x, same := exchange(), exchange()
	if _, err := c.Check(x); err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(x, same); diff != "" {
		t.Errorf("the exchange was changed:\n%s", diff)
	}
}
