package mockserver

import (
	"cmp"
	"slices"
	"sync"
)

// A ResponseCoverage says how often the server has responded to an operation with
// a status, in all worlds.
type ResponseCoverage struct {
	Operation  string `json:"operation"`
	Status     int    `json:"status"`
	Companion  bool   `json:"companion"`  // the operation is a companion operation
	Documented bool   `json:"documented"` // the operation documents the status
	Behaviour  int64  `json:"behaviour"`  // number of responses that the API decided
	Injection  int64  `json:"injection"`  // number of responses that a fault replaced or altered
}

type coverage struct {
	mu     sync.Mutex // guards counts; taken within a World's lock, never around it
	counts map[responseKey]responseCount
}

type responseKey struct {
	operation string
	status    int
}

type responseCount struct{ behaviour, injection int64 }

// count counts a response and its violations.
func (s *Server) count(c *call, violations int) {
	if violations > 0 {
		s.violations.Add(int64(violations))
	}
	if c.op == nil || c.abandoned || c.resp.Status == 0 {
		return // no response, or not that of an operation
	}
	s.coverage.mu.Lock()
	defer s.coverage.mu.Unlock()
	if s.coverage.counts == nil {
		s.coverage.counts = map[responseKey]responseCount{}
	}
	at := responseKey{c.op.ID, c.resp.Status}
	n := s.coverage.counts[at]
	if c.injected {
		n.injection++
	} else {
		n.behaviour++
	}
	s.coverage.counts[at] = n
}

// Coverage returns every documented response, and every other response that was
// sent, by operation and status.
func (s *Server) Coverage() []ResponseCoverage {
	s.coverage.mu.Lock()
	defer s.coverage.mu.Unlock()
	var list []ResponseCoverage
	for _, op := range s.operations {
		at := len(list)
		for _, status := range op.Statuses() {
			list = append(list, ResponseCoverage{Operation: op.ID, Status: status, Companion: op.Companion, Documented: true})
		}
		for r := range s.coverage.counts {
			if r.operation == op.ID && !op.Documents(r.status) {
				list = append(list, ResponseCoverage{Operation: op.ID, Status: r.status, Companion: op.Companion})
			}
		}
		slices.SortFunc(list[at:], func(a, b ResponseCoverage) int { return cmp.Compare(a.Status, b.Status) })
		for i := at; i < len(list); i++ {
			n := s.coverage.counts[responseKey{op.ID, list[i].Status}]
			list[i].Behaviour, list[i].Injection = n.behaviour, n.injection
		}
	}
	return list
}
