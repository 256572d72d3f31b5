package report

import "github.com/mockgates/mockgates/contract"

// A ResponseCoverage is an operation with one of its documented statuses, and
// how often a run reached it.
type ResponseCoverage struct {
	contract.DocumentedResponse
	Behaviour int `json:"behaviour"` // by what the target does
	Injection int `json:"injection"` // by a fault
}

// Reached reports whether the run reached it at least once.
func (d ResponseCoverage) Reached() bool { return d.Behaviour+d.Injection > 0 }

// ListResponses lists what the contract documents, as not reached.
func (r *Report) ListResponses(operations []contract.Operation) {
	for _, op := range operations {
		for _, status := range op.Statuses {
			d := ResponseCoverage{}
			d.Operation, d.Status = op.ID, status
			if op.Companion {
				r.Companions = append(r.Companions, d)
			} else {
				r.Documented = append(r.Documented, d)
			}
		}
	}
}

// countResponse counts an exchange that reached a documented response.
func (r *Report) countResponse(reached contract.DocumentedResponse, injected bool) {
	for _, list := range [][]ResponseCoverage{r.Documented, r.Companions} {
		for i := range list {
			switch {
			case list[i].DocumentedResponse != reached:
			case injected:
				list[i].Injection++
			default:
				list[i].Behaviour++
			}
		}
	}
}
