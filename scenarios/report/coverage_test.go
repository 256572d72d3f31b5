package report_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/scenarios/report"
)

// coverageOf returns the coverage of four things of which the first n are reached.
func coverageOf(n int) report.Coverage {
	c := report.NewCoverage(
		[]finding.Operation{{ID: "create", Statuses: []int{201, 400}}, {ID: "list", Statuses: []int{200}, Companion: true}},
		[]finding.Feature{{Operation: "create", Kind: finding.FeatureBody, Name: "body: valid"}},
	)
	all := []*report.Counts{&c.Documented[0].Counts, &c.Documented[1].Counts, &c.Companions[0].Counts, &c.Features[0].Counts}
	for _, counts := range all[:n] {
		counts.Live = 1
	}
	return c
}

func TestCoverage_Gate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		coverage report.Coverage
		percent  float64
		want     string // "" if the gate is passed
	}{
		{"no gate", coverageOf(0), 0, ""},
		{"just enough", coverageOf(3), 75, ""},
		{"a little less", coverageOf(3), 75.1, "coverage is 75.0% (3 of 4); want 75.1%; not reached: create body: valid"},
		{"less", coverageOf(1), 100, "coverage is 25.0% (1 of 4); want 100%; not reached: create 400; list 200; create body: valid"},
		{"all", coverageOf(4), 100, ""},
		{"nothing of nothing", report.Coverage{}, 100, ""},
		{
			"more missing than a line holds", report.NewCoverage([]finding.Operation{{ID: "a", Statuses: []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}}, nil), 1,
			"; a 9; a 10; and 2 more",
		},
	} {
		problem, below := test.coverage.Gate(test.percent)
		if below != (test.want != "") || !strings.HasSuffix(problem.Text, test.want) || below && problem.Exit != report.ExitCoverage {
			t.Errorf("%s: %+v, want %q", test.name, problem, test.want)
		}
	}
}

// Merging is adding: in any order, and with nothing it changes nothing.
func TestCoverage_Merge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func() report.Coverage { return generate(t).Coverage }
		a, b, c := draw(), draw(), draw()
		if diff := cmp.Diff(a.Merge(b), b.Merge(a)); diff != "" {
			t.Fatalf("a and b (-a,b +b,a):\n%s", diff)
		}
		if diff := cmp.Diff(a.Merge(b).Merge(c), a.Merge(b.Merge(c))); diff != "" {
			t.Fatalf("grouping:\n%s", diff)
		}
		if diff := cmp.Diff(a, report.Coverage{}.Merge(a)); diff != "" {
			t.Fatalf("nothing and a (-a +merged):\n%s", diff)
		}
	})
}

func TestCoverage_Merge_listsWhatEitherLists(t *testing.T) {
	t.Parallel()
	other := report.NewCoverage([]finding.Operation{{ID: "create", Statuses: []int{201, 429}}}, nil)
	other.Documented[0].Behaviour = 2
	var text strings.Builder
	if err := coverageOf(1).Merge(other).WriteText(&text); err != nil {
		t.Fatal(err)
	}
	want := `documented responses reached: 1 of 3
  create 201  behaviour 2, live 1
  create 400  not reached
  create 429  not reached

documented request features exercised: 0 of 1
  body          0 of 1  not reached
  not reached: create body: valid

companion responses reached: 0 of 1
  list 200  not reached
`
	if diff := cmp.Diff(want, text.String()); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}
