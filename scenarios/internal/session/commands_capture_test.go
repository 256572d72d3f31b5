package session

import (
	"fmt"
	"strings"
	"testing"
)

func TestCaptured(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		out  string
		args []string
		want string // the value, or a part of the error
	}{
		"all of it":                         {" a b\n\n", nil, " a b"},
		"the first group":                   {"id: k1, k2", []string{`(k\d), (k\d)`}, "k1"},
		"the whole match without a group":   {"id: k1, k2", []string{`k\d`}, "k1"},
		"what does not match":               {"id", []string{"k"}, "stdout does not match"},
		"an expression that is not one":     {"id", []string{"("}, "is not a regular expression"},
		"two expressions":                   {"id", []string{"i", "d"}, "got 4 arguments"},
		"nothing":                           {" \n", nil, "the captured value is empty"},
		"an empty group":                    {"id: ", []string{"id: (.*)"}, "the captured value is empty"},
		"as much as allowed":                {strings.Repeat("x", maxCaptured) + "\n", nil, strings.Repeat("x", maxCaptured)},
		"one byte more":                     {strings.Repeat("x", maxCaptured+1), nil, "the captured value is too long"},
		"a short match in a very long text": {strings.Repeat("x", 2*maxCaptured) + "y", []string{"y"}, "y"},
	} {
		got, err := captured(test.out, test.args)
		if err != nil {
			got = fmt.Sprint(err)
		}
		if err == nil && got != test.want || err != nil && !strings.Contains(got, test.want) {
			t.Errorf("%s: %.80q, want %.80q", name, got, test.want)
		}
	}
}
