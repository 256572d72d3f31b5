package contract

import (
	"strings"
	"testing"
)

// TestParseJSON_keepsWhatWasSent is internal because values never leave the
// package.
func TestParseJSON_keepsWhatWasSent(t *testing.T) {
	t.Parallel()
	v, err := parseJSON([]byte(` { "a" : [ 1 , 2.5 , true , null , "x\n" , { } , [ ] ] , "a" : -0.0e+1 } `))
	if err != nil {
		t.Fatal(err)
	}
	if len(v.members) != 2 || v.members[0].again || !v.members[1].again {
		t.Fatalf("members %+v, want two of the name a, the second marked", v.members)
	}
	var kinds []string
	for i := range v.members[0].value.items {
		kinds = append(kinds, v.members[0].value.items[i].describe())
	}
	want := "integer, number with a fraction, boolean, null, string of 2 characters, object of 0 members, array of 0 items"
	if got := strings.Join(kinds, ", "); got != want {
		t.Errorf("got items %s, want %s", got, want)
	}
	if last := v.member("a"); last.kind != "number" || last.float() != 0 {
		t.Errorf("member a is %s %s, want the last one", last.kind, last.text)
	}
}

func TestParseJSON_findsDuplicatesAmongManyMembers(t *testing.T) {
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
			t.Errorf("member %d: again is %v", i, m.again)
		}
	}
}
