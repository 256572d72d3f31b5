package contract

import (
	"errors"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/contract/finding"
)

// TestSelfTest_catchesABrokenValidator is internal because no broken validator
// can be made from outside.
func TestSelfTest_catchesABrokenValidator(t *testing.T) {
	t.Parallel()
	c, err := New(Documented)
	if err != nil {
		t.Fatal(err)
	}
	var cases []SelfTestCase
	for _, test := range c.SelfTestCases() {
		if test.Response == (DocumentedResponse{Operation: "create-keys", Status: 201}) {
			cases = append(cases, test)
		}
	}
	finding := Finding{Part: finding.PartResponse, Kind: finding.KindSchema, Where: "body", Want: "a", Got: "b"}
	for _, test := range []struct {
		name  string
		check func(Exchange) (Result, error)
		want  string
	}{
		{"one that finds nothing", func(Exchange) (Result, error) { return Result{}, nil }, "create-keys 201: key left out: the mutant survived"},
		{"one that refuses everything", func(Exchange) (Result, error) { return Result{Findings: []Finding{finding}}, nil }, "create-keys 201: every member: valid, but refused"},
		{"one that returns an error", func(Exchange) (Result, error) { return Result{}, errors.New("no schema") }, "no schema"},
		{"one that accepts empty bodies", func(x Exchange) (Result, error) {
			if len(x.ResponseBody) == 0 {
				return Result{}, nil
			}
			return c.Check(x)
		}, "create-keys 201: an empty body: the mutant survived"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := selfTest(cases, test.check)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %.200v, want one that contains %q", err, test.want)
			}
		})
	}
}
