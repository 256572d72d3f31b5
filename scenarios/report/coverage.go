package report

import (
	"fmt"
	"strings"

	"github.com/mockgates/mockgates/contract"
)

// Counts says how often something was reached.
type Counts struct {
	Behaviour int `json:"behaviour"` // by what the fake does
	Injection int `json:"injection"` // by a fault
	Live      int `json:"live"`      // by what a live target does
}

// Reached reports whether it was reached at least once.
func (c Counts) Reached() bool { return c != Counts{} }

// String says how often it was reached, and by what: "behaviour 2, injection 1".
func (c Counts) String() string {
	var ways []string
	if c.Behaviour > 0 {
		ways = append(ways, fmt.Sprintf("behaviour %d", c.Behaviour))
	}
	if c.Injection > 0 {
		ways = append(ways, fmt.Sprintf("injection %d", c.Injection))
	}
	if c.Live > 0 {
		ways = append(ways, fmt.Sprintf("live %d", c.Live))
	}
	if len(ways) == 0 {
		return "not reached"
	}
	return strings.Join(ways, ", ")
}

// add counts once.
func (c *Counts) add(live, injected bool) {
	switch {
	case injected:
		c.Injection++
	case live:
		c.Live++
	default:
		c.Behaviour++
	}
}

// A ResponseCoverage is an operation with one of its documented statuses, and
// how often a run reached it.
type ResponseCoverage struct {
	contract.DocumentedResponse
	Counts
}

// String returns the response and how often it was reached.
func (c ResponseCoverage) String() string {
	return c.DocumentedResponse.String() + ": " + c.Counts.String()
}

// listResponses lists what the contract documents, as not reached.
func (r *Report) listResponses(operations []contract.Operation) {
	for _, op := range operations {
		for _, status := range op.Statuses {
			d := ResponseCoverage{DocumentedResponse: contract.DocumentedResponse{Operation: op.ID, Status: status}}
			if op.Companion {
				r.Companions = append(r.Companions, d)
			} else {
				r.Documented = append(r.Documented, d)
			}
		}
	}
}

// count counts what the exchanges of scenarios reached.
func (r *Report) count(scenarios []Scenario) {
	index := map[contract.DocumentedResponse]*Counts{}
	for _, list := range [][]ResponseCoverage{r.Documented, r.Companions} {
		for i := range list {
			index[list[i].DocumentedResponse] = &list[i].Counts
		}
	}
	for _, s := range scenarios {
		r.Exchanges += len(s.Exchanges)
		for _, x := range s.Exchanges {
			if x.DocumentedResponse == nil {
				continue
			}
			if c := index[*x.DocumentedResponse]; c != nil {
				c.add(r.Run.Live(), x.Injected)
			}
		}
	}
}
