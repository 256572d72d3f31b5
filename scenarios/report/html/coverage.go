package html

import (
	"fmt"
	"strconv"

	"github.com/mockgates/mockgates/scenarios/report"
)

// A coverage is what was reached of a kind of operations.
type coverage struct {
	Title        string
	Reached, All int
	Operations   []operationCoverage
	Features     []featureCoverage
}

// Percent returns how much was reached, from 0 to 100.
func (c coverage) Percent() int { return percent(c.Reached, c.All) }

// An operationCoverage is an operation with its documented statuses.
type operationCoverage struct {
	Name     string
	Statuses []statusCoverage
}

type statusCoverage struct {
	Status  string
	How     string // such as "behaviour 2, injection 1"
	Reached bool
	Faked   bool // by faults alone
}

// A featureCoverage is a kind of features of requests.
type featureCoverage struct {
	Kind         string
	Reached, All int
	Missing      []string
}

// Percent returns how much was exercised, from 0 to 100.
func (f featureCoverage) Percent() int { return percent(f.Reached, f.All) }

func percent(part, all int) int {
	if all == 0 {
		return 100
	}
	return 100 * part / all
}

// coverageOf returns the coverage of the documented operations, and of the
// companions if there are any.
func coverageOf(c report.Coverage) []coverage {
	var list []coverage
	for companion, responses := range [][]report.ResponseCoverage{c.Documented, c.Companions} {
		if len(responses) == 0 {
			continue
		}
		title := "Documented operations"
		if companion == 1 {
			title = "Companion operations"
		}
		list = append(list, newCoverage(title, responses, c.Features, companion == 1))
	}
	return list
}

func newCoverage(title string, responses []report.ResponseCoverage, features []report.FeatureCoverage, companions bool) coverage {
	out := coverage{Title: title, All: len(responses)}
	at := map[string]int{}
	for _, r := range responses {
		if _, ok := at[r.Operation]; !ok {
			at[r.Operation] = len(out.Operations)
			out.Operations = append(out.Operations, operationCoverage{Name: r.Operation})
		}
		op := &out.Operations[at[r.Operation]]
		op.Statuses = append(op.Statuses, statusCoverage{
			Status: strconv.Itoa(r.Status), How: r.Counts.String(), Reached: r.Reached(), Faked: r.Reached() && r.Behaviour+r.Live == 0,
		})
		if r.Reached() {
			out.Reached++
		}
	}
	kinds := map[string]int{}
	for _, f := range features {
		if f.Companion != companions {
			continue
		}
		if _, ok := kinds[f.Kind]; !ok {
			kinds[f.Kind] = len(out.Features)
			out.Features = append(out.Features, featureCoverage{Kind: f.Kind})
		}
		kind := &out.Features[kinds[f.Kind]]
		kind.All++
		if f.Reached() {
			kind.Reached++
		} else {
			kind.Missing = append(kind.Missing, text(f.Feature.String()))
		}
	}
	for i := range out.Features {
		f := &out.Features[i]
		if more := len(f.Missing) - maxListed; more > 0 {
			f.Missing = append(f.Missing[:maxListed], fmt.Sprintf("and %d more", more))
		}
	}
	return out
}
