package contract_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/contract"
)

func TestJudgeIsLooking(t *testing.T) {
	t.Parallel()
	if err := newContract(t, contract.All).Prove(); err != nil {
		t.Error(err)
	}
}

func TestEveryRowHasGoodAndBrokenCanaries(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.All)
	good, broken := make(map[contract.Row]int), make(map[contract.Row]int)
	names := make(map[string]bool)
	for _, canary := range c.Canaries() {
		if names[canary.Name] {
			t.Errorf("two canaries are called %q", canary.Name)
		}
		names[canary.Name] = true
		if canary.Good {
			good[canary.Row]++
		} else {
			broken[canary.Row]++
		}
	}
	rows := c.Rows()
	if len(rows) != 11+32 {
		t.Errorf("%d rows, want 11 documented and 32 of companions", len(rows))
	}
	for _, row := range rows {
		if good[row] < 2 || broken[row] < 20 {
			t.Errorf("%v has %d good canaries and %d broken, want more", row, good[row], broken[row])
		}
	}
	for _, name := range []string{
		"create-keys 201: /data/hash left out", "create-keys 201: /data/limit of type string", "create-keys 201: /data/name null",
		"create-keys 201: /data/expires_at that is no time", "create-keys 201: with no body", "create-keys 201: with the body null",
		"create-keys 201: as text/plain", "create-keys 201: without a content type", "create-keys 201: with a member twice",
		"create-keys 201: with an undocumented status", "create-keys 201: with an undocumented member in /data",
		"delete-keys 200: /deleted outside its values", "create-keys 500: with another error.code",
		"create-keys 429: with Retry-After of \"soon\"", "list-keys 200: /data of too many items",
	} {
		if !names[name] {
			t.Errorf("there is no canary %q", name)
		}
	}
}

func TestCanariesAreTheSameEveryTime(t *testing.T) {
	t.Parallel()
	other, err := contract.New(contract.Documented)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(newContract(t, contract.Documented).Canaries(), other.Canaries()) {
		t.Error("two contracts of one scope have other canaries")
	}
}

func TestContractWithoutAnswersProvesNothing(t *testing.T) {
	t.Parallel()
	doc := `{"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{"/a":{"get":{"operationId":"a","responses":{"default":{"description":"d"}}}}}}`
	c, err := contract.Load([]byte(doc), "a.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Prove(); err == nil || !strings.Contains(err.Error(), "no canary") {
		t.Errorf("error %v, want one that tells there is no canary", err)
	}
}
