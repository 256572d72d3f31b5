package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/contract/finding"
)

// Counts says how often something was reached.
type Counts struct {
	Behaviour int `json:"behaviour"` // by what the fake does
	Injection int `json:"injection"` // by a fault
	Live      int `json:"live"`      // by what a live target does
}

// Reached reports whether it was reached at least once.
func (c Counts) Reached() bool { return c != Counts{} }

// String returns the counts as text: "behaviour 2, injection 1".
func (c Counts) String() string {
	var ways []string
	for _, way := range []struct {
		name string
		n    int
	}{{"behaviour", c.Behaviour}, {"injection", c.Injection}, {"live", c.Live}} {
		if way.n > 0 {
			ways = append(ways, fmt.Sprintf("%s %d", way.name, way.n))
		}
	}
	if len(ways) == 0 {
		return "not reached"
	}
	return strings.Join(ways, ", ")
}

// plus returns the sum of two counts.
func (c Counts) plus(o Counts) Counts {
	return Counts{c.Behaviour + o.Behaviour, c.Injection + o.Injection, c.Live + o.Live}
}

// once returns the counts of one exchange.
func once(live, injected bool) Counts {
	switch {
	case injected:
		return Counts{Injection: 1}
	case live:
		return Counts{Live: 1}
	}
	return Counts{Behaviour: 1}
}

// A ResponseCoverage is an operation with one of its documented statuses, and
// how often it was reached.
type ResponseCoverage struct {
	finding.DocumentedResponse
	Counts
}

// String returns the response and how often it was reached.
func (c ResponseCoverage) String() string {
	return c.DocumentedResponse.String() + ": " + c.Counts.String()
}

// A FeatureCoverage is a feature of requests, with the number of exchanges that exercised
// it and reached a documented response.
type FeatureCoverage struct {
	finding.Feature
	Companion bool // of a companion operation
	Counts
}

// String returns the feature and how often it was reached.
func (c FeatureCoverage) String() string { return c.Feature.String() + ": " + c.Counts.String() }

// Coverage says which documented responses were reached, and which features of
// requests were exercised on the way. Its lists are in the order of the contract.
type Coverage struct {
	Documented []ResponseCoverage
	Companions []ResponseCoverage
	Features   []FeatureCoverage
}

// NewCoverage returns the coverage of a contract of which nothing has been reached.
func NewCoverage(operations []finding.Operation, features []finding.Feature) Coverage {
	var c Coverage
	companion := map[string]bool{}
	for _, op := range operations {
		companion[op.ID] = op.Companion
		for _, status := range op.Statuses {
			c.addResponse(op.Companion, ResponseCoverage{DocumentedResponse: finding.DocumentedResponse{Operation: op.ID, Status: status}})
		}
	}
	for _, f := range features {
		c.Features = append(c.Features, FeatureCoverage{Feature: f, Companion: companion[f.Operation]})
	}
	return c
}

func (c *Coverage) addResponse(companion bool, r ResponseCoverage) {
	if companion {
		c.Companions = append(c.Companions, r)
	} else {
		c.Documented = append(c.Documented, r)
	}
}

// count counts what the exchanges of scenarios reached.
func (c *Coverage) count(scenarios []Scenario, live bool) {
	i := c.index()
	for _, s := range scenarios {
		for _, x := range s.Exchanges {
			if x.DocumentedResponse == nil {
				continue
			}
			n := once(live, x.Injected)
			i.add(*x.DocumentedResponse, n)
			for _, name := range x.Features {
				i.add(featureKey{x.Operation, name}, n)
			}
		}
	}
}

// Merge returns the union of two coverages: what either lists, with the sum of
// the counts. It changes neither.
func (c Coverage) Merge(other Coverage) Coverage {
	sum := Coverage{slices.Clone(c.Documented), slices.Clone(c.Companions), slices.Clone(c.Features)}
	known := sum.index()
	var missing Coverage
	for companion, list := range [][]ResponseCoverage{other.Documented, other.Companions} {
		for _, r := range list {
			if !known.add(r.DocumentedResponse, r.Counts) {
				missing.addResponse(companion == 1, r)
			}
		}
	}
	for _, f := range other.Features {
		if !known.add(featureKey{f.Operation, f.Name}, f.Counts) {
			missing.Features = append(missing.Features, f)
		}
	}
	sum.Documented = append(sum.Documented, missing.Documented...)
	sum.Companions = append(sum.Companions, missing.Companions...)
	sum.Features = append(sum.Features, missing.Features...)
	return sum
}

// A coverageIndex finds the counts of a documented response, or of a feature by
// its key.
type coverageIndex map[any]*Counts

// A featureKey is a feature without its kind, as an exchange names it.
type featureKey struct{ operation, name string }

func (k featureKey) String() string { return k.operation + " " + k.name }

func (c *Coverage) index() coverageIndex {
	i := coverageIndex{}
	for _, list := range [][]ResponseCoverage{c.Documented, c.Companions} {
		for n := range list {
			i[list[n].DocumentedResponse] = &list[n].Counts
		}
	}
	for n := range c.Features {
		i[featureKey{c.Features[n].Operation, c.Features[n].Name}] = &c.Features[n].Counts
	}
	return i
}

// add adds counts. It returns false if the coverage does not list the key.
func (i coverageIndex) add(key any, n Counts) bool {
	counts := i[key]
	if counts == nil {
		return false
	}
	*counts = counts.plus(n)
	return true
}

// missing returns what was not reached, responses first, and the number of all.
func (c Coverage) missing() (names []string, all int) {
	for _, list := range [][]ResponseCoverage{c.Documented, c.Companions} {
		for _, r := range list {
			if !r.Reached() {
				names = append(names, r.DocumentedResponse.String())
			}
		}
	}
	for _, f := range c.Features {
		if !f.Reached() {
			names = append(names, f.Feature.String())
		}
	}
	return names, len(c.Documented) + len(c.Companions) + len(c.Features)
}

// maxMissing is how many names the message of the gate has.
const maxMissing = 10

// Gate returns a problem if less than percent of the listed responses and features was
// reached, and false otherwise. An empty coverage counts as 100%. The problem names the
// first 10 that were not reached.
func (c Coverage) Gate(percent float64) (Problem, bool) {
	missing, all := c.missing()
	reached := all - len(missing)
	if 100*float64(reached) >= percent*float64(all) {
		return Problem{}, false
	}
	more := ""
	if len(missing) > maxMissing {
		more = fmt.Sprintf("; and %d more", len(missing)-maxMissing)
		missing = missing[:maxMissing]
	}
	return Problem{Exit: ExitCoverage, Text: fmt.Sprintf("coverage is %.1f%% (%d of %d); want %v%%; not reached: %s%s",
		100*float64(reached)/float64(all), reached, all, percent, strings.Join(missing, "; "), more)}, true
}

// documentedResponse returns the response that an exchange has, if the contract
// documents it.
func documentedResponse(x Exchange) finding.DocumentedResponse {
	return finding.DocumentedResponse{Operation: x.Operation, Status: x.Status}
}
