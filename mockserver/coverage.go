package mockserver

import (
	"cmp"
	"slices"
	"sync"
)

// A CoverageRow is one operation with one status, and how often it was answered
// in all worlds since the server began.
type CoverageRow struct {
	Operation  string `json:"operation"`
	Status     int    `json:"status"`
	Companion  bool   `json:"companion"`  // the two documents do not know the operation
	Documented bool   `json:"documented"` // the operation documents the status
	Behaviour  int64  `json:"behaviour"`  // answers that the API gave
	Injection  int64  `json:"injection"`  // answers that a fault gave
}

// coverage counts answers by row.
type coverage struct {
	mu   sync.Mutex // guards rows; taken inside of a World's lock, never around it
	rows map[row]answers
}

type row struct {
	operation string
	status    int
}

type answers struct{ behaviour, injection int64 }

// count notes an answer, for the coverage and the count of client findings.
func (s *Server) count(x *exchange, findings int) {
	if findings > 0 {
		s.violations.Add(int64(findings))
	}
	if x.route.op == nil || x.left || x.resp.status == 0 {
		return // no answer, or none of an operation
	}
	s.coverage.mu.Lock()
	defer s.coverage.mu.Unlock()
	if s.coverage.rows == nil {
		s.coverage.rows = map[row]answers{}
	}
	at := row{x.route.op.id, x.resp.status}
	n := s.coverage.rows[at]
	if x.injectedAnswer() {
		n.injection++
	} else {
		n.behaviour++
	}
	s.coverage.rows[at] = n
}

// Coverage returns every row that is documented or was answered: the documented
// operations first, in their order, the statuses of each in theirs.
func (s *Server) Coverage() []CoverageRow {
	s.coverage.mu.Lock()
	defer s.coverage.mu.Unlock()
	var list []CoverageRow
	for _, op := range s.operations {
		at := len(list)
		for _, status := range append([]int{op.success}, op.errors...) {
			list = append(list, CoverageRow{Operation: op.id, Status: status, Companion: op.companion, Documented: true})
		}
		for r := range s.coverage.rows {
			if r.operation == op.id && !op.documents(r.status) {
				list = append(list, CoverageRow{Operation: op.id, Status: r.status, Companion: op.companion})
			}
		}
		slices.SortFunc(list[at:], func(a, b CoverageRow) int { return cmp.Compare(a.Status, b.Status) })
		for i := at; i < len(list); i++ {
			n := s.coverage.rows[row{op.id, list[i].Status}]
			list[i].Behaviour, list[i].Injection = n.behaviour, n.injection
		}
	}
	return list
}

// Rules returns every rule that the fake enforces, in the order of subjects. It
// is a copy; the settings are the defaults.
func Rules() []Rule {
	list := slices.Clone(rules)
	for i, r := range list {
		list[i].Choices = slices.Clone(r.Choices)
		if r.Choices != nil {
			list[i].Setting = r.Choices[0]
		}
	}
	return list
}

// Rules returns every rule with the setting that the server has, and with the
// scenarios that Config named.
func (s *Server) Rules() []Rule {
	list := Rules()
	for i, r := range list {
		if r.Choices != nil {
			list[i].Setting = s.choices[r.ID]
		}
		list[i].Scenarios = slices.Clone(s.scenarios[r.ID])
	}
	return list
}
