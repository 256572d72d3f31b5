package contract

import (
	"errors"
	"strings"
	"testing"
)

// TestProveCatchesAJudgeThatIsNotLooking is internal because no judge that can
// be had from outside is broken.
func TestProveCatchesAJudgeThatIsNotLooking(t *testing.T) {
	t.Parallel()
	c, err := New(Documented)
	if err != nil {
		t.Fatal(err)
	}
	finding := Finding{Part: PartResponse, Kind: KindSchema, Where: "body", Want: "a", Got: "b"}
	for _, test := range []struct {
		name  string
		check func(Exchange) (Result, error)
		want  string
	}{
		{"one that finds nothing", func(Exchange) (Result, error) { return Result{}, nil }, "create-keys 201: /key left out survived"},
		{"one that refuses all", func(Exchange) (Result, error) { return Result{Findings: []Finding{finding}}, nil }, "create-keys 201: as documented is good, and was refused"},
		{"one that cannot judge", func(Exchange) (Result, error) { return Result{}, errors.New("no schema") }, "no schema"},
		{"one that is blind to empty bodies", func(x Exchange) (Result, error) {
			if len(x.ResponseBody) == 0 {
				return Result{}, nil
			}
			return c.Check(x)
		}, "create-keys 201: with no body survived"},
	} {
		err := prove(c.Canaries(), test.check)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %.200v, want %q in it", test.name, err, test.want)
		}
	}
}

// TestParsedValuesKeepWhatWasSent is internal because a value never leaves the
// package.
func TestParsedValuesKeepWhatWasSent(t *testing.T) {
	t.Parallel()
	v, err := parseJSON([]byte(` { "a" : [ 1 , 2.5 , true , null , "x\n" , { } , [ ] ] , "a" : -0.0e+1 } `))
	if err != nil {
		t.Fatal(err)
	}
	if len(v.members) != 2 || v.members[0].again || !v.members[1].again {
		t.Fatalf("members %+v, want a twice, the second marked", v.members)
	}
	var kinds []string
	for i := range v.members[0].value.items {
		kinds = append(kinds, v.members[0].value.items[i].words())
	}
	want := "whole number, number with a fraction, boolean, null, string of 2 characters, object of 0 members, array of 0 items"
	if got := strings.Join(kinds, ", "); got != want {
		t.Errorf("items are %s, want %s", got, want)
	}
	if last := v.member("a"); last.kind != "number" || last.float() != 0 {
		t.Errorf("member a is %s %s, want the last one sent", last.kind, last.text)
	}
}

func TestManyMembersAreStillComparedEach(t *testing.T) {
	t.Parallel()
	names := make([]string, 100)
	for i := range names {
		names[i] = `"` + strings.Repeat("a", i+1) + `":1`
	}
	v, err := parseJSON([]byte("{" + strings.Join(append(names, names[99], names[3]), ",") + "}"))
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range v.members {
		if m.again != (i >= 100) {
			t.Errorf("member %d is marked %v", i, m.again)
		}
	}
}
